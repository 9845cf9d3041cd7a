// What the bytes of a document may be: UTF-8 without control characters.

/// Finds bytes that are no text.
enum TextChecker {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Reports the first control character and the first invalid byte of every line.
    ///
    /// - Returns: whether the source is plain: ASCII without control characters but tab and newline.
    static func check(_ source: FTAISource, problems: inout DiagnosticCollector) -> Bool {
        guard source.bytes.withUnsafeBufferPointer(isSuspect) else { return true }
        for number in 1...source.lineStarts.count {
            let range = source.lineRange(number)
            checkControl(source, range, problems: &problems)
            if let invalid = firstInvalid(source.bytes, range) {
                let message = "byte 0x\(String(source.bytes[invalid], radix: 16)) is not valid UTF-8 here"
                problems.report(.invalidUTF8, at: SourceRange(invalid, invalid + 1), message)
            }
        }
        return false
    }

    /// Most documents are plain: one look at each byte settles that. Without a way out of the loop it becomes vector code.
    private static func isSuspect(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var suspects: UInt8 = 0
        for byte in bytes {
            let isControl: UInt8 = byte < Byte.space && byte != Byte.newline && byte != Byte.tab ? 1 : 0
            suspects |= isControl | (byte >= 0x7F ? 1 : 0)
        }
        return suspects != 0
    }

    private static func checkControl(_ source: FTAISource, _ range: Range<Int>, problems: inout DiagnosticCollector) {
        let bytes = source.bytes
        let first = range.first { index in
            let byte = bytes[index]
            // The controls U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
            let isC1 = byte == 0xC2 && index + 1 < range.upperBound && (0x80...0x9F).contains(bytes[index + 1])
            return (byte < Byte.space && byte != Byte.tab) || byte == 0x7F || isC1
        }
        guard let first else { return }
        let value = bytes[first] == 0xC2 ? bytes[first + 1] : bytes[first]
        let code = String(value, radix: 16, uppercase: true)
        let name =
            value == 0
            ? "a NUL character" : "the control character U+\(String(repeating: "0", count: 4 - code.count))\(code)"
        problems.report(.controlCharacter, at: SourceRange(first, first + 1), "\(name) stands here")
    }

    /// The first byte of the first sequence that is not well-formed (Unicode Standard, table 3-7).
    static func firstInvalid(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            case 0xF1...0xF3: length = 4
            default: return index
            }
            guard index + length <= range.upperBound, second.contains(bytes[index + 1]),
                bytes[(index + 1)..<(index + length)].allSatisfy({ (0x80...0xBF).contains($0) })
            else { return index }
            index += length
        }
        return nil
    }
}
