// The text of a document as it was read, and the places in it.

/// A document before it is parsed: the name that messages use, and its bytes.
///
/// Reading the file is the caller's business, so that a document can come from anywhere.
public struct FTAISource: Sendable {
    /// The largest document that is accepted, in bytes: 64 MiB.
    public static let maximumSize = 64 << 20

    public let file: String
    public let bytes: [UInt8]
    /// The offset of the first byte of every line.
    public let lineStarts: [Int]

    /// A document from its bytes, which need not be valid UTF-8.
    public init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        var starts = [0]
        bytes.withUnsafeBufferPointer { buffer in
            for index in buffer.indices where buffer[index] == Byte.newline {
                starts.append(index + 1)
            }
        }
        self.lineStarts = starts
    }

    public init(file: String, text: String) {
        self.init(file: file, bytes: Array(text.utf8))
    }

    /// How its first line ends, and so how lines that are added must end.
    var lineEnd: String {
        guard lineStarts.count > 1, lineRange(1).upperBound < lineStarts[1] - 1 else { return "\n" }
        return "\r\n"
    }

    /// The line in which a byte stands, 1-based.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset {
                low = middle
            } else {
                high = middle
            }
        }
        return low + 1
    }

    /// The bytes of a line without its line end.
    ///
    /// - Parameter line: 1-based; a line that does not exist is empty.
    public func lineRange(_ line: Int) -> Range<Int> {
        guard line >= 1, line <= lineStarts.count else { return 0..<0 }
        let start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        if end > start, bytes[end - 1] == Byte.carriageReturn { end -= 1 }
        return start..<end
    }

    /// Line and column of a byte, both 1-based; columns count characters as a reader sees them.
    public func position(at offset: Int) -> (line: Int, column: Int) {
        let bounded = min(max(offset, 0), bytes.count)
        let line = line(at: bounded)
        return (line, 1 + characterCount(lineStarts[line - 1]..<bounded))
    }

    /// How many characters the bytes of a range make.
    public func characterCount(_ range: Range<Int>) -> Int {
        let part = bytes[range]
        // A carriage return and the newline behind it are one character, so they must not take the short way.
        if part.allSatisfy({ $0 < 0x80 && $0 != Byte.carriageReturn }) { return part.count }
        return String(decoding: part, as: UTF8.self).count
    }

    /// The text of a range; bytes that are not UTF-8 become the replacement character.
    public func text(_ range: SourceRange) -> String {
        guard range.isKnown, range.end <= bytes.count else { return "" }
        return String.of(bytes, range.start, range.end)
    }
}

/// Where something stands in its source, in bytes.
public struct SourceRange: Hashable, Sendable {
    // Trees consist of ranges to a good part; 32 bits hold every offset of a source.
    @usableFromInline var storedStart: Int32
    @usableFromInline var storedEnd: Int32

    public var start: Int {
        get { Int(storedStart) }
        set { storedStart = Int32(clamping: newValue) }
    }

    /// The offset behind the last byte.
    public var end: Int {
        get { Int(storedEnd) }
        set { storedEnd = Int32(clamping: newValue) }
    }

    public init(_ start: Int, _ end: Int) {
        storedStart = Int32(clamping: start)
        storedEnd = Int32(clamping: end)
    }

    /// A range of a source that is no larger than ``FTAISource/maximumSize``, so that no place in it is too large.
    @inlinable
    package init(placed start: Int, _ end: Int) {
        storedStart = Int32(truncatingIfNeeded: start)
        storedEnd = Int32(truncatingIfNeeded: end)
    }

    /// The range of what was built and not read.
    public static let none = SourceRange(-1, -1)

    public var isKnown: Bool { start >= 0 && end >= start }
}

/// The bytes that the syntax is made of. Public and inlinable: the readers of other modules ask for every byte.
public enum Byte {
    @inlinable public static var tab: UInt8 { 0x09 }
    @inlinable public static var newline: UInt8 { 0x0A }
    @inlinable public static var carriageReturn: UInt8 { 0x0D }
    @inlinable public static var space: UInt8 { 0x20 }
    @inlinable public static var quote: UInt8 { 0x22 }
    @inlinable public static var comma: UInt8 { 0x2C }
    @inlinable public static var hyphen: UInt8 { 0x2D }
    @inlinable public static var dot: UInt8 { 0x2E }
    @inlinable public static var slash: UInt8 { 0x2F }
    @inlinable public static var colon: UInt8 { 0x3A }
    @inlinable public static var at: UInt8 { 0x40 }
    @inlinable public static var openBracket: UInt8 { 0x5B }
    @inlinable public static var backslash: UInt8 { 0x5C }
    @inlinable public static var closeBracket: UInt8 { 0x5D }
    @inlinable public static var underscore: UInt8 { 0x5F }
    @inlinable public static var openBrace: UInt8 { 0x7B }
    @inlinable public static var bar: UInt8 { 0x7C }
    @inlinable public static var closeBrace: UInt8 { 0x7D }

    @inlinable public static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
    @inlinable public static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    @inlinable public static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
    /// A byte of a tag's name behind the first.
    @inlinable public static func isName(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == underscore
    }
    /// A byte of an entry's key behind the first.
    @inlinable public static func isKey(_ byte: UInt8) -> Bool {
        isName(byte) || byte == hyphen || byte == dot || byte >= 0x80
    }
}
