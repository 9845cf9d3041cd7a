// `gate` and `readiness`.

import ArgumentParser
import SerenaBench

struct Gate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run scenarios and decide, strictly, for a pipeline: what is not proven does not pass.",
        discussion: """
            A budget without enough turns, or a comparison that cannot tell, ends with 8; a named baseline that is missing or
            measured something else with 5. With several scenarios, each is held against the baseline NAME-SCENARIO.

            Examples:
              serena-bench gate ted
              serena-bench gate ted smoke --runs 20 --baseline main --output Reports/gate
              serena-bench gate ted --format json --quiet
              serena-bench gate ted audience --clock virtual --format junit --quiet > junit.xml
            """)

    @Argument(
        help: "Scenario files, or their names in the folder Scenarios.", completion: .file(extensions: ["yaml"]))
    var scenarios: [String]

    @Option(help: "Counted runs of each scenario, each with a fresh assistant.")
    var runs = GateRequest.standardRuns

    @Option(help: "Runs before the counted ones.")
    var warmup = 0

    @Option(help: "The seed of everything random. Default: what the scenario says.")
    var seed: UInt64?

    @Option(help: "A baseline that must not be fallen behind.")
    var baseline: String?

    @Option(help: "The folder of the reports and of gate.json. Default: reports in Reports.", completion: .directory)
    var output: String?

    @Option(help: "How late frames may be (p99) before a run is invalid.", transform: duration)
    var pacingLimit: Duration = RunRequest.standardPacingLimit

    @Option(help: "realtime, or virtual: as fast as the machine can work, with the same latencies.")
    var clock: RunClock = .realtime

    @Option(help: "serena, or calibration:DELAY.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena

    @Option(help: "How the decision is printed.")
    var format: GateRequest.Format = .text

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !scenarios.isEmpty else { throw ValidationError("name at least one scenario") }
        guard (1...1_000).contains(runs) else { throw ValidationError("--runs must lie between 1 and 1000") }
        guard (0...100).contains(warmup) else { throw ValidationError("--warmup must lie between 0 and 100") }
    }

    func run() async throws {
        var run = RunRequest(scenario: "", runs: runs, warmup: warmup, seed: seed, pacingLimit: pacingLimit)
        run.clock = clock
        let request = GateRequest(
            scenarios: scenarios, run: run, baseline: baseline, output: output, format: format)
        try await common.perform(assistant: assistant) { await $0.gate(request) }
    }
}

extension GateRequest.Format: ExpressibleByArgument {}

struct ReadinessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readiness",
        abstract: "Say whether the demo is ready, why, what would help, and whether the verdict still holds.",
        discussion: """
            The verdict is that of the worst gate. It expires when the code, the model, the settings, the machine, the audio device
            or the scenario change.

            Example:
              serena-bench readiness Reports/ted-20260101T120000Z --check
            """)

    @Argument(help: "A result.json, or the folder of a run.", completion: .file()) var result: String

    @Flag(help: "Exit with 0 only when it is ready and still holds.")
    var check = false

    @Option(help: "serena, or calibration:DELAY.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (result, check) = (result, check)
        try await common.perform(assistant: assistant) { await $0.readiness(of: result, decides: check) }
    }
}
