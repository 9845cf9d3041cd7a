// What the assistant itself is saying at any moment: so that its ear can tell its own voice from others, and its mouth can hold it and go on.

import AssistantInterface
import Instrumentation
import SerenaAudio
import Synchronization

/// Stands before an output and keeps what is handed to it, with the time at which each sample is due.
///
/// ``hold()`` takes back what has not been heard, and ``resume()`` lets it be heard after all. What is handed over in between waits. The ear reads
/// without waiting for whoever speaks longer than it takes to copy a few samples.
public final class OwnVoice: AudioOutput {
    private struct State {
        var timeline = SoundTimeline()
        var pieces = SpokenPieces()
        /// What waits for the end of a hold; nil when nothing is held.
        var kept: [AudioChunk]?
        var heldAt = Instant(nanoseconds: 0)
        /// When what waits would be over if nothing had been held.
        var undisturbedEnd = Instant(nanoseconds: 0)
        var holds = Holds()
    }

    private let output: any AudioOutput
    private let clock: any EngineClock
    /// Keeps the order of the sound. An output may wait for others on a virtual clock, so it is no ordinary lock.
    private let order = WorkLock()
    private let state = Mutex(State())
    /// What was over so long before a frame is of no use for it.
    private static let memory = Duration.seconds(1)

    public init(_ output: any AudioOutput, clock: any EngineClock) {
        self.output = output
        self.clock = clock
    }

    @discardableResult
    public func play(_ chunk: AudioChunk) -> Instant {
        order.withLock {
            let waiting = state.withLock { state -> Instant? in
                guard state.kept != nil else { return nil }
                state.kept?.append(chunk)
                defer { state.undisturbedEnd = state.undisturbedEnd + chunk.duration }
                return state.undisturbedEnd
            }
            return waiting ?? hand(chunk)
        }
    }

    private func hand(_ chunk: AudioChunk) -> Instant {
        let due = output.play(chunk)
        state.withLock { state in
            state.timeline.add(chunk.samples, rate: chunk.sampleRate, at: due)
            state.pieces.add(chunk, at: due)
        }
        return due
    }

    public func stop() {
        order.withLock {
            output.stop()
            let now = clock.now
            state.withLock { state in
                state.kept = nil
                state.timeline.cut(at: now)
                state.pieces = SpokenPieces()
            }
        }
    }

    // MARK: Holding

    /// Falls silent, and keeps what was not heard. Does nothing when nothing is being said, or when it is held already.
    func hold() {
        order.withLock {
            let now = clock.now
            guard state.withLock({ $0.kept == nil && ($0.timeline.end ?? now) > now }) else { return }
            output.stop(fading: SoundFade.duration)
            state.withLock { state in
                state.undisturbedEnd = state.timeline.end ?? now
                state.heldAt = now
                state.kept = state.pieces.unheard(at: now)
                state.holds.count += 1
                state.timeline.cut(at: now)
                if let end = state.pieces.fade(at: now) {
                    state.timeline.add(end.samples, rate: end.sampleRate, at: now)
                }
                state.pieces = SpokenPieces()
            }
        }
    }

    /// Goes on where it was held, at the beginning of the word or syllable. Does nothing when nothing is held.
    func resume() {
        order.withLock {
            let now = clock.now
            let kept = state.withLock { state -> [AudioChunk] in
                guard let kept = state.kept else { return [] }
                state.kept = nil
                state.holds.inVain += 1
                state.holds.silence += now - state.heldAt
                return kept
            }
            for chunk in kept { _ = hand(chunk) }
        }
    }

    /// Whether something waits for the end of a hold.
    var isHeld: Bool { state.withLock { $0.kept != nil } }

    /// The holds since this was asked last; nil when there were none.
    func takeHolds() -> Holds? {
        state.withLock { state in
            defer { state.holds = Holds() }
            return state.holds == Holds() ? nil : state.holds
        }
    }

    // MARK: What the ear asks

    /// What the loudspeaker played during a frame that ended at `time`; nil when it was silent.
    func reference(forFrameEndingAt time: Instant) -> [Float]? {
        let start = time - AudioFrame.duration
        return state.withLock { state in
            state.timeline.forget(before: start - Self.memory)
            state.pieces.forget(before: start - Self.memory)
            guard state.timeline.sounds(from: start, to: time) else { return nil }
            return state.timeline.samples(from: start, count: AudioFrame.sampleCount)
        }
    }

    /// Whether anything is being played at `time`, or is still to be, or is held.
    func isSounding(at time: Instant) -> Bool {
        state.withLock { $0.kept != nil || ($0.timeline.end.map { $0 > time } ?? false) }
    }
}

/// The pieces that were handed over last, as they are due.
struct SpokenPieces: Sendable {
    private struct Piece: Sendable {
        var due: Instant
        var chunk: AudioChunk

        var end: Instant { due + chunk.duration }

        /// How many of its samples have been heard at `time`.
        func heard(at time: Instant) -> Int {
            let count = (time - due).nanoseconds * Int64(chunk.sampleRate) / 1_000_000_000
            return min(chunk.samples.count, max(0, Int(count)))
        }
    }

    /// What lies further apart is no piece of the same word.
    private static let seam = Duration.milliseconds(1)
    /// More are not kept: at the 10 ms of the smallest pieces, two minutes.
    private static let most = 12_000

    private var pieces: [Piece] = []

    mutating func add(_ chunk: AudioChunk, at due: Instant) {
        guard !chunk.samples.isEmpty, chunk.sampleRate > 0 else { return }
        if pieces.count == Self.most { pieces.removeFirst() }
        pieces.append(Piece(due: due, chunk: chunk))
    }

    mutating func forget(before time: Instant) {
        pieces.removeAll { $0.end < time }
    }

    /// What has not been heard at `time`, from a little before, and fading in.
    func unheard(at time: Instant) -> [AudioChunk] {
        guard let first = pieces.firstIndex(where: { $0.end > time }) else { return [] }
        let piece = pieces[first]
        let (rate, heard) = (piece.chunk.sampleRate, piece.heard(at: time))
        let before = before(first) + piece.chunk.samples[..<heard]
        let repeated = SoundFade.repeated(of: before[...], rate: rate)
        var samples = Array(before.suffix(repeated))
        SoundFade.fadeIn(&samples, first: Self.fadeLength(at: rate))
        samples += piece.chunk.samples[heard...]
        return [AudioChunk(samples: samples, sampleRate: rate)] + pieces[(first + 1)...].map(\.chunk)
    }

    /// The sound in which a voice that is stopped at `time` fades away; nil when none was to be heard.
    func fade(at time: Instant) -> AudioChunk? {
        guard let piece = pieces.first(where: { $0.end > time && $0.due <= time }) else { return nil }
        let count = Self.fadeLength(at: piece.chunk.sampleRate)
        var samples = Array(piece.chunk.samples[piece.heard(at: time)...].prefix(count))
        SoundFade.fadeOut(&samples, last: samples.count)
        return AudioChunk(samples: samples, sampleRate: piece.chunk.sampleRate)
    }

    /// What sounds without a gap before a piece, as far as a voice may go back.
    private func before(_ index: Int) -> [Float] {
        var (sound, next) = ([Float](), index)
        let rate = pieces[index].chunk.sampleRate
        while next > 0, sound.count < rate {
            let piece = pieces[next - 1]
            let gap = pieces[next].due - piece.end
            guard piece.chunk.sampleRate == rate, abs(gap.nanoseconds) < Self.seam.nanoseconds else { break }
            sound = piece.chunk.samples + sound
            next -= 1
        }
        return sound
    }

    private static func fadeLength(at rate: Int) -> Int {
        Int(SoundFade.duration.nanoseconds * Int64(rate) / 1_000_000_000)
    }
}
