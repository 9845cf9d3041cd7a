// `serena-bench devices` and `record`.

import Foundation
import Instrumentation
import SerenaAudio

/// What is to be recorded, and from where.
public struct RecordRequest: Sendable {
    /// What is to be spoken.
    public enum Lines: Sendable {
        /// The lines of a scenario; of these steps only, unless there are none.
        case scenario(String, steps: [String])
        /// One line into one file.
        case line(String, output: String)
    }

    public var lines: Lines
    /// The device to listen to.
    public var device = SoundDevice.defaultName
    /// A sound file in the place of the device; lines are cut out of it in order.
    public var input: String?
    /// The folder for the recordings; nil for where the scenario looks for them.
    public var folder: String?
    /// Whether recordings that exist are made again.
    public var replaces = false
    /// Whose voice it is; nil for what the steps say.
    public var voice: String?

    public init(lines: Lines) {
        self.lines = lines
    }
}

extension BenchEnvironment {
    /// Lists the sound devices.
    public func listDevices(asJSON: Bool, system: any SoundSystem = MachineSound.system) async -> ExitCode {
        await reporting {
            let devices: [SoundDevice]
            do throws(SoundDeviceError) {
                devices = try system.devices()
            } catch {
                throw BenchError(.usage, error.description)
            }
            if asJSON {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                terminal.result(String(decoding: try encoder.encode(devices), as: UTF8.self))
                return .pass
            }
            let width = min(40, devices.map(\.name.count).max() ?? 0)
            for device in devices {
                let direction = (device.isInput ? "in " : "   ") + (device.isOutput ? "out" : "   ")
                let padding = String(repeating: " ", count: max(0, width - device.name.count))
                terminal.result(Terminal.plain("\(direction)  \(device.name)\(padding)  \(device.description)"))
            }
            if devices.isEmpty { terminal.note("there are no sound devices") }
            return .pass
        }
    }

    /// Records lines with the presenter's own voice.
    ///
    /// - Parameter ask: asks the presenter about a take; nil keeps every take.
    /// - Returns: ``ExitCode/failed`` when lines were left out; those that were recorded are kept.
    public func record(
        _ request: RecordRequest, ask: (@Sendable () async -> TakeDecision)?,
        system: any SoundSystem = MachineSound.system
    ) async -> ExitCode {
        await reporting {
            let wanted = try linesToRecord(request)
            let lines = wanted.filter { request.replaces || !FileManager.default.fileExists(atPath: $0.path) }
            for line in wanted where !lines.contains(line) {
                terminal.note("\(display(line.path)) is there already; --replace records it again")
            }
            if lines.isEmpty { return .pass }
            let source = source(of: request, system: system)
            let end = Signal()
            let session = RecordingSession(lines: lines, environment: self, ask: ask) { end.raise() }
            await session.announce()
            try await listen(to: source, until: end) { await session.hear($0) }
            if let problem = await session.problem { throw problem }
            let left = await session.left
            if left.isEmpty { return .pass }
            terminal.problem(
                "\(Figures.count(left.count, "line")) not recorded: \(left.joined(separator: ", ")); "
                    + "those that were are kept")
            return .failed
        }
    }

    private func source(of request: RecordRequest, system: any SoundSystem) -> any AudioSource {
        guard let input = request.input else {
            return Microphone(name: request.device, system: system, clock: clock)
        }
        return AudioFileSource(
            path: absolute(input), clock: clock, pace: .unhurried, trailingSilence: .milliseconds(1_500))
    }

    private func linesToRecord(_ request: RecordRequest) throws(BenchError) -> [LineToRecord] {
        switch request.lines {
        case .line(let text, let output):
            return [
                LineToRecord(
                    id: "line", text: text, voice: request.voice ?? Scenario.defaultVoice, path: absolute(output))
            ]
        case .scenario(let name, let steps):
            let path = try ScenarioLocator.find(name, from: directory, home: home)
            let folder = (path as NSString).deletingLastPathComponent
            let all = try LoadedScenario.linesToRecord(in: path)
            for step in steps where !all.contains(where: { $0.id == step }) {
                throw BenchError(.usage, "\(display(path)) has no step '\(step)' with a line of its own")
            }
            let lines = all.filter { steps.isEmpty || steps.contains($0.id) }.map { step in
                let file = step.audio.hasPrefix("/") ? step.audio : "\(folder)/\(step.audio)"
                let target = request.folder.map { "\(absolute($0))/\((file as NSString).lastPathComponent)" } ?? file
                return LineToRecord(
                    id: step.id, text: step.say, voice: request.voice ?? step.voice ?? Scenario.defaultVoice,
                    path: target)
            }
            guard Set(lines.map(\.path)).count == lines.count else {
                throw BenchError(.usage, "two lines would go into the same file; record them without --into")
            }
            return lines
        }
    }
}

/// Something that happens once and can be waited for.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    }

    func raise() {
        continuation.finish()
    }

    /// Returns once it has been raised, or the task is cancelled.
    func wait() async {
        for await _ in stream {}
    }
}

extension BenchEnvironment {
    /// Listens until the source is over, `end` is raised, `limit` has passed, or the command is interrupted.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` for a source that cannot be listened to.
    func listen(
        to source: any AudioSource, until end: Signal, limit: Duration? = nil,
        _ listener: @escaping @Sendable (AudioFrame) async -> Void
    ) async throws {
        let clock = clock
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await source.deliver(to: listener) }
                group.addTask { await end.wait() }
                if let limit { group.addTask { await clock.sleep(until: clock.now + limit) } }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch let error as AudioFileError {
            throw BenchError(.usage, error.description)
        } catch let error as SoundDeviceError {
            throw BenchError(.usage, error.description)
        }
    }
}
