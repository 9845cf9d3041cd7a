// What a word of a document means, where it is declared, and where it is used.

import FTAI
import FTAICompiler

extension DocumentAnalysis {
    /// What is shown of the word at a place; nil where there is nothing to say.
    func hover(at place: TextPlace) -> Hover? {
        guard let word = names.word(at: source.offset(of: place)) else { return nil }
        let text =
            switch word.meaning {
            case .function(let name): Self.code(LanguageWords.forms(ofFunction: name))
            case .declaration(let index): text(of: names.declarations[index], index)
            }
        return Hover(contents: MarkedText(value: text), range: source.span(of: word.range))
    }

    private static func code(_ lines: [String]) -> String {
        "```ftai\n\(lines.joined(separator: "\n"))\n```"
    }

    private func text(of declaration: ProgramNames.Declaration, _ index: Int) -> String {
        let typed = "\(declaration.name): \(declaration.type?.description ?? "?")"
        switch declaration.kind {
        case .task:
            guard let task = names.tasks.first(where: { $0.declaration == index }) else { return "" }
            let phrases = task.phrases.isEmpty ? "" : "\n\nAsked for with:" + task.phrases.map { "\n- \($0)" }.joined()
            return Self.code([task.signature]) + "\n\nEffects: \(task.effects)." + phrases
        case .input: return Self.code(["@input \(typed)"])
        case .output: return Self.code(["@output \(typed)"])
        case .constant: return Self.code(["let \(typed)"])
        case .variable: return Self.code(["var \(typed)"])
        case .element: return Self.code(["for \(typed)"])
        case .failure: return Self.code(["catch \(typed)"])
        }
    }

    /// Where the word at a place is declared, or the file that an `@include` there names.
    func definition(at place: TextPlace) -> TextLocation? {
        let offset = source.offset(of: place)
        if case .declaration(let index) = names.word(at: offset)?.meaning {
            return location(of: names.declarations[index].range)
        }
        guard let path = Self.included(at: offset, in: document?.nodes ?? []) else { return nil }
        let included = DocumentIncluder.path(of: path, besides: source.file)
        let file = expansion.files.firstIndex { $0.source.file == included }
        let top = TextSpan(start: TextPlace(line: 0, character: 0), end: TextPlace(line: 0, character: 0))
        return file.map { TextLocation(uri: uris[$0], range: top) }
    }

    /// The path in the `@include` at a place.
    private static func included(at offset: Int, in nodes: [FTAINode]) -> String? {
        for tag in nodes.compactMap(\.asTag) where tag.range.start <= offset && offset <= tag.range.end {
            if tag.isNamed("include") { return tag.title }
            if let path = included(at: offset, in: tag.body) { return path }
        }
        return nil
    }

    /// All places that name what the word at a place names, in all files; nil when it names nothing that is declared.
    func references(at place: TextPlace, withDeclaration: Bool) -> [TextLocation]? {
        guard case .declaration(let index) = names.word(at: source.offset(of: place))?.meaning else { return nil }
        let declared = names.declarations[index].range
        return names.places(of: index).filter { withDeclaration || $0 != declared }.compactMap(location)
    }

    /// The same within the document alone.
    func highlights(at place: TextPlace) -> [Highlight]? {
        references(at: place, withDeclaration: true)?.filter { $0.uri == uris.first }.map { Highlight(range: $0.range) }
    }

    // MARK: Renaming

    /// The word at a place that can have another name; nil when there is none.
    func renamable(at place: TextPlace) -> RenamableWord? {
        guard let word = names.word(at: source.offset(of: place)), case .declaration(let index) = word.meaning else {
            return nil
        }
        return RenamableWord(range: source.span(of: word.range), placeholder: names.declarations[index].name)
    }

    /// The changes that give what the word at a place names another name, by URI.
    ///
    /// - Parameter errors: how many errors a set of changed files would have.
    func renaming(
        at place: TextPlace, to name: String, errors: ([String: [UInt8]]) -> Int
    ) throws(ResponseError) -> WorkspaceChange {
        guard case .declaration(let index) = names.word(at: source.offset(of: place))?.meaning else {
            throw ResponseError(.requestFailed, "there is nothing here that can be renamed")
        }
        guard LanguageWords.isName(name) else {
            throw ResponseError(
                .requestFailed, "`\(name.prefix(64))` is no name: a letter, then letters, digits and `_`")
        }
        var edits: [Int: [Diagnostic.Fix.Edit]] = [:]
        for range in names.places(of: index) {
            if let place = expansion.place(of: range) {
                edits[place.file, default: []].append(.init(place.range, name))
            }
        }
        var texts: [String: [UInt8]] = [:]
        var changes: [String: [TextChange]] = [:]
        for (file, edits) in edits.sorted(by: { $0.key < $1.key }) {
            let source = expansion.files[file].source
            texts[source.file] = Self.applied(edits, to: source.bytes)
            changes[uris[file]] = edits.map { TextChange(range: source.span(of: $0.range), newText: $0.text) }
        }
        guard errors(texts) <= errorCount else {
            throw ResponseError(.requestFailed, "`\(name)` is taken, or means something else where this is used")
        }
        return WorkspaceChange(changes: changes)
    }

    /// - Parameter edits: in the order of the text.
    private static func applied(_ edits: [Diagnostic.Fix.Edit], to bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for edit in edits.reversed() { result.replaceSubrange(edit.range.start..<edit.range.end, with: edit.text.utf8) }
        return result
    }
}
