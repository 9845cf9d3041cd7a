// Where the answers of a live conversation go.

import Instrumentation
import SerenaAudio
import Synchronization

/// Where answers go: to a loudspeaker, into a file, or nowhere.
enum AnswerSink: Sendable {
    case device(Loudspeaker)
    case file(AnswerFile)
    case nowhere(LoudspeakerRecorder)

    var output: any AudioOutput {
        switch self {
        case .device(let loudspeaker): loudspeaker
        case .file(let file): file
        case .nowhere(let recorder): recorder
        }
    }

    /// Lets go of what has been heard.
    func settle(at now: Instant) {
        switch self {
        case .device: break
        case .file(let file): file.settle(before: now)
        case .nowhere(let recorder): recorder.forget(before: now)
        }
    }

    /// Waits until everything has been heard, and closes.
    func finish(on clock: any EngineClock) async throws(AudioFileError) {
        switch self {
        case .device(let loudspeaker):
            await loudspeaker.finish()
            await loudspeaker.close()
        case .file(let file): try file.finish()
        case .nowhere: break
        }
    }
}

/// Keeps answers in a WAV file, with the silence between them. What was broken off is as short as it was.
final class AnswerFile: AudioOutput {
    private struct State {
        let writer: WaveFileWriter
        /// When the last sample that was written has been heard.
        var writtenUntil: Instant
        var problem: AudioFileError?
    }

    private let recorder: LoudspeakerRecorder
    private let state: Mutex<State>

    /// - Parameter start: the time of the file's first sample.
    init(path: String, start: Instant, clock: any EngineClock) throws(AudioFileError) {
        recorder = LoudspeakerRecorder(clock: clock)
        let writer = try WaveFileWriter(path, sampleRate: AudioFrame.sampleRate)
        state = Mutex(State(writer: writer, writtenUntil: start))
    }

    /// Makes `start` the time of the file's first sample, as long as nothing has been played.
    func begin(at start: Instant) {
        state.withLock { $0.writtenUntil = max($0.writtenUntil, start) }
    }

    func play(_ chunk: AudioChunk) -> Instant {
        recorder.play(chunk)
    }

    func stop() {
        recorder.stop()
    }

    func stop(fading fade: Duration) {
        recorder.stop(fading: fade)
    }

    /// Writes what has been heard, so that it need not be kept in memory.
    func settle(before now: Instant) {
        state.withLock { state in
            for chunk in recorder.played where chunk.end <= now && state.problem == nil {
                let gap = max(.zero, chunk.start - state.writtenUntil)
                let silence = Int(gap.nanoseconds * Int64(AudioFrame.sampleRate) / 1_000_000_000)
                let sound = Recording(samples: chunk.samples, sampleRate: chunk.sampleRate)
                do throws(AudioFileError) {
                    for start in stride(from: 0, to: silence, by: 1 << 16) {
                        try state.writer.append([Float](repeating: 0, count: min(1 << 16, silence - start)))
                    }
                    let converted = try? sound.resampled(to: AudioFrame.sampleRate)
                    try state.writer.append(converted?.samples ?? [])
                } catch {
                    state.problem = error
                }
                state.writtenUntil = chunk.end
            }
        }
        recorder.forget(before: now)
    }

    /// Writes everything and closes the file.
    func finish() throws(AudioFileError) {
        settle(before: Instant(nanoseconds: .max))
        try state.withLock { state throws(AudioFileError) in
            if let problem = state.problem { throw problem }
            try state.writer.finish()
        }
    }
}
