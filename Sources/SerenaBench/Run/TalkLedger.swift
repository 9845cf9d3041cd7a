// Which sounds and which turns belong to which step of a talk, also where steps overlap.

import Instrumentation
import SerenaAudio

/// The open steps of a talk. Everything is worked out anew from what was played and reported.
///
/// A turn belongs to the step during which it began, or that began while it was open. A sound belongs to the step before an interruption as long as that step's turn was
/// handing it over, and never longer than until the interrupting speech ended: what an assistant says after that is its answer to
/// the interruption. Without reports the end of the interrupting speech alone is the border.
struct TalkLedger {
    struct Window {
        let step: Int
        let begin: Instant
        /// A turn that began later than this and was still open when the step began is the step's: noise can begin a turn before
        /// anybody speaks.
        let turnsFrom: Instant
        let speechStart: Instant
        let speechEnd: Instant
        /// How many frames were delivered before.
        let firstFrame: Int
        var isEndless = false
        var isClosed = false
    }

    /// In the order in which they began: the open ones, and those that others broke into.
    private(set) var windows: [Window] = []

    /// Turns that began earlier belong to steps that are closed.
    var horizon: Instant { windows.first?.turnsFrom ?? Instant(nanoseconds: .min) }

    mutating func began(_ step: Int, _ prepared: PreparedStep, at begin: Instant, afterFrames frames: Int) {
        var turnsFrom = begin
        if windows.allSatisfy(\.isClosed) {
            turnsFrom = windows.last?.speechEnd ?? Instant(nanoseconds: .min)
            windows = []
        }
        windows.append(
            Window(
                step: step, begin: begin, turnsFrom: turnsFrom, speechStart: begin + prepared.utterance.speechStart,
                speechEnd: begin + prepared.utterance.speechEnd, firstFrame: frames))
    }

    mutating func cut(_ step: Int) {
        if let index = index(of: step) { windows[index].isEndless = true }
    }

    /// What the talk needs to know of the step that began last.
    func hearing(_ played: [LoudspeakerRecorder.Played], queueEnd: Instant, turns: [ObservedTurn]) -> Hearing {
        guard let last = windows.indices.last else {
            return Hearing(queueEnd: queueEnd, hasAnswer: false, turnsEnded: false)
        }
        let answer = answer(to: last, played, turns)
        let turns = self.turns(of: last, turns)
        return Hearing(
            queueEnd: queueEnd, hasAnswer: !answer.played.isEmpty,
            turnsEnded: !turns.isEmpty && turns.allSatisfy { $0.ended != nil }, firstAudible: answer.firstAudible)
    }

    /// Closes a step with what came of it.
    mutating func close(
        _ step: Int, _ prepared: PreparedStep, _ played: [LoudspeakerRecorder.Played], dropped: [DroppedSound] = [],
        turns: [ObservedTurn], pacing: [Int64]
    ) -> StepRecord? {
        guard let index = index(of: step) else { return nil }
        windows[index].isClosed = true
        let window = windows[index]
        let answer = answer(to: index, played, turns)
        var observation = StepObservation(
            speechStart: window.speechStart, speechEnd: window.speechEnd, firstAudible: answer.firstAudible,
            isEndless: window.isEndless, turns: self.turns(of: index, turns).filter { !isLeftOver($0, by: window) })
        observation.breaksIn = index > 0
        let end = index + 1 < windows.count ? windows[index + 1].begin : .distantFuture
        let drops = dropped.filter { $0.time >= window.begin && $0.time < end }
        observation.stops = drops.count { $0.unheard > .zero }
        // An assistant may notice a breath before what counts as the first sample of speech: it was silent at once.
        let stop = bargeInStop(of: index, played, turns) ?? (index > 0 && !drops.isEmpty ? .zero : nil)
        if !prepared.step.expect.isHeardToEnd {
            observation.bargeInStop = stop
        } else if stop != nil {
            observation.unheard = drops.reduce(.zero) { $0 + $1.unheard }
        }
        return StepRecord(
            prepared: prepared, observation: observation, answer: answer,
            pacingErrors: Array(pacing[min(window.firstFrame, pacing.count)...]))
    }

    private func index(of step: Int) -> Int? {
        windows.lastIndex { $0.step == step && !$0.isClosed }
    }

    /// The turns that began from the beginning of a step to that of the one which broke into it, or were still open then.
    private func turns(of index: Int, _ turns: [ObservedTurn]) -> [ObservedTurn] {
        let window = windows[index]
        let end = index + 1 < windows.count ? windows[index + 1].begin : .distantFuture
        return turns.filter { turn in
            guard turn.began < window.begin else { return turn.began < end }
            return turn.began > window.turnsFrom && (turn.ended ?? .distantFuture) > window.begin
        }
    }

    /// Whether a turn began after the step's speech and is open at its close, so that it belongs to the next step.
    private func isLeftOver(_ turn: ObservedTurn, by window: Window) -> Bool {
        turn.began > window.speechEnd && turn.ended == nil
    }

    /// From when on sounds that are handed over belong to a step.
    private func border(of index: Int, _ turns: [ObservedTurn]) -> Instant {
        let window = windows[index]
        guard index > 0 else { return window.begin }
        let ends = self.turns(of: index - 1, turns).map { $0.ended ?? window.speechEnd }
        return min(max(ends.max() ?? window.speechEnd, window.begin), window.speechEnd)
    }

    private func answer(
        to index: Int, _ played: [LoudspeakerRecorder.Played], _ turns: [ObservedTurn]
    ) -> RecordedAnswer {
        let begin = border(of: index, turns)
        let end = index + 1 < windows.count ? border(of: index + 1, turns) : nil
        return RecordedAnswer(
            played: played.filter { $0.handedOver >= begin && $0.handedOver < (end ?? .distantFuture) })
    }

    /// From the first sample of the interrupting speech to the last audible sample of the answers that it broke into.
    private func bargeInStop(
        of index: Int, _ played: [LoudspeakerRecorder.Played], _ turns: [ObservedTurn]
    ) -> Duration? {
        guard index > 0, let first = windows.first else { return nil }
        let border = border(of: index, turns)
        let old = RecordedAnswer(played: played.filter { $0.handedOver >= first.begin && $0.handedOver < border })
        guard let last = old.lastAudible, last > windows[index].speechStart else { return nil }
        return last - windows[index].speechStart
    }
}

extension Instant {
    /// Later than everything.
    fileprivate static let distantFuture = Instant(nanoseconds: .max)
}

extension RecordedAnswer {
    /// When the last sample above ``Audibility/floor`` was over.
    var lastAudible: Instant? {
        for chunk in played.reversed() {
            if let index = Audibility.lastAudibleSample(in: chunk.samples) {
                return chunk.start + .samples(index + 1, at: chunk.sampleRate)
            }
        }
        return nil
    }
}
