// The names of tags that mean something to the parser and to the compiler.

/// The name of a tag that means something to the parser or to the compiler. All of them are in ``FTAIVocabulary/tags``.
package enum TagWord: String, CaseIterable, Sendable {
    case ai, task, memory, agent, config, section, schema, table, end, input, output, tool
    case `protocol`
    case program = "do"
    case header = "ftai"

    /// The word of a name, whatever the case of its letters; nil for a name that is none of these.
    package init?(_ name: String) {
        self.init(packed: Self.packed(name))
    }

    /// The word of a packed name: comparing names becomes comparing numbers.
    init?(packed: UInt64) {
        switch packed {
        case 0x6169: self = .ai
        case 0x7461_736B: self = .task
        case 0x6D65_6D6F_7279: self = .memory
        case 0x61_6765_6E74: self = .agent
        case 0x636F_6E66_6967: self = .config
        case 0x73_6563_7469_6F6E: self = .section
        case 0x7363_6865_6D61: self = .schema
        case 0x74_6162_6C65: self = .table
        case 0x65_6E64: self = .end
        case 0x69_6E70_7574: self = .input
        case 0x6F75_7470_7574: self = .output
        case 0x746F_6F6C: self = .tool
        case 0x7072_6F74_6F63_6F6C: self = .protocol
        case 0x646F: self = .program
        case 0x6674_6169: self = .header
        default: return nil
        }
    }

    /// A name of up to eight bytes as a number, with its letters in lower case and its first byte in the highest place; 0 for a
    /// longer one, and for one that begins with NUL, which would make the number of another.
    static func packed(_ name: String) -> UInt64 {
        let bytes = name.utf8
        guard bytes.count <= 8, bytes.first != 0 else { return 0 }
        return bytes.reduce(0) { $0 << 8 | UInt64(lowercased($1)) }
    }

    /// A byte as a letter in lower case, if it is a letter of ASCII.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Whether it is one of ``FTAIVocabulary/closedSections``.
    var isClosedSection: Bool {
        switch self {
        case .ai, .task, .memory, .agent, .config, .protocol, .section, .schema, .table, .program: true
        case .end, .header, .input, .output, .tool: false
        }
    }
}

/// The name of a tag where it stands without quotes.
struct TagName {
    /// Empty when there is no name.
    let range: SourceRange
    /// See ``TagWord/packed(_:)``.
    let packed: UInt64
    /// Whether it has no capital letters.
    let isLowercase: Bool

    init(_ bytes: SourceBytes, _ start: Int, _ end: Int) {
        var index = start
        var packed: UInt64 = 0
        var isLowercase = true
        if start < end, Byte.isLetter(bytes[start]) || bytes[start] == Byte.underscore {
            while index < end {
                let byte = bytes[index]
                guard Byte.isName(byte) else { break }
                let lowercased = TagWord.lowercased(byte)
                if lowercased != byte { isLowercase = false }
                packed = packed << 8 | UInt64(lowercased)
                index += 1
            }
        }
        range = SourceRange(start, index)
        self.packed = index - start <= 8 ? packed : 0
        self.isLowercase = isLowercase
    }
}
