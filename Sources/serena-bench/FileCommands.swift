// `baseline`, `compare`, `annotate`, `lines` and `doctor`.

import ArgumentParser
import SerenaBench

struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Keep results to hold later ones against.",
        subcommands: [Set.self, List.self, Show.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a result under a name.",
            discussion: """
                Example:
                  serena-bench baseline set main --from Reports/ted-20260101T120000Z
                """)

        @Argument(help: "The name of the baseline.") var name: String
        @Option(
            name: .customLong("from"), help: "A result.json, or the folder of a run.", completion: .file()
        )
        var result: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (name, result) = (name, result)
            try await common.perform { await $0.setBaseline(name, from: result) }
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

struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Describe a result beside a baseline.",
        discussion: """
            Differences are described, not judged.

            Example:
              serena-bench compare main Reports/ted-20260102T120000Z
            """)

    @Argument(help: "The name of the baseline.") var baseline: String
    @Argument(help: "A result.json, or the folder of a run.", completion: .file()) var result: String
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (baseline, result) = (baseline, result)
        try await common.perform { await $0.compare(baseline: baseline, result: result) }
    }
}

struct Annotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the note beside recordings: where speech begins and ends, and the hash of the file.",
        discussion: """
            Example:
              serena-bench annotate Scenarios/audio/ted/greeting.wav --text "Hello Serena." --voice amy
            """)

    @Argument(help: "Sound files.", completion: .file(extensions: ["wav", "flac"])) var recordings: [String]
    @Option(help: "What is said. Default: what an earlier note says.") var text: String?
    @Option(help: "The voice. Default: what an earlier note says.") var voice: String?
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (recordings, text, voice) = (recordings, text, voice)
        try await common.perform { await $0.annotate(recordings: recordings, text: text, voice: voice) }
    }
}

struct Lines: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a scenario says: recording, voice and words of each step, separated by tabs.",
        discussion: """
            Example:
              serena-bench lines ted
            """)

    @Argument(help: "A scenario file, or its name in the folder Scenarios.", completion: .file(extensions: ["yaml"]))
    var scenario: String
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let scenario = scenario
        try await common.perform { await $0.lines(of: scenario) }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is present, what is missing, and what mends it.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform { environment in
            await environment.doctor(environment.benchChecks() + engineChecks())
        }
    }
}
