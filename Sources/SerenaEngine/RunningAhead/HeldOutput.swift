// The sound of an answer, kept back until it may be heard.

import Instrumentation
import SerenaAudio
import Synchronization

/// Takes the sound of one answer. Held, it keeps it; committed, it plays it; dropped, it wants no more of it.
final class HeldOutput: Sendable {
    enum Phase { case held, committed, dropped }

    private struct State {
        var phase = Phase.held
        var chunks: [AudioChunk] = []
        var firstAudible: Instant?
        /// When what was played has been heard.
        var end: Instant?
        var hasGap = false
    }

    /// A shorter silence between two pieces is not noticed: a tenth of the shortest sounds of speech.
    private static let shortestGap = Duration.milliseconds(5)

    private let output: any AudioOutput
    /// Keeps the order of the sound. Playing reads the clock, so it is no ordinary lock.
    private let order = WorkLock()
    private let state = Mutex(State())

    init(to output: any AudioOutput) {
        self.output = output
    }

    var phase: Phase { state.withLock { $0.phase } }

    /// When the first audible sample is due at the loudspeaker; nil as long as none was played.
    var firstAudible: Instant? { state.withLock { $0.firstAudible } }

    /// When what was played has been heard; nil as long as nothing was.
    var end: Instant? { state.withLock { $0.end } }

    /// Whether the loudspeaker had nothing to play between two pieces of the answer.
    var hasGap: Bool { state.withLock { $0.hasGap } }

    /// Takes the next piece.
    ///
    /// - Returns: whether more is wanted.
    func take(_ chunk: AudioChunk) -> Bool {
        order.withLock {
            let phase = state.withLock { state in
                if state.phase == .held { state.chunks.append(chunk) }
                return state.phase
            }
            if phase == .committed { play(chunk) }
            return phase != .dropped
        }
    }

    /// Plays what was kept back, and at once whatever follows. Does nothing when it was dropped.
    func commit() {
        order.withLock {
            let chunks = state.withLock { state -> [AudioChunk] in
                guard state.phase == .held else { return [] }
                state.phase = .committed
                defer { state.chunks = [] }
                return state.chunks
            }
            for chunk in chunks { play(chunk) }
        }
    }

    /// Lets go of everything that has not been played, and of what follows: when it returns, nothing more is played. What the
    /// loudspeaker has been handed is not its business.
    func drop() {
        order.withLock {
            state.withLock { state in
                state.phase = .dropped
                state.chunks = []
            }
        }
    }

    private func play(_ chunk: AudioChunk) {
        let due = output.play(chunk)
        let audible = Audibility.firstAudibleSample(in: chunk.samples).map { due + .samples($0, at: chunk.sampleRate) }
        state.withLock { state in
            if let end = state.end, due - end > Self.shortestGap { state.hasGap = true }
            state.end = due + chunk.duration
            state.firstAudible = state.firstAudible ?? audible
        }
    }
}
