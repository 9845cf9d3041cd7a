// The sections of a document as an outline.

import FTAI

extension DocumentAnalysis {
    /// "SymbolKind" of the Language Server Protocol 3.17.
    private enum Kind: Int {
        case module = 2
        case namespace = 3
        case property = 7
        case field = 8
        case function = 12
        case variable = 13
        case object = 19
        case array = 18
    }

    /// The tags of the document, those that are sections with what is in them.
    var symbols: [DocumentSymbol] {
        (document?.nodes ?? []).compactMap(\.asTag).map(symbol)
    }

    private func symbol(of tag: FTAITag) -> DocumentSymbol {
        let title = tag.title.split(whereSeparator: \.isNewline).first.map { String($0.prefix(80)) } ?? ""
        let kind: Kind
        var name = title.isEmpty ? "@\(tag.name)" : title
        var detail: String? = title.isEmpty ? nil : "@\(tag.name)"
        switch tag.name.lowercased() {
        case "task": kind = .function
        case "input", "output":
            kind = tag.isNamed("input") ? .variable : .property
            let parts = title.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2 { (name, detail) = (parts[0], parts[1]) }
        case "do": kind = .object
        case "table": kind = .array
        case "agent", "tool": kind = .module
        default: kind = tag.body.isEmpty ? .field : .namespace
        }
        let named = tag.value.map(\.range).flatMap { $0.isKnown ? $0 : nil } ?? tag.nameRange
        // What is selected must lie within the whole.
        let whole = SourceRange(min(tag.range.start, named.start), max(tag.range.end, named.end))
        return DocumentSymbol(
            name: name, detail: detail, kind: kind.rawValue, range: source.span(of: whole),
            selectionRange: source.span(of: named), children: tag.tags.map(symbol))
    }
}
