// The layout of the binary form, and why bytes are refused.
//
//   magic        4 bytes   89 'F' 'T' 'B'; the first byte is no ASCII, so that no text is taken for bytecode
//   version      u16
//   sections     in the order of ``BytecodeSection``; each: u16 tag, u32 length in bytes, content
//   hash         32 bytes  SHA-256 of everything before
//
// Integers are little-endian. A string is a u32 length in bytes and UTF-8. A list is a u32 count and its elements.
// An optional is a byte, 0 or 1, and the value when 1.

enum BytecodeFormat {
    static let magic: [UInt8] = [0x89, 0x46, 0x54, 0x42]
    static let version: UInt16 = 4
    static let hashLength = 32
    /// Set in an instruction's opcode when a u32 count and that many u16 arguments follow its three operands.
    static let argumentsFlag: UInt16 = 0x8000
}

/// The sections, in their order in the file.
enum BytecodeSection: UInt16, CaseIterable {
    case header = 1
    case constants, functions, code, tasks
}

/// Why bytes are not bytecode, and where that was seen.
public struct BytecodeFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        /// The file does not begin as bytecode does.
        case notBytecode
        /// Written by another version of the compiler.
        case unsupportedVersion(UInt16)
        /// The content does not match the hash at the end: it was cut, damaged or edited.
        case damaged
        /// The bytes end before what they announce.
        case truncated
        /// A count is larger than the bytes that are left could hold.
        case countTooLarge(UInt32)
        case invalidUTF8
        /// A number stands where only certain numbers have a meaning.
        case unknownCode(what: String, UInt64)
        /// A type, or a default value, is nested deeper than ``ValueType/maximumDepth``.
        case nestedTooDeep
        /// A section that is not the one that must come here, or whose length does not match its content.
        case misplacedSection
    }

    public let reason: Reason
    /// Bytes from the beginning of the file.
    public let offset: Int

    public var description: String {
        "not valid bytecode: \(explanation) (at byte \(offset))"
    }

    private var explanation: String {
        switch reason {
        case .notBytecode: "it does not begin as an FTAI bytecode file does"
        case .unsupportedVersion(let version):
            "format version \(version), where version \(BytecodeFormat.version) is needed; compile the source again"
        case .damaged: "the content does not match its SHA-256; it was cut, damaged or edited"
        case .truncated: "it ends too early"
        case .countTooLarge(let count): "\(count) elements are announced, more than there are bytes for"
        case .invalidUTF8: "a text is not UTF-8"
        case .unknownCode(let what, let code): "\(code) is no known \(what)"
        case .nestedTooDeep: "nested deeper than \(ValueType.maximumDepth)"
        case .misplacedSection: "a section is misplaced or its length is wrong"
        }
    }
}
