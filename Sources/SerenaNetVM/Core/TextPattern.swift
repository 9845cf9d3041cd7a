// Comparing and searching UTF-8, byte by byte.

import Foundation

/// A text to be found in others, in time linear in their length whatever both contain.
///
/// A part that is whole UTF-8 is found only where characters begin, so that bytes can be searched instead of characters.
struct TextPattern {
    private let bytes: UnsafeRawBufferPointer
    /// For each prefix of a long pattern, the length of its longest proper prefix that is also its end (Knuth, Morris and
    /// Pratt); empty for short patterns, which are compared at each place where their first byte stands.
    private let borders: [Int32]

    private static let longestShort = 32

    /// Bytes of memory that the search for a pattern of `count` bytes needs besides the pattern.
    static func memory(for count: Int) -> Int {
        count > longestShort ? count * MemoryLayout<Int32>.size : 0
    }

    /// - Parameter bytes: must stay where they are as long as the pattern is used.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        guard bytes.count > Self.longestShort else {
            borders = []
            return
        }
        var borders = [Int32](repeating: 0, count: bytes.count)
        var length = 0
        for index in 1..<bytes.count {
            while length > 0, bytes[index] != bytes[length] { length = Int(borders[length - 1]) }
            if bytes[index] == bytes[length] { length += 1 }
            borders[index] = Int32(length)
        }
        self.borders = borders
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
        while index < end, let found = memchr(base + index, Int32(bytes[0]), end - index) {
            if memcmp(found, pattern, bytes.count) == 0 { return UnsafeRawPointer(found) - base }
            index = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }

    private func firstIndexOfLong(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var length = 0
        for index in start..<text.count {
            while length > 0, text[index] != bytes[length] { length = Int(borders[length - 1]) }
            if text[index] == bytes[length] { length += 1 }
            if length == bytes.count { return index - length + 1 }
        }
        return nil
    }

    /// Calls `visit` for each piece of `text` between the occurrences of the pattern, which is not empty, until it answers
    /// false. The pieces are not collected: there can be as many as bytes.
    func visitPieces(of text: UnsafeRawBufferPointer, visit: (UnsafeRawBufferPointer) -> Bool) {
        var start = 0
        while let found = firstIndex(in: text, from: start) {
            guard visit(UnsafeRawBufferPointer(rebasing: text[start..<found])) else { return }
            start = found + bytes.count
        }
        _ = visit(UnsafeRawBufferPointer(rebasing: text[start...]))
    }

    /// Negative, zero or positive as `left` comes before, equals, or comes after `right`.
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let start = left.baseAddress, let other = right.baseAddress {
            let order = memcmp(start, other, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }
}
