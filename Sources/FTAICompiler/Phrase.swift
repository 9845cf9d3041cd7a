// What people say to ask for a task, as its head declares it.

/// What a person says to ask for a task: words, `{slots}`, `[options]` and `(one|another)`.
enum Phrase {
    struct Slot {
        let name: String
        let type: String?
    }

    struct Malformed: Error {
        let reason: String
    }

    /// The slots of a phrase.
    static func slots(of phrase: String) throws(Malformed) -> [Slot] {
        var slots: [Slot] = []
        var open: [Character] = []
        let closing: [Character: Character] = ["[": "]", "(": ")"]
        var rest = phrase[...]
        while let character = rest.popFirst() {
            switch character {
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw Malformed(reason: "a slot has no `}`") }
                let parts = rest[..<end].split(separator: ":", omittingEmptySubsequences: false)
                    .map { String($0.filter { !$0.isWhitespace }) }
                guard parts.count <= 2, TaskHeadReader.isName(parts[0]) else {
                    throw Malformed(reason: "`{\(rest[..<end].prefix(64))}` is no slot: write `{name:type}`")
                }
                slots.append(Slot(name: parts[0], type: parts.count > 1 ? parts[1] : nil))
                rest = rest[rest.index(after: end)...]
            case "[", "(": open.append(character)
            case "]", ")":
                guard let opener = open.popLast(), closing[opener] == character else {
                    throw Malformed(reason: "`\(character)` closes nothing")
                }
            case "}": throw Malformed(reason: "`}` closes nothing")
            default: break
            }
        }
        if let opener = open.last { throw Malformed(reason: "`\(opener)` is not closed") }
        return slots
    }
}
