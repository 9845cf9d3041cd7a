// The table of diagnostics as the documentation shows it.

extension DiagnosticCode {
    /// All diagnostics as a table in Markdown: code, severity, cause, mend.
    public static var referenceTable: String {
        let rows = allCases.map { code in
            let severity = [FTAIParser.Mode.strict, .lenient].map { code.severity(in: $0)?.rawValue ?? "fine" }
            let shown = severity[0] == severity[1] ? severity[0] : "\(severity[0]) (lenient: \(severity[1]))"
            return "| `\(code.rawValue)` | \(shown) | \(code.cause) | \(code.mend ?? "See the message.") |"
        }
        return (["| code | severity | cause | mend |", "| --- | --- | --- | --- |"] + rows).joined(separator: "\n")
    }
}
