// The tables that the functions of a program share while they are in intermediate form: texts, interfaces.

import SerenaNetBytecode

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
