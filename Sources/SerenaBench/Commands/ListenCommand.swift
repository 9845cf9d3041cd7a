// `serena-bench listen`: a live conversation with an assistant.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio

/// What to listen to, and where answers go.
public struct ListenRequest: Sendable {
    public enum Answers: Sendable {
        case device(String)
        /// Into a WAV file.
        case file(String)
        case nowhere
    }

    /// The device to listen to.
    public var device = SoundDevice.defaultName
    /// A sound file in the place of the device, heard as fast as it was spoken.
    public var input: String?
    public var answers = Answers.device(SoundDevice.defaultName)
    /// How long to listen; nil until the file ends or the command is interrupted.
    public var duration: Duration?

    public init() {}
}

extension BenchEnvironment {
    /// Talks with an assistant until the source ends, the time is over, or the command is interrupted.
    public func listen(
        _ request: ListenRequest, system: any SoundSystem = MachineSound.system
    ) async -> ExitCode {
        await reporting {
            let sink = try await answerSink(request.answers, system: system)
            let microphone = Microphone(name: request.device, system: system, clock: clock)
            let source: any AudioSource =
                request.input.map {
                    AudioFileSource(path: absolute($0), clock: clock, trailingSilence: .seconds(2))
                } ?? microphone
            let conversation = Conversation(terminal: terminal)
            let assistant: any Assistant
            do {
                assistant = try await makeAssistant(
                    AssistantRequest(settings: [:], scenarioFolder: directory, folder: nil, clock: clock, seed: 0))
                try await assistant.start(output: sink.output, observer: conversation)
            } catch {
                throw BenchError(.usage, "the assistant cannot work: \(error)", remedy: "serena-bench doctor")
            }
            for notice in await assistant.identity.notices { terminal.note("note: \(notice)") }
            terminal.note("listening to \(request.input.map(display) ?? request.device); Ctrl-C ends")
            if case .file(let file) = sink { file.begin(at: clock.now) }
            var failure: (any Error)?
            do {
                try await converse(source, conversation, assistant, sink, limit: request.duration)
            } catch {
                failure = error
            }
            await assistant.stop()
            do throws(AudioFileError) {
                try await sink.finish(on: clock)
            } catch {
                throw BenchError(.output, error.description)
            }
            if let failure { throw failure }
            terminal.result(conversation.summary)
            tellAccounts(request.input == nil ? microphone : nil, sink)
            return .pass
        }
    }

    private func converse(
        _ source: any AudioSource, _ conversation: Conversation, _ assistant: any Assistant, _ sink: AnswerSink,
        limit: Duration?
    ) async throws {
        let clock = clock
        try await listen(to: source, until: Signal(), limit: limit) { frame in
            conversation.hear(frame)
            await assistant.hear(frame)
            if frame.index % 100 == 0 { sink.settle(at: clock.now) }
        }
        // What was said last is still being answered.
        let deadline = clock.now + .seconds(10)
        while conversation.isBusy, clock.now < deadline, !Task.isCancelled {
            await clock.sleep(until: clock.now + .milliseconds(50))
        }
    }

    private func answerSink(_ answers: ListenRequest.Answers, system: any SoundSystem) async throws -> AnswerSink {
        do {
            switch answers {
            case .nowhere: return .nowhere(LoudspeakerRecorder(clock: clock))
            case .file(let path):
                return .file(try AnswerFile(path: absolute(path), start: clock.now, clock: clock))
            case .device(let name):
                let loudspeaker = Loudspeaker(name: name, system: system, clock: clock)
                try await loudspeaker.open()
                return .device(loudspeaker)
            }
        } catch let error as AudioFileError {
            throw BenchError(.output, error.description)
        } catch let error as SoundDeviceError {
            throw BenchError(.usage, error.description)
        }
    }

    /// Says what was lost between the devices and the assistant.
    private func tellAccounts(_ microphone: Microphone?, _ sink: AnswerSink) {
        if let account = microphone?.account {
            terminal.result(
                "microphone: \(Figures.count(account.overruns, "overrun")), "
                    + "\(Figures.count(account.missingFrames, "frame")) missing, \(account.droppedFrames) dropped, "
                    + "back \(Figures.count(account.returns, "time"))")
        }
        guard case .device(let loudspeaker) = sink else { return }
        let account = loudspeaker.account
        terminal.result(
            "loudspeaker: \(Figures.count(account.underruns, "underrun")), "
                + "\(Figures.milliseconds(account.lost.nanoseconds)) lost, back \(Figures.count(account.returns, "time"))"
        )
    }
}
