// The fuzz target of the document layer: whatever the bytes are, reading ends, writing reads back, and mending comes to an end.

@testable import FTAI

func fuzzDocument(_ bytes: [UInt8]) {
    let source = FTAISource(file: "fuzz.ftai", bytes: bytes)
    let result = FTAIParser(mode: .lenient).parse(source)
    guard let document = result.document else { return }
    checkText(of: document, result)
    checkStream(of: bytes, document)
    let strict = FTAIParser(mode: .strict).parse(source).diagnostics
    let report = DiagnosticReport(files: [.init(source: source, diagnostics: strict)])
    for format in DiagnosticReport.Format.allCases { _ = report.rendered(format) }
    let diagnose = { (source: FTAISource) in FTAIParser(mode: .strict).parse(source).diagnostics }
    _ = DiagnosticFixer.fixed(source, diagnose: diagnose)
}

/// What is written reads back as it is, unless it holds what cannot be written.
private func checkText(of document: FTAIDocument, _ result: ParseResult) {
    let text = FTAISerializer.serialize(document)
    guard let again = FTAIParser(mode: .lenient).parse(ftaiContent: text).document else {
        preconditionFailure("what was written cannot be read")
    }
    let isUnwritable = result.diagnostics.contains { $0.code == .controlCharacter || $0.code == .invalidUTF8 }
    precondition(isUnwritable || result.diagnostics.count > 100 || again.withoutRanges == document.withoutRanges)
    precondition(FTAISerializer.serialize(again) == text)
    let laidOut = DocumentLayout.text(of: again)
    guard let back = FTAIParser(mode: .lenient).parse(ftaiContent: laidOut).document else {
        preconditionFailure("what was laid out cannot be read")
    }
    precondition(DocumentLayout.text(of: back) == laidOut)
    let json = FTAISource(file: "fuzz.json", text: again.json.text(isCompact: true))
    let fromJSON = try? FTAIDocument(json: json)
    precondition(fromJSON == again.withoutRanges)
}

/// The stream reader gives the same nodes in small windows as in large ones.
private func checkStream(of bytes: [UInt8], _ document: FTAIDocument) {
    func nodes(window: Int, pieces: Int) -> [FTAINode] {
        var position = 0
        var reader = FTAIStreamReader(file: "fuzz.ftai", windowSize: window) {
            let end = min(bytes.count, position + pieces)
            defer { position = end }
            return Array(bytes[position..<end])
        }
        var nodes: [FTAINode] = []
        while let node = (try? reader.next()) ?? nil { nodes.append(node.withoutRanges) }
        return nodes
    }
    precondition(nodes(window: 1, pieces: 7) == nodes(window: 1 << 20, pieces: 1 << 20))
}
