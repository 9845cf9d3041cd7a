// The bytes of a source as the readers of this module go through them.

/// Bytes that somebody else keeps alive, see ``Swift/Array/withSourceBytes(_:)``.
///
/// Reading them counts no references. An index that is not there ends the process, as it does with an array.
struct SourceBytes {
    private let buffer: UnsafeBufferPointer<UInt8>
    /// Whether they are known to be ASCII without control characters but tab and newline, see ``TextChecker``.
    var isPlain = false

    init(_ buffer: UnsafeBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    var count: Int { buffer.count }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: buffer.count), "no such byte")
        return buffer[index]
    }

    /// The text of a part; bytes that are not UTF-8 become the replacement character.
    func text(_ start: Int, _ end: Int) -> String {
        guard start < end else { return "" }
        precondition(start >= 0 && end <= buffer.count, "no such bytes")
        let part = UnsafeBufferPointer(rebasing: buffer[start..<end])
        return isPlain ? .ofASCII(part) : .of(part)
    }

    /// Whether a byte stands in a part.
    func contains(_ byte: UInt8, _ start: Int, _ end: Int) -> Bool {
        any(start, end) { $0 == byte }
    }

    /// Whether any byte of a part is as asked for. All are looked at: without a way out of the loop it becomes vector code.
    @inline(__always)
    func any(_ start: Int, _ end: Int, _ isWanted: (UInt8) -> Bool) -> Bool {
        guard start < end else { return false }
        precondition(start >= 0 && end <= buffer.count, "no such bytes")
        var found: UInt8 = 0
        for byte in UnsafeBufferPointer(rebasing: buffer[start..<end]) { found |= isWanted(byte) ? 1 : 0 }
        return found != 0
    }
}

extension [UInt8] {
    /// Hands over the bytes, which must not be kept.
    func withSourceBytes<Result>(_ body: (SourceBytes) throws -> Result) rethrows -> Result {
        try withUnsafeBufferPointer { try body(SourceBytes($0)) }
    }
}

extension String {
    /// The text of a part of some bytes; those that are not UTF-8 become the replacement character.
    static func of(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String {
        bytes.withSourceBytes { $0.text(start, end) }
    }

    /// Most texts are ASCII, which is cheaper to see than to find out while they are made.
    fileprivate static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var all: UInt8 = 0
        for byte in bytes { all |= byte }
        return all < 0x80 ? .ofASCII(bytes) : String(decoding: bytes, as: UTF8.self)
    }

    /// The text of bytes that are known to be ASCII, and hence need no other look.
    fileprivate static func ofASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(copying: UTF8Span(unchecked: Span(_unsafeElements: bytes), isKnownASCII: true))
    }
}
