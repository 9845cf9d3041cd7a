// Documents as trees, and results that go to a file or to the terminal.

import FTAI
import Foundation

extension SourceFile {
    /// Reads a document and shows what is wrong with it, and with what it includes where that is wanted.
    static func document(
        _ source: FTAISource, mode: FTAIParser.Mode, expands: Bool, _ console: Console
    ) throws(ToolFailure) -> FTAIDocument {
        let expansion: DocumentIncluder.Expansion
        if expands {
            expansion = DocumentIncluder.onDisk(for: source.file, root: nil, mode: mode).expand(source)
        } else {
            let result = FTAIParser(mode: mode).parse(source)
            expansion = .init(
                document: result.document, files: [.init(source: source, diagnostics: result.diagnostics)])
        }
        let report = DiagnosticReport(files: expansion.files)
        console.note(report.rendered(.text, useColor: console.useColor))
        guard !report.hasErrors, let document = expansion.document else {
            throw ToolFailure(
                exit: .badSource, message: "\(source.file) has errors", remedy: "ftai lint --fix \(source.file)")
        }
        return document
    }

    /// Writes a result to a file, or prints it when no file is named.
    static func write(_ text: String, to path: String?, _ console: Console) throws(ToolFailure) {
        if let path { try write(Array(text.utf8), to: path) } else { try console.write(text) }
    }

    /// Replaces the content of a file as a whole or not at all; links stay links, and permissions stay.
    static func replace(_ path: String, by bytes: [UInt8]) throws(ToolFailure) {
        let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        let permissions = try? FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
        try write(bytes, to: target)
        if let permissions {
            try? FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: target)
        }
    }
}
