// `devices`, `record` and `listen`.

import ArgumentParser
import Foundation
import SerenaBench
import Synchronization

struct Devices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the sound devices.")

    @Flag(help: "Print them as JSON.") var json = false
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let json = json
        try await common.perform { await $0.listDevices(asJSON: json) }
    }
}

struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record the lines of a scenario with your own voice.",
        discussion: """
            Shows each line, waits until you speak, and stops a second after you have finished. On a terminal each take can be
            kept (return), repeated (r) or skipped (s); q ends. What exists is left alone unless --replace is given.

            Examples:
              serena-bench record ted
              serena-bench record ted --step greeting --replace
              serena-bench record --line "What time is it?" --output time.wav
              serena-bench record ted --input rehearsal.flac --into mine
            """)

    @Argument(help: "A scenario file, or its name.", completion: .file(extensions: ["yaml"])) var scenario: String?
    @Option(help: "A line that belongs to no scenario; needs --output.") var line: String?
    @Option(name: .customLong("step"), help: "Only the step with this id; may be given several times.")
    var steps: [String] = []
    @Option(help: "The device to listen to.") var device = "default"
    @Option(help: "A sound file in the place of the device; lines are cut out of it in order.", completion: .file())
    var input: String?
    @Option(help: "The file for --line.", completion: .file(extensions: ["wav"])) var output: String?
    @Option(help: "The folder for the recordings. Default: where the scenario looks for them.", completion: .directory)
    var into: String?
    @Option(help: "Whose voice it is. Default: what the steps say.") var voice: String?
    @Flag(help: "Record again what exists.") var replace = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (scenario == nil) != (line == nil) else { throw ValidationError("name a scenario, or give --line TEXT") }
        guard (line == nil) == (output == nil) else { throw ValidationError("--line and --output belong together") }
        guard line == nil || (steps.isEmpty && into == nil) else {
            throw ValidationError("--step and --into belong to a scenario")
        }
    }

    func run() async throws {
        var request = RecordRequest(
            lines: line.map { .line($0, output: output ?? "") } ?? .scenario(scenario ?? "", steps: steps))
        (request.device, request.input, request.folder) = (device, input, into)
        (request.replaces, request.voice) = (replace, voice)
        let asks = input == nil && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        try await common.perform { [request] environment in
            let ask: @Sendable () async -> TakeDecision = { await askAboutTake(environment.terminal) }
            return await environment.record(request, ask: asks ? ask : nil)
        }
    }
}

struct Listen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with the assistant, and see where the time goes.",
        discussion: """
            Examples:
              serena-bench listen
              serena-bench listen --device hw:1,0 --speaker null --for 30s
              serena-bench listen --input Scenarios/audio/ted/tip.wav --output answer.wav
            """)

    @Option(help: "The device to listen to.") var device = "default"
    @Option(help: "The device for the answers; 'none' for nowhere.") var speaker: String?
    @Option(help: "A sound file in the place of the microphone, heard as fast as it was spoken.", completion: .file())
    var input: String?
    @Option(help: "A WAV file for the answers, in the place of a device.", completion: .file(extensions: ["wav"]))
    var output: String?
    @Option(name: .customLong("for"), help: "How long, such as 30s. Default: until Ctrl-C.", transform: duration)
    var limit: Duration?
    @Option(help: "serena, or calibration:DELAY.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard speaker == nil || output == nil else {
            throw ValidationError("--speaker and --output exclude each other")
        }
    }

    func run() async throws {
        var request = ListenRequest()
        (request.device, request.input, request.duration) = (device, input, limit)
        if let output {
            request.answers = .file(output)
        } else if speaker == "none" {
            request.answers = .nowhere
        } else {
            request.answers = .device(speaker ?? "default")
        }
        try await common.perform(assistant: assistant) { [request] in await $0.listen(request) }
    }
}

/// Asks on the terminal whether a take is kept; quits when the command is interrupted.
@Sendable private func askAboutTake(_ terminal: Terminal) async -> TakeDecision {
    terminal.note("     return keeps it, r repeats it, s skips it, q ends")
    let isCancelled = Mutex(false)
    return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: readDecision { isCancelled.withLock { $0 } })
            }
        }
    } onCancel: {
        isCancelled.withLock { $0 = true }
    }
}

/// Reads one key at a time until one means something.
private func readDecision(until isCancelled: () -> Bool) -> TakeDecision {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return .keep }
    var now = before
    now.c_lflag &= ~(tcflag_t(ICANON) | tcflag_t(ECHO))
    tcsetattr(STDIN_FILENO, TCSANOW, &now)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    while !isCancelled() {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 100) > 0 else { continue }
        var key: UInt8 = 0
        guard read(STDIN_FILENO, &key, 1) == 1 else { return .quit }
        switch key {
        case 10, 13: return .keep
        case UInt8(ascii: "r"): return .again
        case UInt8(ascii: "s"): return .skip
        case UInt8(ascii: "q"), 4: return .quit
        default: continue
        }
    }
    return .quit
}
