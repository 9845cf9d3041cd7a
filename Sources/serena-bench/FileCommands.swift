// `annotate`, `lines` and `doctor`.

import ArgumentParser
import SerenaBench

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
