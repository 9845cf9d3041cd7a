// A report as a log of SARIF 2.1.0 (OASIS Standard, 27 March 2020).

enum SARIFLog {
    static func of(_ report: DiagnosticReport) -> JSONValue {
        let found = Set(report.files.flatMap { $0.diagnostics.map(\.code) })
        let rules = DiagnosticCode.allCases.filter(found.contains)
        let indices = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1, $0) })
        let results = report.files.flatMap { file in
            file.diagnostics.map { result($0, indices[$0.code] ?? 0, file.source) }
        }
        let driver = JSONValue.object([
            .init("name", .string("ftai")),
            .init("rules", .array(rules.map(rule))),
        ])
        let run = JSONValue.object([
            .init("tool", .object([.init("driver", driver)])),
            .init("columnKind", .string("unicodeCodePoints")),
            .init("results", .array(results)),
        ])
        return .object([
            .init("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            .init("version", .string("2.1.0")),
            .init("runs", .array([run])),
        ])
    }

    private static func rule(_ code: DiagnosticCode) -> JSONValue {
        let level = (code.severity(in: .strict) ?? .warning).rawValue
        return .object(
            [.init("id", .string(code.rawValue)), .init("shortDescription", message(code.cause))]
                + (code.mend.map { [.init("help", message($0))] } ?? [])
                + [.init("defaultConfiguration", .object([.init("level", .string(level))]))])
    }

    private static func result(_ diagnostic: Diagnostic, _ index: Int, _ source: FTAISource) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("ruleId", .string(diagnostic.code.rawValue)),
            .init("ruleIndex", .number(index)),
            .init("level", .string(diagnostic.severity.rawValue)),
            .init("message", message(diagnostic.message)),
            .init("locations", .array([.object([.init("physicalLocation", location(diagnostic, source))])])),
        ]
        let related = diagnostic.notes.compactMap { note in
            note.line.map { line in
                JSONValue.object([
                    .init(
                        "physicalLocation",
                        .object([
                            .init("artifactLocation", artifact(diagnostic.file)),
                            .init("region", .object([.init("startLine", .number(max(1, line)))])),
                        ])), .init("message", message(note.message)),
                ])
            }
        }
        if !related.isEmpty { members.append(.init("relatedLocations", .array(related))) }
        if let fix = diagnostic.fix { members.append(.init("fixes", .array([self.fix(fix, diagnostic.file, source)]))) }
        return .object(members)
    }

    private static func location(_ diagnostic: Diagnostic, _ source: FTAISource) -> JSONValue {
        let region =
            diagnostic.range.isKnown
            ? region(diagnostic.range, source) : .object([.init("startLine", .number(max(1, diagnostic.line)))])
        return .object([.init("artifactLocation", artifact(diagnostic.file)), .init("region", region)])
    }

    private static func fix(_ fix: Diagnostic.Fix, _ file: String, _ source: FTAISource) -> JSONValue {
        let replacements = fix.edits.map { edit in
            JSONValue.object([
                .init("deletedRegion", region(edit.range, source)),
                .init("insertedContent", message(edit.text)),
            ])
        }
        return .object([
            .init("description", message(fix.message)),
            .init(
                "artifactChanges",
                .array([
                    .object([
                        .init("artifactLocation", artifact(file)), .init("replacements", .array(replacements)),
                    ])
                ])),
        ])
    }

    private static func region(_ range: SourceRange, _ source: FTAISource) -> JSONValue {
        let (start, end) = (point(range.start, source), point(range.end, source))
        return .object([
            .init("startLine", .number(start.line)), .init("startColumn", .number(start.column)),
            .init("endLine", .number(end.line)), .init("endColumn", .number(end.column)),
        ])
    }

    /// Line and column, 1-based; columns count code points, as the log says.
    private static func point(_ offset: Int, _ source: FTAISource) -> (line: Int, column: Int) {
        let bounded = min(max(offset, 0), source.bytes.count)
        let line = source.line(at: bounded)
        let text = String(decoding: source.bytes[source.lineStarts[line - 1]..<bounded], as: UTF8.self)
        return (line, 1 + text.unicodeScalars.count)
    }

    private static func message(_ text: String) -> JSONValue { .object([.init("text", .string(text))]) }

    /// A path as a relative reference (RFC 3986): what may not stand in one is percent-encoded.
    private static func artifact(_ path: String) -> JSONValue {
        let digits = Array("0123456789ABCDEF".utf8)
        var uri: [UInt8] = []
        for byte in path.utf8 {
            let isPlain =
                Byte.isName(byte) || byte == Byte.hyphen || byte == Byte.dot || byte == Byte.slash
                || byte == UInt8(ascii: "~")
            uri += isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return .object([.init("uri", .string(String(decoding: uri, as: UTF8.self)))])
    }
}
