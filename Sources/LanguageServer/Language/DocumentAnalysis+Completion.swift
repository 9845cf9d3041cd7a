// What an editor offers to go on with.

import FTAI
import FTAICompiler

extension DocumentAnalysis {
    /// "CompletionItemKind" of the Language Server Protocol 3.17.
    private enum Kind: Int {
        case function = 3
        case variable = 6
        case module = 9
        case property = 10
        case keyword = 14
        case type = 25
    }

    /// Something that can be written, and how near it is: what is nearer comes first.
    private struct Offer {
        let word: String
        let kind: Kind
        let distance: Int
        var detail: String?
    }

    func completions(at place: TextPlace) -> CompletionList {
        let offset = source.offset(of: place)
        let start = source.lineStarts[source.line(at: offset) - 1]
        let line = source.text(SourceRange(start, offset))
        let meaning = CompletionPlace.of(line: line, in: section(at: offset))
        var word = SourceRange(offset, offset)
        if case .tag(let length) = meaning {
            word.start = offset - length
        } else {
            while word.start > start, Byte.isName(source.bytes[word.start - 1]) { word.start -= 1 }
        }
        let span = source.span(of: word)
        let items = offers(at: meaning, offset).map { offer in
            CompletionItem(
                label: offer.word, kind: offer.kind.rawValue, detail: offer.detail,
                sortText: "\(offer.distance)\(offer.word)", textEdit: TextChange(range: span, newText: offer.word))
        }
        return CompletionList(items: items)
    }

    /// What a place stands in: the code of a task, its head, or anything else.
    private func section(at offset: Int) -> CompletionPlace.Section {
        var section = CompletionPlace.Section.prose
        var nodes = document?.nodes ?? []
        while let tag = nodes.compactMap(\.asTag).first(where: { $0.range.start < offset && offset <= $0.range.end }) {
            if tag.isNamed("task") { section = .head }
            // The line of the tag itself is not yet code.
            let isBelow = source.line(at: tag.nameRange.start) < source.line(at: offset)
            if tag.isNamed("do"), section == .head, isBelow { return .code }
            nodes = tag.body
        }
        return section
    }

    private func offers(at place: CompletionPlace, _ offset: Int) -> [Offer] {
        switch place {
        case .text: []
        case .tag:
            FTAIVocabulary.tags.sorted().map { Offer(word: "@\($0)", kind: .property, distance: 1) }
        case .headKey: LanguageWords.headKeys.map { Offer(word: "\($0): ", kind: .property, distance: 1) }
        case .effect: LanguageWords.effects.map { Offer(word: $0, kind: .keyword, distance: 1) }
        case .type: LanguageWords.types.map { Offer(word: $0, kind: .type, distance: 1) }
        case .tool: names.tools.map { Offer(word: $0, kind: .module, distance: 1) }
        case .agent: names.agents.map { Offer(word: $0, kind: .module, distance: 1) }
        case .code(let isFirst): code(isFirst: isFirst, at: offset)
        }
    }

    private func code(isFirst: Bool, at offset: Int) -> [Offer] {
        let variables = names.variables(at: offset).map {
            Offer(word: $0.name, kind: .variable, distance: 1, detail: $0.type?.description)
        }
        let tasks = names.tasks.map { task in
            Offer(
                word: names.declarations[task.declaration].name, kind: .function, distance: 2, detail: task.signature)
        }
        let lineKeywords = Set(LanguageWords.lineKeywords)
        let keywords = LanguageWords.keywords.filter { isFirst || !lineKeywords.contains($0) }.map {
            Offer(word: $0, kind: .keyword, distance: 3)
        }
        let functions = LanguageWords.functions.map { name in
            Offer(
                word: name, kind: .function, distance: 4,
                detail: LanguageWords.forms(ofFunction: name).joined(separator: "; "))
        }
        return variables + tasks + keywords + functions
    }
}
