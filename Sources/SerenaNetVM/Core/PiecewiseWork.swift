// Work over many bytes, in pieces: between two of them is counted what was done, so that the time budget ends it.

import Foundation
import SerenaNetBytecode

enum Pieces {
    /// Bytes that are copied or compared in one go.
    static let bytes = 1 << 16
    /// Elements that are gone through in one go.
    static let elements = 1 << 12
    /// Places of a table that are looked at in one go.
    static let steps = 1 << 14

    /// Calls `visit` for one part of `0..<count` after the other, until it answers false.
    ///
    /// - Returns: whether all were visited.
    @inline(__always) static func visit(_ count: Int, by size: Int, _ visit: (Range<Int>) -> Bool) -> Bool {
        var start = 0
        while start < count {
            let end = min(count, start + size)
            guard visit(start..<end) else { return false }
            start = end
        }
        return true
    }

    /// Sets bytes to 0.
    ///
    /// - Parameter spend: is told of each piece, and answers whether to go on.
    /// - Returns: whether all were set.
    static func clear(_ memory: UnsafeMutableRawPointer, _ count: Int, _ spend: (Int) -> Bool) -> Bool {
        visit(count, by: bytes) { piece in
            (memory + piece.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: piece.count)
            return spend(piece.count)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes in `range` as a buffer of their own.
    @inline(__always) func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }

    /// Whether the bytes are the same, compared in one go.
    @inline(__always) func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count, count > 0, let start = baseAddress, let end = other.baseAddress else {
            return count == other.count
        }
        return memcmp(start, end, count) == 0
    }
}

extension Machine {
    /// Calls `visit` for one part of the indices of `count` elements after the other, and counts them as work.
    ///
    /// - Returns: false when `visit` did, or, with the failure set, when the time is up.
    @inline(__always) func visitElements(_ count: Int, _ visit: (Range<Int>) -> Bool) -> Bool {
        Pieces.visit(count, by: Pieces.elements) { visit($0) && account(for: $0.count * 8) }
    }

    /// Copies bytes; false, with the failure set, when the time is up.
    @inline(__always) func copy(_ bytes: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) -> Bool {
        guard bytes.count <= Pieces.bytes else { return copyLong(bytes, to: memory) }
        if let start = bytes.baseAddress { memory.copyMemory(from: start, byteCount: bytes.count) }
        return account(for: bytes.count)
    }

    @inline(never) private func copyLong(_ bytes: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        return Pieces.visit(bytes.count, by: Pieces.bytes) { piece in
            (memory + piece.lowerBound).copyMemory(from: start + piece.lowerBound, byteCount: piece.count)
            return account(for: piece.count)
        }
    }

    /// Negative, zero or positive as `left` comes before, equals, or comes after `right`; nil, with the failure set, when the time
    /// is up.
    func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int? {
        guard let start = left.baseAddress, let other = right.baseAddress, start != other else {
            return left.count - right.count
        }
        var order = 0
        let isEqual = Pieces.visit(min(left.count, right.count), by: Pieces.bytes) { piece in
            order = Int(memcmp(start + piece.lowerBound, other + piece.lowerBound, piece.count))
            return account(for: piece.count) && order == 0
        }
        guard failure == nil else { return nil }
        return isEqual ? left.count - right.count : order
    }

    /// Whether the bytes are the same; also false, with the failure set, when the time is up.
    func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && order(left, right) == 0
    }
}
