// `run` and `calibrate`.

import ArgumentParser
import Foundation
import SerenaBench

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replay a scenario against the assistant and report.",
        discussion: """
            Examples:
              serena-bench run ted
              serena-bench run Scenarios/smoke.yaml --runs 5 --warmup 1 --output /tmp/smoke
              serena-bench run smoke --json --quiet | jq .summary
              serena-bench run smoke --assistant calibration:250ms
              serena-bench run noisy-room --filter 10dB --set voice=presenter
            """)

    @Argument(
        help: "A scenario file, or its name in the folder Scenarios.",
        completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(help: "Counted runs, each with a fresh assistant. Default: what the scenario says.")
    var runs: Int?

    @Option(help: "Runs before the counted ones. Default: what the scenario says.")
    var warmup: Int?

    @Option(help: "The seed of everything random. Default: what the scenario says.")
    var seed: UInt64?

    @Option(help: "The folder of the report. Default: a new one in Reports.", completion: .directory)
    var output: String?

    @Option(help: "realtime, or virtual: as fast as the machine can work, with the same latencies.")
    var clock: RunClock = .realtime

    @Option(help: "A baseline to show beside the result.")
    var baseline: String?

    @Option(help: "How late frames may be (p99) before the run is invalid.", transform: duration)
    var pacingLimit: Duration = RunRequest.standardPacingLimit

    @Option(help: "serena, or calibration:DELAY.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena

    @Flag(help: "Find the measuring error before the runs (about 15 seconds).")
    var calibrate = false

    @Option(help: "Print a report: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: ReportFormat?

    @Flag(help: "Print result.json; short for --format json.")
    var json = false

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1_000).contains(runs ?? 1) else {
            throw ValidationError("--runs must lie between 1 and 1000")
        }
        guard (0...100).contains(warmup ?? 0) else {
            throw ValidationError("--warmup must lie between 0 and 100")
        }
        guard !json || format == nil || format == .json else {
            throw ValidationError("--json and --format name different reports")
        }
    }

    func run() async throws {
        var request = RunRequest(
            scenario: scenario, runs: runs, warmup: warmup, seed: seed, output: output,
            pacingLimit: pacingLimit,
            baseline: baseline, calibrates: calibrate, prints: json ? .json : format,
            selection: try selection.selection())
        request.clock = clock
        try await common.perform(assistant: assistant) { [request] in await $0.run(request) }
    }
}

struct Clocks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Run a scenario on both clocks in turn: do the figures agree, and how much faster is the virtual one?",
        discussion: """
            Example:
              serena-bench clocks ted --runs 3
            """)

    @Argument(help: "A scenario file, or its name in the folder Scenarios.", completion: .file(extensions: ["yaml"]))
    var scenario: String
    @Option(help: "Runs on each clock.") var runs = 3
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...100).contains(runs) else { throw ValidationError("--runs must lie between 1 and 100") }
    }

    func run() async throws {
        let (scenario, runs) = (scenario, runs)
        try await common.perform { await $0.compareClocks(scenario: scenario, runs: runs) }
    }
}

extension RunClock: ExpressibleByArgument {}

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Repeat a run on the virtual clock with its recorded service times, event by event.",
        discussion: """
            Example:
              serena-bench replay Reports/ted-20260101T120000Z --run 3
            """)

    @Argument(help: "A result.json, or the folder of a run.", completion: .file()) var result: String
    @Option(name: .customLong("run"), help: "Which of its runs, counted from 1.") var number = 1
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (result, number) = (result, number)
        try await common.perform { await $0.replay(result, run: number) }
    }
}

struct Calibrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the measuring error against an assistant of known delay.",
        discussion: """
            Example:
              serena-bench calibrate --delays 0,50,250,700 --repeats 10
            """)

    @Option(
        help: "Delays, separated by commas; milliseconds unless a unit is given.", transform: durations)
    var delays: [Duration] = Calibration.standardDelays

    @Option(help: "realtime or virtual.")
    var clock: RunClock = .realtime

    @Option(help: "Answers for each delay.")
    var repeats = 5

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1_000).contains(repeats) else {
            throw ValidationError("--repeats must lie between 1 and 1000")
        }
    }

    func run() async throws {
        let (delays, repeats, clock) = (delays, repeats, clock)
        try await common.perform { await $0.calibrate(delays: delays, repeats: repeats, on: clock) }
    }
}

/// Reads a duration such as `5ms`.
@Sendable func duration(_ text: String) throws -> Duration {
    guard let duration = DurationText.parse(text) else {
        throw ValidationError("'\(text)' is not a duration; write it like 5ms or 1.5s")
    }
    return duration
}

/// Reads durations such as `0,50,1.5s`.
@Sendable func durations(_ text: String) throws -> [Duration] {
    let durations = try text.split(separator: ",").map { part in
        let part = part.trimmingCharacters(in: .whitespaces)
        let hasUnit = part.last.map { !$0.isNumber } ?? true
        let duration = try duration(hasUnit ? part : part + "ms")
        guard duration <= .seconds(10) else {
            throw ValidationError("a delay may be 10s at most, not \(part)")
        }
        return duration
    }
    guard !durations.isEmpty else { throw ValidationError("there is no delay in '\(text)'") }
    return durations
}

/// Reads the name of an assistant.
@Sendable func assistantChoice(_ text: String) throws -> AssistantChoice {
    guard let choice = AssistantChoice(text) else {
        throw ValidationError("there is no assistant '\(text)'; there are serena and calibration:DELAY")
    }
    return choice
}
