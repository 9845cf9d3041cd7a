// Diagnostics of several documents for programs: JSON, SARIF, and the commands of GitHub's workflows.

/// What was found in some documents.
public struct DiagnosticReport: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        /// For people.
        case text
        /// For programs: every diagnostic as an object.
        case json
        /// Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020), for code hosts and editors.
        case sarif
        /// Workflow commands, which GitHub shows beside the lines of a pull request.
        case github
    }

    /// A document and what is wrong with it.
    public struct File: Sendable {
        public var source: FTAISource
        public var diagnostics: [Diagnostic]

        public init(source: FTAISource, diagnostics: [Diagnostic]) {
            self.source = source
            self.diagnostics = diagnostics
        }
    }

    public var files: [File]

    public init(files: [File]) {
        self.files = files
    }

    public var hasErrors: Bool { files.contains { $0.diagnostics.contains { $0.severity == .error } } }

    /// The report as text that ends with a newline; empty when nothing was found and the format needs no frame.
    public func rendered(_ format: Format, useColor: Bool = false) -> String {
        switch format {
        case .text:
            let renderer = DiagnosticRenderer(useColor: useColor)
            return files.map { renderer.render($0.diagnostics, source: $0.source) }.joined()
        case .json: return json.text()
        case .sarif: return SARIFLog.of(self).text()
        case .github: return files.flatMap { $0.diagnostics.map(Self.command) }.joined()
        }
    }

    private var json: JSONValue {
        .object([
            .init("version", .number(1)),
            .init("diagnostics", .array(files.flatMap { file in file.diagnostics.map(Self.json) })),
        ])
    }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("code", .string(diagnostic.code.rawValue)),
            .init("severity", .string(diagnostic.severity.rawValue)),
            .init("file", .string(diagnostic.file)),
            .init("line", .number(diagnostic.line)),
            .init("column", .number(diagnostic.column)),
            .init("length", .number(diagnostic.length)),
            .init("message", .string(diagnostic.message)),
        ]
        if let help = diagnostic.help { members.append(.init("help", .string(help))) }
        if !diagnostic.notes.isEmpty {
            members.append(
                .init(
                    "notes",
                    .array(
                        diagnostic.notes.map { note in
                            .object(
                                [.init("message", .string(note.message))]
                                    + (note.line.map { [.init("line", .number($0))] } ?? []))
                        })))
        }
        if let fix = diagnostic.fix { members.append(.init("fix", json(fix))) }
        return .object(members)
    }

    /// Edits are told in bytes of the file.
    private static func json(_ fix: Diagnostic.Fix) -> JSONValue {
        .object([
            .init("message", .string(fix.message)),
            .init("certain", JSONValue(.bool(fix.isCertain))),
            .init(
                "edits",
                .array(
                    fix.edits.map { edit in
                        .object([
                            .init("start", .number(edit.range.start)), .init("end", .number(edit.range.end)),
                            .init("text", .string(edit.text)),
                        ])
                    })),
        ])
    }

    /// A workflow command (docs.github.com: workflow commands, setting an error message).
    private static func command(_ diagnostic: Diagnostic) -> String {
        let place = [
            ("file", diagnostic.file), ("line", String(diagnostic.line)), ("col", String(diagnostic.column)),
            ("endColumn", String(diagnostic.column + diagnostic.length)), ("title", diagnostic.code.rawValue),
        ]
        let properties = place.map { "\($0)=\(escaped($1, also: [":", ","]))" }.joined(separator: ",")
        let help = diagnostic.help.map { "\n\($0)" } ?? ""
        return "::\(diagnostic.severity.rawValue) \(properties)::\(escaped(diagnostic.message + help, also: []))\n"
    }

    private static func escaped(_ text: String, also: Set<Character>) -> String {
        text.map { character in
            switch character {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            case "\r\n": "%0D%0A"
            case ":" where also.contains(":"): "%3A"
            case "," where also.contains(","): "%2C"
            default: String(character)
            }
        }.joined()
    }
}
