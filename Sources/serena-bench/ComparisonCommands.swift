// `baseline`, `compare`, `ab` and `gate-check`.

import ArgumentParser
import Foundation
import SerenaBench

struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Keep results to hold later ones against.",
        subcommands: [Set.self, Promote.self, List.self, Show.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep results under a name.",
            discussion: """
                Each result is a session. It takes three to know how much the machine drifts; with fewer, verdicts are
                advisory.

                Example:
                  serena-bench baseline set main --from Reports/one --from Reports/two --from Reports/three
                """)

        @Argument(help: "The name of the baseline.") var name: String
        @OptionGroup var source: ResultSources
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (name, results) = (name, source.results)
            try await common.perform { await $0.setBaseline(name, from: results) }
        }
    }

    struct Promote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace a baseline after a change that is explained.",
            discussion: """
                The new file keeps the reason, and the hash of the file that it replaces.

                Example:
                  serena-bench baseline promote main --from Reports/new --because "the compiler inlines slots"
                """)

        @Argument(help: "The name of the baseline.") var name: String
        @OptionGroup var source: ResultSources
        @Option(help: "Why the figures changed.") var because: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (name, results, reason) = (name, source.results, because)
            try await common.perform { await $0.promoteBaseline(name, from: results, because: reason) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Name every baseline.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.perform { await $0.listBaselines() }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where a baseline comes from, and its figures.")

        @Argument(help: "The name of the baseline.") var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let name = name
            try await common.perform { await $0.showBaseline(name) }
        }
    }
}

/// The results that a baseline is made from.
struct ResultSources: ParsableArguments {
    @Option(
        name: .customLong("from"), parsing: .singleValue,
        help: "A result.json, or the folder of a run; once for each session.", completion: .file())
    var results: [String]
}

struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a result beside a baseline.",
        discussion: """
            Verdicts need ten runs on each side. They count for the exit code when the baseline holds three sessions
            of this machine.

            Example:
              serena-bench compare main Reports/ted-20260102T120000Z
            """)

    @Argument(help: "The name of the baseline.") var baseline: String
    @Argument(help: "A result.json, or the folder of a run.", completion: .file()) var result: String
    @Flag(help: "Exit with 4 when a gated figure is better than its baseline.") var reportImprovement = false
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (baseline, result, reportsImprovement) = (baseline, result, reportImprovement)
        try await common.perform {
            await $0.compare(baseline: baseline, result: result, reportsImprovement: reportsImprovement)
        }
    }
}

struct AB: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ab", abstract: "Measure two builds or two settings in pairs, and say which is faster.",
        discussion: """
            Pairs are made in random order on this machine, so that its moods fall on both sides.

            Examples:
              serena-bench ab ted --a recognizer=pocketsphinx --b recognizer=moonshine
              serena-bench ab smoke --a-command ./serena-bench-old --b-command ./serena-bench-new
            """)

    @Argument(
        help: "A scenario file, or its name in the folder Scenarios.", completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(name: .customLong("a"), parsing: .singleValue, help: "KEY=VALUE, a setting of the assistant on side a.")
    var a: [String] = []
    @Option(name: .customLong("b"), parsing: .singleValue, help: "KEY=VALUE, a setting of the assistant on side b.")
    var b: [String] = []
    @Option(help: "A build for side a: a command that takes 'run SCENARIO --runs 1 --output FOLDER'.")
    var aCommand: String?
    @Option(help: "A build for side b.") var bCommand: String?
    @Option(help: "Pairs of runs.") var runs = 20
    @Option(help: "Runs of each side before the first pair.") var warmup = 1
    @Option(help: "The seed of everything random. Default: what the scenario says.") var seed: UInt64?
    @Option(help: "The folder of the report. Default: a new one in Reports.", completion: .directory)
    var output: String?
    @Option(help: "How late frames may be (p99) before the comparison is invalid.", transform: duration)
    var pacingLimit: Duration = RunRequest.standardPacingLimit
    @Option(help: "realtime or virtual.") var clock: RunClock = .realtime
    @Flag(help: "Never add pairs when the first ones cannot tell.") var noExtension = false
    @Flag(help: "Exit with 4 when b is faster.") var reportImprovement = false
    @Option(help: "serena, or calibration:DELAY; for sides without a command.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena
    @Flag(help: "Print ab.json.") var json = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1_000).contains(runs) else { throw ValidationError("--runs must lie between 1 and 1000") }
        guard (0...100).contains(warmup) else { throw ValidationError("--warmup must lie between 0 and 100") }
        guard a.isEmpty || aCommand == nil, b.isEmpty || bCommand == nil else {
            throw ValidationError("a side has settings or a command, not both")
        }
        guard !(a.isEmpty && b.isEmpty && aCommand == nil && bCommand == nil) else {
            throw ValidationError("nothing sets the sides apart; use --a and --b, or --a-command and --b-command")
        }
        do {
            _ = try (ABRequest.settings(a), ABRequest.settings(b))
        } catch {
            throw ValidationError(error.message)
        }
    }

    func run() async throws {
        var request = ABRequest(
            scenario: scenario, a: try aCommand.map { .command($0) } ?? ABRequest.settings(a),
            b: try bCommand.map { .command($0) } ?? ABRequest.settings(b), pairs: runs, warmup: warmup, seed: seed,
            output: output, pacingLimit: pacingLimit, extends: !noExtension, reportsImprovement: reportImprovement,
            printsJSON: json)
        request.clock = clock
        try await common.perform(assistant: assistant) { [request] in await $0.ab(request) }
    }
}

struct GateCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate-check", abstract: "Test the gate itself: its false alarms, and which delays it sees.",
        discussion: """
            Runs of one assistant are split into two sides, again and again; a delay is added to one of them.

            Examples:
              serena-bench gate-check
              serena-bench gate-check --from Reports/ted-60
              serena-bench gate-check --fresh 40
            """)

    @Option(
        name: .customLong("from"), parsing: .singleValue,
        help: "A result or a baseline with 40 runs or more. Default: the baseline gate-check.", completion: .file())
    var sources: [String] = []
    @Option(help: "Make this many fresh runs instead.") var fresh: Int?
    @Option(help: "The scenario of fresh runs.") var scenario = "ted"
    @Option(help: "The clock of fresh runs: realtime or virtual.") var clock: RunClock = .virtual
    @Option(help: "Paired runs in each trial.") var runs = 20
    @Option(help: "Trials.") var trials = 400
    @Option(help: "The seed of everything random.") var seed: UInt64 = 1
    @Option(help: "serena, or calibration:DELAY; for fresh runs.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena
    @Flag(help: "Print the table as JSON.") var json = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (10...1_000).contains(runs) else { throw ValidationError("--runs must lie between 10 and 1000") }
        guard (1...100_000).contains(trials) else { throw ValidationError("--trials must lie between 1 and 100000") }
        guard fresh.map({ $0 >= 2 * runs && $0 <= 10_000 }) ?? true else {
            throw ValidationError("--fresh must lie between \(2 * runs), twice --runs, and 10000")
        }
        guard sources.isEmpty || fresh == nil else { throw ValidationError("use --from or --fresh, not both") }
    }

    func run() async throws {
        var request = GateCheckRequest(
            sources: sources, freshScenario: fresh.map { _ in scenario }, freshRuns: fresh ?? 0, runs: runs,
            trials: trials, seed: seed, printsJSON: json)
        request.clock = clock
        try await common.perform(assistant: assistant) { [request] in await $0.gateCheck(request) }
    }
}
