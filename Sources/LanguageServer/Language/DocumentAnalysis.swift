// A document that is open, with all that is known of it.

import FTAI
import FTAICompiler

/// What was found out about a document and what it includes.
struct DocumentAnalysis {
    let source: FTAISource
    /// The document by itself, as far as it can be read; its `@include` tags stand in it.
    let document: FTAIDocument?
    /// The document with all that it includes; it comes first, so that its places are places in the whole.
    let expansion: DocumentIncluder.Expansion
    /// The URI of each file of the expansion.
    let uris: [String]
    /// What is wrong, file by file, in the order of the expansion.
    let problems: [[Diagnostic]]
    let names: ProgramNames

    /// - Parameters:
    ///   - root: the folder that included documents are kept to.
    ///   - uri: the URI of a file, by its path.
    init(of source: FTAISource, files: any IncludedFiles, root: String, uri: (String) -> String) {
        self.source = source
        document = FTAIParser(mode: .lenient).parse(source).document
        expansion = DocumentIncluder(root: root, files: files).expand(source)
        uris = expansion.files.map { uri($0.source.file) }
        let analysis = FTAICompiler.analysis(of: expansion)
        problems = expansion.report(analysis.diagnostics).files.map(\.diagnostics)
        names = analysis.names
    }

    var errorCount: Int { problems.joined().count { $0.severity == .error } }

    /// Where a range of the whole stands.
    func location(of range: SourceRange) -> TextLocation? {
        guard let place = expansion.place(of: range) else { return nil }
        return TextLocation(uri: uris[place.file], range: expansion.files[place.file].source.span(of: place.range))
    }

    // MARK: Problems

    /// The diagnostics of a file as editors show them.
    func shown(file index: Int) -> [ShownDiagnostic] {
        problems[index].map { shown($0, in: index) }
    }

    func shown(_ diagnostic: Diagnostic, in index: Int) -> ShownDiagnostic {
        let source = expansion.files[index].source
        let lines = diagnostic.notes.compactMap { note in
            note.line.map {
                let line = source.lineRange($0)
                let place = TextLocation(
                    uri: uris[index], range: source.span(of: SourceRange(line.lowerBound, line.upperBound)))
                return ShownDiagnostic.Related(location: place, message: note.message)
            }
        }
        let notes = diagnostic.notes.filter { $0.line == nil }.map { "note: \($0.message)" }
        let message = [diagnostic.message] + [diagnostic.help].compactMap(\.self) + notes
        let isNeedless = diagnostic.code == .variableUnused || diagnostic.code == .codeUnreachable
        return ShownDiagnostic(
            range: span(of: diagnostic, in: source), severity: diagnostic.severity == .error ? 1 : 2,
            code: diagnostic.code.rawValue, message: message.joined(separator: "\n"), tags: isNeedless ? [1] : nil,
            relatedInformation: lines.isEmpty ? nil : lines)
    }

    private func span(of diagnostic: Diagnostic, in source: FTAISource) -> TextSpan {
        if diagnostic.range.isKnown { return source.span(of: diagnostic.range) }
        let line = source.lineRange(diagnostic.line)
        return source.span(of: SourceRange(line.lowerBound, line.upperBound))
    }
}

extension FTAISource {
    /// The one replacement that makes another text of this, of whole lines; nil when they are the same.
    func change(to text: [UInt8]) -> TextChange? {
        guard text != bytes else { return nil }
        var start = zip(bytes, text).prefix { $0 == $1 }.count
        while start > 0, bytes[start - 1] != Byte.newline { start -= 1 }
        var kept = zip(bytes[start...].reversed(), text[start...].reversed()).prefix { $0 == $1 }.count
        while kept > 0, !Self.beginsLine(bytes, kept) || !Self.beginsLine(text, kept) { kept -= 1 }
        let span = span(of: SourceRange(start, bytes.count - kept))
        return TextChange(range: span, newText: String(decoding: text[start..<(text.count - kept)], as: UTF8.self))
    }

    /// Whether so many bytes at the end of a text begin with a line.
    private static func beginsLine(_ text: [UInt8], _ count: Int) -> Bool {
        text.count == count || text[text.count - count - 1] == Byte.newline
    }
}
