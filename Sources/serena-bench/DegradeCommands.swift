// `degrade`.

import ArgumentParser
import SerenaBench

struct Degrade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a sound file as it would be heard through noise, a room, a line.",
        discussion: """
            Prints the signal-to-noise ratio reached and how many samples are clipped. The same seed gives the same bytes.

            Examples:
              serena-bench degrade in.wav out.wav --condition "babble(10dB)" --condition "room(0.8s)" --seed 1
              serena-bench degrade in.flac out.wav --condition "echo(-12dB, 80ms)" --own-voice answer.wav
              serena-bench degrade --list
            """)

    @Argument(help: "The sound file to read: any format, rate and number of channels.", completion: .file())
    var input: String?
    @Argument(help: "The WAV file to write: 16 kHz, mono.", completion: .file(extensions: ["wav"]))
    var output: String?
    @Option(name: .long, help: "A condition as in a scenario; may be given again.")
    var condition: [String] = []
    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 0
    @Option(help: "Speech that babble and a second speaker are made of; may be given again.", completion: .file())
    var voice: [String] = []
    @Option(help: "The sound that an echo is of.", completion: .file())
    var ownVoice: String?
    @Flag(help: "List the conditions.")
    var list = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !list, input == nil || output == nil {
            throw ValidationError("name the file to read and the file to write, or --list")
        }
    }

    func run() async throws {
        var request = DegradeRequest(input: input ?? "", output: output ?? "", conditions: condition)
        (request.seed, request.voices, request.ownVoice) = (seed, voice, ownVoice)
        let (isList, asked) = (list, request)
        try await common.perform { isList ? $0.listConditions() : await $0.degrade(asked) }
    }
}
