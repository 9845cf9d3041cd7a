// The loudspeaker of a run: plays nothing, but keeps when every sample would have been heard.

import Instrumentation
import SerenaAudio
import Synchronization

/// An output that keeps the timeline of playback, as a device with no latency of its own would play it.
///
/// A chunk begins at once, or when everything handed over before has been played.
public final class LoudspeakerRecorder: AudioOutput {
    /// A chunk and when its first sample is due.
    struct Played: Sendable {
        var start: Instant
        /// When the assistant gave it to the loudspeaker.
        var handedOver: Instant
        var samples: [Float]
        var sampleRate: Int

        var end: Instant { start + .samples(samples.count, at: sampleRate) }
    }

    private struct Timeline {
        var played: [Played] = []
        var queueEnd = Instant(nanoseconds: .min / 2)
        /// When audible sound that had been handed over was dropped.
        var stops: [Instant] = []
    }

    private let clock: any EngineClock
    private let timeline = Mutex(Timeline())

    public init(clock: any EngineClock) {
        self.clock = clock
    }

    @discardableResult
    public func play(_ chunk: AudioChunk) -> Instant {
        // Asked before the lock: on a virtual clock this may wait for others, who may need the lock.
        let now = clock.now
        return timeline.withLock { timeline in
            let start = max(now, timeline.queueEnd)
            guard !chunk.samples.isEmpty, chunk.sampleRate > 0 else { return start }
            let played = Played(
                start: start, handedOver: now, samples: chunk.samples, sampleRate: chunk.sampleRate)
            timeline.played.append(played)
            timeline.queueEnd = played.end
            return start
        }
    }

    public func stop() {
        let now = clock.now
        timeline.withLock { timeline in
            if Self.drop(from: now, &timeline) { timeline.stops.append(now) }
        }
    }

    /// Drops what has not been played yet, on behalf of the harness: no stop of the assistant's.
    func cut() {
        let now = clock.now
        timeline.withLock { timeline in _ = Self.drop(from: now, &timeline) }
    }

    /// - Returns: whether any of what was dropped would have been heard.
    private static func drop(from now: Instant, _ timeline: inout Timeline) -> Bool {
        var isAudible = timeline.played.contains { chunk in
            chunk.start >= now && Audibility.firstAudibleSample(in: chunk.samples) != nil
        }
        timeline.played.removeAll { $0.start >= now }
        if var last = timeline.played.last, last.end > now {
            let heard = Int((now - last.start).nanoseconds * Int64(last.sampleRate) / 1_000_000_000)
            isAudible = isAudible || last.samples.dropFirst(heard).contains { abs($0) > Audibility.floor }
            last.samples = Array(last.samples.prefix(heard))
            timeline.played[timeline.played.count - 1] = last
        }
        timeline.queueEnd = min(timeline.queueEnd, now)
        return isAudible
    }

    /// When the assistant dropped audible sound that it had handed over.
    var stops: [Instant] {
        timeline.withLock { $0.stops }
    }

    /// When everything handed over so far has been played; in the distant past when nothing was.
    public var queueEnd: Instant {
        timeline.withLock { $0.queueEnd }
    }

    /// What was played from `begin` on.
    func answer(since begin: Instant) -> RecordedAnswer {
        RecordedAnswer(played: timeline.withLock { $0.played.filter { $0.start >= begin } })
    }

    /// Everything that was played, or will be, and has not been let go of.
    var played: [Played] {
        timeline.withLock { $0.played }
    }

    /// What the loudspeaker plays from `start` on, `count` samples at ``AudioFrame/sampleRate``.
    func sound(from start: Instant, count: Int) -> [Float] {
        let duration = Duration.samples(count, at: AudioFrame.sampleRate)
        // A sample more on either side is not enough for the interpolation between samples; a frame is.
        let (begin, end) = (start - AudioFrame.duration, start + duration + AudioFrame.duration)
        var sound = SoundTimeline()
        for piece in played where piece.end > begin && piece.start < end {
            sound.add(piece.samples, rate: piece.sampleRate, at: piece.start)
        }
        return sound.samples(from: start, count: count)
    }

    /// Lets go of everything that was played out before `instant`.
    func forget(before instant: Instant) {
        timeline.withLock { timeline in
            timeline.played.removeAll { $0.end <= instant }
            timeline.stops.removeAll { $0 < instant }
        }
    }
}

/// What was heard in answer to one utterance.
struct RecordedAnswer: Sendable {
    /// In the order of playback.
    let played: [LoudspeakerRecorder.Played]

    /// The longest gap between two chunks that is kept as silence in a recording of the answer.
    private static let longestGap = Duration.seconds(10)

    /// When the first sample above ``Audibility/floor`` was due.
    var firstAudible: Instant? {
        for chunk in played {
            if let index = Audibility.firstAudibleSample(in: chunk.samples) {
                return chunk.start + .samples(index, at: chunk.sampleRate)
            }
        }
        return nil
    }

    /// The same chunks without their samples.
    var withoutSound: RecordedAnswer {
        RecordedAnswer(
            played: played.map { chunk in
                var chunk = chunk
                chunk.samples = []
                return chunk
            })
    }

    /// The answer as one recording, with the silence between its chunks; nil when nothing was played.
    func recording() throws(ResamplerError) -> Recording? {
        guard let first = played.first else { return nil }
        var samples: [Float] = []
        var end = first.start
        for chunk in played {
            let gap = min(max(.zero, chunk.start - end), Self.longestGap)
            let silence = Int(gap.nanoseconds * Int64(first.sampleRate) / 1_000_000_000)
            samples += [Float](repeating: 0, count: silence)
            let sound = Recording(samples: chunk.samples, sampleRate: chunk.sampleRate)
            samples += try sound.resampled(to: first.sampleRate).samples
            end = chunk.end
        }
        return Recording(samples: samples.map { $0.isFinite ? $0 : 0 }, sampleRate: first.sampleRate)
    }
}
