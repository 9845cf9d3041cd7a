// `history`.

import ArgumentParser
import SerenaBench

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the figures of scenarios went over time.",
        discussion: """
            Every run is kept in Reports/history.sqlite.

            Examples:
              serena-bench history ted
              serena-bench history --format html > history.html
              serena-bench history import Reports/ted-20260101T120000Z
            """,
        subcommands: [Show.self, Import.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the results of a scenario, or of all.")

        @Argument(help: "The name of a scenario. Default: all of them.") var scenario: String?
        @Option(help: "\(HistoryFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
        var format: HistoryFormat = .text
        @Option(help: "The newest results of each series.") var limit = 30
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...100_000).contains(limit) else {
                throw ValidationError("--limit must lie between 1 and 100000")
            }
        }

        func run() async throws {
            let (scenario, format, limit) = (scenario, format, limit)
            try await common.perform { await $0.showHistory(of: scenario, format: format, limit: limit) }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add results that were measured before or elsewhere.")

        @Argument(help: "A result.json, or the folder of a run; any number of them.", completion: .file())
        var results: [String]
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let results = results
            try await common.perform { await $0.importHistory(results) }
        }
    }
}

extension HistoryFormat: ExpressibleByArgument {}
