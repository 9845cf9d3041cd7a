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
        /// When the assistant gave it to the loudspeaker: for the first time, if it took it back and gave it again.
        var handedOver: Instant
        var samples: [Float]
        var sampleRate: Int

        var end: Instant { start + .samples(samples.count, at: sampleRate) }
    }

    private struct Timeline {
        var played: [Played] = []
        var queueEnd = Instant(nanoseconds: .min / 2)
        /// What the assistant took back.
        var dropped: [DroppedSound] = []
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
            var first: Instant?
            if let last = timeline.dropped.indices.last { first = timeline.dropped[last].take(chunk, at: now) }
            let played = Played(
                start: start, handedOver: first ?? now, samples: chunk.samples, sampleRate: chunk.sampleRate)
            timeline.played.append(played)
            timeline.queueEnd = played.end
            return start
        }
    }

    public func stop() {
        stop(fading: .zero)
    }

    public func stop(fading fade: Duration) {
        let now = clock.now
        timeline.withLock { timeline in
            let pieces = Self.drop(from: now, fading: fade, &timeline)
            let dropped = DroppedSound(at: now, pieces)
            if dropped.unheard > .zero { timeline.dropped.append(dropped) }
        }
    }

    /// Drops what has not been played yet, on behalf of the harness: no stop of the assistant's.
    func cut() {
        let now = clock.now
        timeline.withLock { timeline in _ = Self.drop(from: now, fading: .zero, &timeline) }
    }

    /// - Returns: what was not heard as it should have been.
    private static func drop(
        from now: Instant, fading fade: Duration, _ timeline: inout Timeline
    ) -> [DroppedSound.Piece] {
        var pieces: [DroppedSound.Piece] = []
        var kept: [Played] = []
        for var chunk in timeline.played {
            guard chunk.end > now else {
                kept.append(chunk)
                continue
            }
            let heard = max(0, Int((now - chunk.start).nanoseconds * Int64(chunk.sampleRate) / 1_000_000_000))
            pieces.append(
                DroppedSound.Piece(
                    handedOver: chunk.handedOver, samples: Array(chunk.samples.dropFirst(heard)),
                    sampleRate: chunk.sampleRate))
            guard chunk.start < now else { continue }
            let fading = min(
                Int(fade.nanoseconds * Int64(chunk.sampleRate) / 1_000_000_000), chunk.samples.count - heard)
            chunk.samples = Array(chunk.samples.prefix(heard + fading))
            SoundFade.fadeOut(&chunk.samples, last: fading)
            kept.append(chunk)
        }
        timeline.played = kept
        timeline.queueEnd = min(timeline.queueEnd, max(now, kept.last?.end ?? now))
        return pieces
    }

    /// When the assistant dropped audible sound that it had handed over, and did not play it after all.
    var stops: [Instant] {
        dropped.filter { $0.unheard > .zero }.map(\.time)
    }

    /// What the assistant took back, in order; what it played after all is no longer missing there.
    var dropped: [DroppedSound] {
        timeline.withLock { $0.dropped }
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
            timeline.dropped.removeAll { $0.time < instant }
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
