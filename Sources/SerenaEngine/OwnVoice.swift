// What the assistant itself is saying at any moment, so that its ear can tell its own voice from others.

import Instrumentation
import SerenaAudio
import Synchronization

/// Stands before an output and keeps what is handed to it, with the time at which each sample is due.
///
/// Written by whoever speaks, read by the ear; neither waits for the other longer than it takes to copy a few samples.
public final class OwnVoice: AudioOutput {
    private let output: any AudioOutput
    private let clock: any EngineClock
    private let timeline = Mutex(SoundTimeline())
    /// What was over so long before a frame is of no use for it.
    private static let memory = Duration.seconds(1)

    public init(_ output: any AudioOutput, clock: any EngineClock) {
        self.output = output
        self.clock = clock
    }

    @discardableResult
    public func play(_ chunk: AudioChunk) -> Instant {
        // The output may wait for others on a virtual clock, who may want the timeline.
        let due = output.play(chunk)
        timeline.withLock { $0.add(chunk.samples, rate: chunk.sampleRate, at: due) }
        return due
    }

    public func stop() {
        output.stop()
        let now = clock.now
        timeline.withLock { $0.cut(at: now) }
    }

    /// What the loudspeaker played during a frame that ended at `time`; nil when it was silent.
    func reference(forFrameEndingAt time: Instant) -> [Float]? {
        let start = time - AudioFrame.duration
        return timeline.withLock { timeline in
            timeline.forget(before: start - Self.memory)
            guard timeline.sounds(from: start, to: time) else { return nil }
            return timeline.samples(from: start, count: AudioFrame.sampleCount)
        }
    }

    /// Whether anything is being played at `time`, or is still to be.
    func isSounding(at time: Instant) -> Bool {
        timeline.withLock { $0.end.map { $0 > time } ?? false }
    }
}
