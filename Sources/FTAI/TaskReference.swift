// The tasks of a document as a page for people, in Markdown.

/// Writes what a document's tasks are for and how they are asked for.
public enum TaskReference {
    /// The page; a document without tasks gives a page that says so.
    public static func markdown(of document: FTAIDocument, file: String) -> String {
        let head = document.tags.first { $0.isNamed("document") }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let title = [head?.title, head?.value(of: "title")?.text].compactMap { $0 }.first { !$0.isEmpty }
        var page = "# \(escaped(title ?? name))\n"
        for entry in head?.entries ?? [] where entry.key != "title" {
            page += "\n- **\(escaped(entry.key))**: \(escaped(entry.value?.text ?? ""))"
        }
        if !(head?.entries.filter { $0.key != "title" }.isEmpty ?? true) { page += "\n" }
        page += prose(head?.body ?? [])
        let tasks = allTasks(document.nodes)
        if tasks.isEmpty { page += "\nThis document has no tasks.\n" }
        for task in tasks { page += section(of: task) }
        return page
    }

    /// Tasks, also those within other sections.
    private static func allTasks(_ nodes: [FTAINode]) -> [FTAITag] {
        nodes.compactMap(\.asTag).flatMap { $0.isNamed("task") ? [$0] : allTasks($0.body) }
    }

    private static func section(of task: FTAITag) -> String {
        var text = "\n## \(escaped(task.title.isEmpty ? "task" : task.title))\n"
        text += prose(task.body)
        let phrases = task.value(of: "phrases")?.elements.map(\.text) ?? []
        if !phrases.isEmpty {
            text += "\nAsk for it with:\n\n" + phrases.map { "- \(code($0))\n" }.joined()
        }
        let inputs = task.tags(named: "input").map(Declaration.init)
        if !inputs.isEmpty {
            text += "\n| input | type | when it is not given |\n| --- | --- | --- |\n"
            for input in inputs {
                let absent = input.standard.map(code) ?? (input.type.hasSuffix("?") ? "null" : "must be given")
                text += "| \(code(input.name)) | \(code(input.type)) | \(absent) |\n"
            }
        }
        for output in task.tags(named: "output").map(Declaration.init) {
            text += "\nGives \(code(output.name)), \(code(output.type)).\n"
        }
        for entry in task.entries where entry.key != "phrases" && entry.key != "description" {
            text += "\n- **\(escaped(entry.key))**: \(escaped(entry.value?.text ?? ""))\n"
        }
        return text
    }

    /// What is written for people: the description, narrative and free text.
    private static func prose(_ nodes: [FTAINode]) -> String {
        nodes.compactMap { node -> String? in
            switch node {
            case .entry(let entry) where entry.key == "description":
                return "\n" + escaped(entry.value?.text ?? "") + "\n"
            case .narrative(let text), .text(let text):
                return text.text.isEmpty ? nil : "\n" + escaped(text.text) + "\n"
            case .tag(let tag) where tag.isNamed("note") || tag.isNamed("goal"):
                return tag.title.isEmpty ? nil : "\n" + escaped(tag.title) + "\n"
            default: return nil
            }
        }.joined()
    }

    /// Text that Markdown and the HTML in it leave alone; `**bold**` is bold in FTAI as well.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "<": "&lt;"
            case "&": "&amp;"
            case "`", "_", "[", "]", "|", "#", "\\": "\\\(character)"
            default: String(character)
            }
        }.joined()
    }

    private static func code(_ text: String) -> String {
        let text = String(text.map { $0.isNewline ? " " : $0 == "`" ? "'" : $0 })
        return "`\(text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|"))`"
    }
}

/// `name:type default`, as `@input` and `@output` have it.
private struct Declaration {
    let name: String
    let type: String
    let standard: String?

    init(_ tag: FTAITag) {
        let title = tag.title
        let parts = title.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        let rest = parts.count > 1 ? parts[1].drop(while: Self.isBlank) : ""
        let end = Self.typeEnd(in: rest)
        let written = rest[..<end]
        type = written.isEmpty ? tag.typeHint?.rawValue ?? "string" : String(written)
        let behind = rest[end...].drop(while: Self.isBlank)
        standard = behind.isEmpty ? nil : String(behind)
    }

    /// The first blank that is not between `<` and `>`.
    private static func typeEnd(in text: Substring) -> Substring.Index {
        var depth = 0
        return text.firstIndex { character in
            if character == "<" { depth += 1 }
            if character == ">" { depth -= 1 }
            return depth <= 0 && isBlank(character)
        } ?? text.endIndex
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}
