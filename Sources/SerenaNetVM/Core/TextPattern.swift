// Searching UTF-8, byte by byte.

import Foundation

/// A text to be found in others, in time linear in their length whatever both contain.
///
/// A part that is whole UTF-8 is found only where characters begin, so that bytes can be searched instead of characters. The work
/// is counted as it is done. When the time is up, the machine's failure is set, and answers say nothing.
struct TextPattern {
    private let bytes: UnsafeRawBufferPointer
    /// Counts the work.
    private let machine: Machine
    /// For each prefix of a long pattern, the length of its longest proper prefix that is also its end (Knuth, Morris and
    /// Pratt); empty for short patterns, which are compared at each place where their first byte stands.
    private var borders: [Int32] = []

    private static let longestShort = 32
    /// Bytes that are searched in one go.
    private static let piece = 1 << 14
    /// How many bytes' copying it takes, roughly, to compare a short pattern, and to go on by a byte with a long one.
    private static let comparingWork = 32
    private static let borderWork = 8

    /// Bytes of memory that the search for a pattern of `count` bytes needs besides the pattern.
    static func memory(for count: Int) -> Int {
        count > longestShort ? count * MemoryLayout<Int32>.size : 0
    }

    /// Nil, with the failure of `machine` set, when the time is up.
    ///
    /// - Parameter bytes: must stay where they are as long as the pattern is used.
    init?(_ bytes: UnsafeRawBufferPointer, countedBy machine: Machine) {
        self.bytes = bytes
        self.machine = machine
        guard bytes.count > Self.longestShort else { return }
        borders.reserveCapacity(bytes.count)
        borders.append(0)
        var length = 0
        let isDone = Pieces.visit(bytes.count - 1, by: Self.piece) { piece in
            for index in piece.lowerBound + 1...piece.upperBound {
                while length > 0, bytes[index] != bytes[length] { length = Int(borders[length - 1]) }
                if bytes[index] == bytes[length] { length += 1 }
                borders.append(Int32(length))
            }
            return machine.account(for: piece.count * Self.borderWork)
        }
        guard isDone else { return nil }
    }

    /// Where the pattern first stands in `text` at or after `start`; nil when it does not. An empty one stands everywhere.
    func firstIndex(in text: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        guard bytes.count > 0 else { return start }
        guard bytes.count <= text.count - start else { return nil }
        return borders.isEmpty ? firstIndexOfShort(in: text, from: start) : firstIndexOfLong(in: text, from: start)
    }

    private func firstIndexOfShort(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let pattern = bytes.baseAddress, let base = text.baseAddress else { return nil }
        let end = text.count - bytes.count + 1
        var index = start
        while index < end {
            let pieceStart = index
            let pieceEnd = min(end, index + Self.piece)
            var work = 0
            while index < pieceEnd, let found = memchr(base + index, Int32(bytes[0]), pieceEnd - index) {
                index = UnsafeRawPointer(found) - base
                work += Self.comparingWork
                if memcmp(found, pattern, bytes.count) == 0 {
                    return machine.account(for: work + index - pieceStart) ? index : nil
                }
                index += 1
            }
            index = pieceEnd
            guard machine.account(for: work + pieceEnd - pieceStart) else { return nil }
        }
        return nil
    }

    private func firstIndexOfLong(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var length = 0
        var found: Int?
        _ = Pieces.visit(text.count - start, by: Self.piece) { piece in
            for index in start + piece.lowerBound..<start + piece.upperBound {
                while length > 0, text[index] != bytes[length] { length = Int(borders[length - 1]) }
                if text[index] == bytes[length] { length += 1 }
                if length == bytes.count {
                    found = index - length + 1
                    return machine.account(for: (index - start - piece.lowerBound) * Self.borderWork) && false
                }
            }
            return machine.account(for: piece.count * Self.borderWork)
        }
        return found
    }

    /// Calls `visit` for each piece of `text` between the occurrences of the pattern, which is not empty, until it answers
    /// false. The pieces are not collected: there can be as many as bytes.
    ///
    /// - Returns: false when `visit` did, or, with the failure set, when the time is up.
    func visitPieces(of text: UnsafeRawBufferPointer, visit: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        var start = 0
        while let found = firstIndex(in: text, from: start) {
            guard visit(text.part(start..<found)) else { return false }
            start = found + bytes.count
        }
        return machine.failure == nil && visit(text.part(start..<text.count))
    }
}
