// The tables that the functions of a program share while they are in intermediate form: types, texts, interfaces.

import SerenaNetBytecode

/// A type by its number in the ``IRTypes``: comparing two is comparing two integers.
struct IRType: Hashable {
    let index: Int

    static let int = IRType(index: 0)
    static let float = IRType(index: 1)
    static let bool = IRType(index: 2)
    static let string = IRType(index: 3)
}

/// The types of a program, each once.
struct IRTypes {
    private(set) var all: [ValueType] = [.int, .float, .bool, .string]

    subscript(type: IRType) -> ValueType { all[type.index] }

    mutating func number(of type: ValueType) -> IRType {
        switch type {
        case .int: return .int
        case .float: return .float
        case .bool: return .bool
        case .string: return .string
        default: break
        }
        // A program has few types, so that looking through them is faster than hashing nested ones.
        if let index = all.firstIndex(of: type) { return IRType(index: index) }
        all.append(type)
        return IRType(index: all.count - 1)
    }
}

/// A text by its bytes. Two strings that only look alike, such as composed and decomposed letters, are two texts.
struct TextBytes: Hashable {
    let text: String

    static func == (left: TextBytes, right: TextBytes) -> Bool {
        guard left.text.utf8.count == right.text.utf8.count else { return false }
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in right.withUTF8 { left.elementsEqual($0) } }
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// The constant texts of a program, each once.
struct IRTexts {
    private(set) var all: [String] = []
    /// Made when there are so many texts that looking through them would take longer.
    private var numbers: [TextBytes: Int] = [:]
    private static let fewTexts = 24

    var count: Int { all.count }

    subscript(number: Int64) -> String { all[Int(number)] }

    mutating func number(of text: String) -> Int64 {
        let bytes = TextBytes(text: text)
        if all.count <= Self.fewTexts {
            if let number = all.firstIndex(where: { TextBytes(text: $0) == bytes }) { return Int64(number) }
        } else if let number = numbers[bytes] {
            return Int64(number)
        }
        all.append(text)
        if all.count == Self.fewTexts + 1 {
            for (number, text) in all.enumerated() { numbers[TextBytes(text: text)] = number }
        } else if all.count > Self.fewTexts {
            numbers[bytes] = all.count - 1
        }
        return Int64(all.count - 1)
    }
}

/// A program in intermediate form.
struct IRProgram {
    var functions: [IRFunction] = []
    var types = IRTypes()
    var texts = IRTexts()
    /// What each function and all that it calls may do.
    var effects: [EffectSet] = []
}
