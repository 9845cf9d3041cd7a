// Flags that stand within narrative, such as `[tone: urgent]`.

/// A remark to the reader's tools in the middle of a text.
public struct InlineFlag: Hashable, Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// All flags of a text, in order. A flag stands on one line; its name is written like a key.
    public static func all(in text: String) -> [InlineFlag] {
        let bytes = Array(text.utf8)
        var flags: [InlineFlag] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == Byte.openBracket else {
                index += 1
                continue
            }
            index += 1
            if let (flag, end) = flag(in: bytes, from: index) {
                flags.append(flag)
                index = end
            }
        }
        return flags
    }

    private static func flag(in bytes: [UInt8], from start: Int) -> (InlineFlag, end: Int)? {
        var index = start
        while index < bytes.count, Byte.isKey(bytes[index]) { index += 1 }
        let nameEnd = index
        guard nameEnd > start, index < bytes.count, bytes[index] == Byte.colon else { return nil }
        index += 1
        let valueStart = index
        while index < bytes.count, bytes[index] != Byte.closeBracket {
            guard bytes[index] != Byte.newline, bytes[index] != Byte.openBracket else { return nil }
            index += 1
        }
        guard index < bytes.count else { return nil }
        let value = bytes.withSourceBytes { ValueReader.trimmed($0, valueStart, index) }
        let flag = InlineFlag(
            name: String(decoding: bytes[start..<nameEnd], as: UTF8.self),
            value: String(decoding: bytes[value.start..<value.end], as: UTF8.self))
        return (flag, index + 1)
    }
}
