// `sweep`.

import ArgumentParser
import SerenaBench

struct Sweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a scenario for several values of a parameter: the curve of false cut-offs against latency.",
        discussion: """
            Examples:
              serena-bench sweep turn-taking --set patience=0.4,0.6,0.8,1,1.25,1.5,2
              serena-bench sweep turn-taking --set patience=0.8,1 --tag tune --runs 1
            """)

    @Argument(help: "A scenario file, or its name in the folder Scenarios.", completion: .file(extensions: ["yaml"]))
    var scenario: String
    @Option(help: "Counted runs for each value. Default: what the scenario says.") var runs: Int?
    @Option(help: "The seed of everything random. Default: what the scenario says.") var seed: UInt64?
    @Option(help: "realtime, or virtual: as fast as the machine can work, with the same latencies.")
    var clock: RunClock = .virtual
    @Option(help: "The folder of the report. Default: a new one in Reports.", completion: .directory)
    var output: String?
    @Option(help: "serena, or calibration:DELAY.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena
    @Flag(help: "Print sweep.json.") var json = false
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1_000).contains(runs ?? 1) else { throw ValidationError("--runs must lie between 1 and 1000") }
    }

    func run() async throws {
        let request = SweepRequest(
            scenario: scenario, selection: try selection.selection(), runs: runs, seed: seed, clock: clock,
            output: output, printsJSON: json)
        try await common.perform(assistant: assistant) { await $0.sweep(request) }
    }
}
