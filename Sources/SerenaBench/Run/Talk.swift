// The course of a talk: what the microphone hears next, and when a step is over. No clock, no waiting.

import Instrumentation
import SerenaAudio

/// What is known about the assistant at the moment in which the next frame is made.
struct Hearing {
    /// When everything that was handed to the loudspeaker has been played.
    var queueEnd: Instant
    /// Whether anything was handed to the loudspeaker in answer to the step.
    var hasAnswer: Bool
    /// Whether turns were reported during the step and all have ended.
    var turnsEnded: Bool
    /// When the first audible sample of the step's answer is due; nil as long as there is none.
    var firstAudible: Instant?
    /// What comes back of the assistant's own voice in the next frame; empty for nothing.
    var echo: [Float] = []
}

/// A talk in progress.
///
/// A step follows the one before when that is over, unless it is told to begin at a time of its own: then it may fall into the answer
/// to the step before, or into its words, and both stay open until the later one is over.
struct Talk {
    enum Event: Equatable {
        /// The recording of the step begins with this frame. Steps that have not been closed go on beside it.
        case stepBegan(Int)
        /// The step is over for good: nothing that happens from now on belongs to it.
        case stepClosed(Int)
        /// The answer went on for too long; the loudspeaker must be stopped.
        case answerCut(Int)
    }

    private enum Phase {
        case pausing(until: Instant)
        /// The step is spoken, or its answer awaited.
        case taken
        case ended
    }

    /// A recording that is being heard.
    private struct Sound {
        let step: Int
        var offset = 0
    }

    /// The silence before the first step, in which an assistant can settle on the background.
    static let leadIn = Duration.milliseconds(500)
    /// The silence after the last step.
    static let leadOut = Duration.milliseconds(300)
    /// Without a report, an answer counts as over when nothing followed it for this long.
    static let quietAfterAnswer = Duration.seconds(1)
    /// After an answer that came before the end of the words: the rest of them may still be answered, and must not be taken for the
    /// answer to the next step.
    static let quietAfterCutOff = Duration.milliseconds(2_500)
    /// The longest answer.
    static let longestAnswer = Duration.seconds(60)

    private let steps: [PreparedStep]
    private let patience: Duration
    private let start: Instant
    private var phase = Phase.ended
    /// The step that began last; −1 before the first.
    private var current = -1
    /// Earlier steps that are still open, because later ones broke into them.
    private var open: [Int] = []
    private var sounding: [Sound] = []
    private var speechEnd: Instant
    private var ends: [String: Instant] = [:]
    /// When each step's answer could first be heard.
    private var audible: [String: Instant] = [:]
    private var framesMade = 0
    /// When the step began that began last.
    private var currentBegin: Instant
    private var line = TransportLine([], seed: 0)
    /// The step whose line ``line`` is.
    private var lineOwner: Int?

    init(steps: [PreparedStep], patience: Duration, start: Instant) {
        self.steps = steps
        self.patience = patience
        self.start = start
        speechEnd = start
        currentBegin = start
        phase = .pausing(until: beginning(of: steps.indices.first, notBefore: start + Self.leadIn, pause: .zero))
    }

    var isOver: Bool {
        if case .ended = phase { return true }
        return false
    }

    /// The open steps that are over unless an answer still comes; none while one goes on.
    var finishedSteps: [Int] {
        if case .pausing = phase, current >= 0 { return open + [current] }
        return []
    }

    /// Makes the frame whose first sample is heard at `begin`, and moves the talk on.
    mutating func nextFrame(at begin: Instant, hearing: Hearing) -> (samples: [Float], events: [Event]) {
        var events: [Event] = []
        if current >= 0, let heard = hearing.firstAudible, audible[steps[current].step.id] == nil {
            audible[steps[current].step.id] = heard
        }
        if case .taken = phase, !isSpeaking { listen(at: begin, hearing, &events) }
        if let next = interruption(at: begin) {
            open.append(current)
            take(next, at: begin, &events)
        } else if case .pausing(let until) = phase {
            pause(until: until, at: begin, hearing, &events)
        }
        return (nextSamples(at: begin, echo: hearing.echo), events)
    }

    /// How the assistant's own voice comes back at the moment.
    var echo: Echo? {
        steps.indices.contains(max(0, current)) ? steps[max(0, current)].surroundings.echo : nil
    }

    /// Whether the microphone is gone in the frame that begins at `time`.
    func isMicrophoneAway(at time: Instant) -> Bool {
        current >= 0 && steps[current].surroundings.away.contains { $0.contains(time - currentBegin) }
    }

    private var isSpeaking: Bool {
        sounding.contains { $0.step == current }
    }

    /// The step behind the current one, past those whose round has no time left.
    private func next(at now: Instant) -> Int? {
        let round = current < 0 ? 0 : steps[current].round
        return (current + 1..<max(current + 1, steps.count)).first { index in
            guard steps[index].round > round, let latest = steps[index].latestStart else { return true }
            return now - start <= latest
        }
    }

    /// When a step begins if everything before it is over at `end`.
    private func beginning(of index: Int?, notBefore end: Instant, pause: Duration? = nil) -> Instant {
        guard let index else { return end + Self.leadOut }
        let step = steps[index].step
        if case .at(let time) = step.start { return max(end, start + time) }
        let reference = step.after.flatMap { ends[$0] } ?? end
        return max(end, reference) + (pause ?? step.pause)
    }

    private mutating func listen(at now: Instant, _ hearing: Hearing, _ events: inout [Event]) {
        let step = steps[current].step
        var end: Instant?
        if hearing.hasAnswer {
            if now - speechEnd > Self.longestAnswer {
                events.append(.answerCut(current))
                end = now
            } else if let first = hearing.firstAudible, first < speechEnd {
                if now - max(hearing.queueEnd, speechEnd) >= Self.quietAfterCutOff { end = now }
            } else if hearing.queueEnd <= now,
                hearing.turnsEnded || now - hearing.queueEnd >= Self.quietAfterAnswer
            {
                end = hearing.queueEnd
            }
        } else {
            let patience = step.expect.isAnswered ? patience : Scenario.silencePatience
            // The answer to an earlier step may still be heard.
            let isQuiet = hearing.queueEnd <= now || now - speechEnd > Self.longestAnswer
            if now - speechEnd >= patience, isQuiet { end = now }
        }
        guard let end else { return }
        ends[step.id] = end
        phase = .pausing(until: beginning(of: next(at: now), notBefore: end))
    }

    /// The next step, if it is due although the current one is not over.
    private func interruption(at now: Instant) -> Int? {
        guard case .taken = phase, let next = next(at: now) else { return nil }
        switch steps[next].step.start {
        case .following: return nil
        case .at(let time): return now >= start + time ? next : nil
        case .during(let step, let delay):
            guard let heard = audible[step] else { return nil }
            return now >= heard + delay ? next : nil
        }
    }

    private mutating func pause(until: Instant, at now: Instant, _ hearing: Hearing, _ events: inout [Event]) {
        // An answer that begins so late still belongs to the step before.
        if hearing.hasAnswer, hearing.queueEnd > now, current >= 0, now - speechEnd <= Self.longestAnswer {
            phase = .taken
            return
        }
        guard now >= until else { return }
        let next = next(at: now)
        if current >= 0 { events += (open + [current]).map { .stepClosed($0) } }
        open = []
        guard let next else {
            phase = .ended
            return
        }
        take(next, at: now, &events)
    }

    private mutating func take(_ step: Int, at now: Instant, _ events: inout [Event]) {
        current = step
        currentBegin = now
        speechEnd = now + steps[step].utterance.speechEnd
        sounding.append(Sound(step: step))
        phase = .taken
        events.append(.stepBegan(step))
    }

    /// Everything that sounds, in the surroundings of the step that is taken, or awaited in a pause.
    private mutating func nextSamples(at now: Instant, echo: [Float]) -> [Float] {
        var frame = [Float](repeating: 0, count: AudioFrame.sampleCount)
        for index in sounding.indices {
            let samples = steps[sounding[index].step].utterance.samples
            let offset = sounding[index].offset
            let end = min(offset + AudioFrame.sampleCount, samples.count)
            for position in offset..<max(offset, end) { frame[position - offset] += samples[position] }
            sounding[index].offset = end
        }
        sounding.removeAll { $0.offset >= steps[$0.step].utterance.samples.count }
        for (index, sample) in echo.prefix(frame.count).enumerated() { frame[index] += sample }
        var place = current
        if case .pausing = phase { place = next(at: now) ?? current }
        if steps.indices.contains(place) { surround(&frame, by: place) }
        framesMade += 1
        return frame
    }

    private mutating func surround(_ frame: inout [Float], by place: Int) {
        let surroundings = steps[place].surroundings
        if let bed = surroundings.bed {
            let position = framesMade * AudioFrame.sampleCount
            for index in frame.indices { frame[index] += bed[position + index] }
        }
        for index in frame.indices { frame[index] = min(max(frame[index], -surroundings.limit), surroundings.limit) }
        if lineOwner.map({ steps[$0].surroundings.line != surroundings.line }) ?? true {
            line = TransportLine(surroundings.line, seed: surroundings.seed)
        }
        lineOwner = place
        if !line.isPerfect, !line.carriesNextFrame() {
            frame = [Float](repeating: 0, count: AudioFrame.sampleCount)
        }
    }
}
