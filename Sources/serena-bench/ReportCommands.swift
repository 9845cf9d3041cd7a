// `report` and `schema`.

import ArgumentParser
import SerenaBench

struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render the reports again from a result, or print one of them.",
        discussion: """
            Without --format, report.html, report.md, junit.xml and metrics.prom are written beside the result. With --format \
            github, in a job of GitHub Actions, the Markdown is also added to the summary of the job.

            Examples:
              serena-bench report Reports/ted-20260101T120000Z --output /tmp/report
              serena-bench report Reports/ted-20260101T120000Z --format github
            """)

    @Argument(help: "A result.json, or the folder of a run.", completion: .file()) var result: String
    @Option(help: "Where the reports go. Default: beside the result.", completion: .directory)
    var output: String?
    @Option(help: "Print this one instead: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: ReportFormat?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard output == nil || format == nil else {
            throw ValidationError("--format prints a report and --output writes them all; use one of the two")
        }
    }

    func run() async throws {
        let (result, output, format) = (result, output, format)
        try await common.perform { environment in
            if let format { return await environment.printReport(of: result, as: format) }
            return await environment.renderReport(of: result, into: output)
        }
    }
}

struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of a file that this program reads or writes.",
        discussion: """
            Example:
              serena-bench schema result
            """)

    @Argument(help: "\(SchemaKind.allCases.map(\.rawValue).joined(separator: ", ")).") var kind: SchemaKind
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let kind = kind
        try await common.perform { await $0.printSchema(kind) }
    }
}

extension ReportFormat: ExpressibleByArgument {}
extension SchemaKind: ExpressibleByArgument {}
