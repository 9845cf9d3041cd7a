// The course of a talk: what the microphone hears next, and when a step is over. No clock, no waiting.

import Instrumentation
import SerenaAudio

/// What is known about the assistant at the moment in which the next frame is made.
struct Hearing {
    /// When everything that was handed to the loudspeaker has been played.
    var queueEnd: Instant
    /// Whether anything was handed to the loudspeaker during the step.
    var hasAnswer: Bool
    /// Whether turns were reported during the step and all have ended.
    var turnsEnded: Bool
}

/// A talk in progress.
struct Talk {
    enum Event: Equatable {
        /// The recording of the step begins with this frame.
        case stepBegan(Int)
        /// The step before is over for good: nothing that happens from now on belongs to it.
        case stepClosed(Int)
        /// The answer went on for too long; the loudspeaker must be stopped.
        case answerCut(Int)
    }

    private enum Phase {
        case pausing(until: Instant)
        case speaking(offset: Int)
        case listening
        case ended
    }

    /// The silence before the first step, in which an assistant can settle on the background.
    static let leadIn = Duration.milliseconds(500)
    /// The silence after the last step.
    static let leadOut = Duration.milliseconds(300)
    /// Without a report, an answer counts as over when nothing followed it for this long.
    static let quietAfterAnswer = Duration.seconds(1)
    /// The longest answer.
    static let longestAnswer = Duration.seconds(60)

    private let steps: [PreparedStep]
    private let patience: Duration
    private var phase: Phase
    /// The step that is spoken or listened to; −1 before the first.
    private var current = -1
    private var speechEnd = Instant(nanoseconds: 0)
    private var ends: [String: Instant] = [:]

    init(steps: [PreparedStep], patience: Duration, start: Instant) {
        self.steps = steps
        self.patience = patience
        phase = .pausing(until: start + Self.leadIn)
    }

    var isOver: Bool {
        if case .ended = phase { return true }
        return false
    }

    /// The step that is over unless an answer still comes; nil while one goes on.
    var finishedStep: Int? {
        if case .pausing = phase, current >= 0 { return current }
        return nil
    }

    /// Makes the frame whose first sample is heard at `begin`, and moves the talk on.
    mutating func nextFrame(at begin: Instant, hearing: Hearing) -> (
        samples: [Float], events: [Event]
    ) {
        var events: [Event] = []
        if case .listening = phase { listen(at: begin, hearing, &events) }
        if case .pausing(let until) = phase { pause(until: until, at: begin, hearing, &events) }
        guard case .speaking(let offset) = phase else { return (Self.silence, events) }
        let samples = steps[current].utterance.samples
        let end = min(offset + AudioFrame.sampleCount, samples.count)
        phase = end == samples.count ? .listening : .speaking(offset: end)
        let sound = Array(samples[offset..<end])
        return (sound + Self.silence.prefix(AudioFrame.sampleCount - sound.count), events)
    }

    private static let silence = [Float](repeating: 0, count: AudioFrame.sampleCount)

    private mutating func listen(at now: Instant, _ hearing: Hearing, _ events: inout [Event]) {
        let step = steps[current].step
        var end: Instant?
        if hearing.hasAnswer {
            if now - speechEnd > Self.longestAnswer {
                events.append(.answerCut(current))
                end = now
            } else if hearing.queueEnd <= now,
                hearing.turnsEnded || now - hearing.queueEnd >= Self.quietAfterAnswer
            {
                end = hearing.queueEnd
            }
        } else {
            let patience = step.expect.isAnswered ? patience : Scenario.silencePatience
            if now - speechEnd >= patience { end = now }
        }
        guard let end else { return }
        ends[step.id] = end
        let next = current + 1
        guard next < steps.count else {
            phase = .pausing(until: end + Self.leadOut)
            return
        }
        let reference = steps[next].step.after.flatMap { ends[$0] } ?? end
        phase = .pausing(until: max(end, reference) + steps[next].step.pause)
    }

    private mutating func pause(
        until: Instant, at now: Instant, _ hearing: Hearing, _ events: inout [Event]
    ) {
        // An answer that begins so late still belongs to the step before.
        if hearing.hasAnswer, hearing.queueEnd > now, current >= 0,
            now - speechEnd <= Self.longestAnswer
        {
            phase = .listening
            return
        }
        guard now >= until else { return }
        if current >= 0 { events.append(.stepClosed(current)) }
        current += 1
        guard current < steps.count else {
            phase = .ended
            return
        }
        speechEnd = now + steps[current].utterance.speechEnd
        phase = .speaking(offset: 0)
        events.append(.stepBegan(current))
    }
}
