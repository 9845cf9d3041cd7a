// Whether a step did what was expected of it: a pure function from what happened to a list of failures.

import AssistantInterface
import Foundation
import Instrumentation

/// What happened during one step, as heard from outside and as told by the assistant.
public struct StepObservation: Sendable {
    /// The last sample of the user's speech, at its nominal time.
    public var speechEnd: Instant
    /// The first sample of speech, at its nominal time.
    public var speechStart: Instant
    /// The first audible sample of the answer; nil when nothing was heard.
    public var firstAudible: Instant?
    /// Whether the answer was cut short because it went on too long.
    public var isEndless = false
    /// The turns that began during the step, in order.
    public var turns: [ObservedTurn]
    /// From the first sample of speech to the last audible sample of the answer that it broke into; nil when it broke into none.
    public var bargeInStop: Duration?
    /// Whether the speech of the step broke into the answer to another.
    public var breaksIn = false
    /// How often, while this step was the last to have begun, the assistant dropped audible sound that it had handed over.
    public var stops = 0
    /// How much was not heard of the answer that the step fell into, because the assistant took it back for good; nil when there was none.
    public var unheard: Duration?

    public init(
        speechStart: Instant, speechEnd: Instant, firstAudible: Instant?, isEndless: Bool = false,
        turns: [ObservedTurn] = [], bargeInStop: Duration? = nil
    ) {
        self.speechStart = speechStart
        self.speechEnd = speechEnd
        self.firstAudible = firstAudible
        self.isEndless = isEndless
        self.turns = turns
        self.bargeInStop = bargeInStop
    }

    /// First audible sample of the answer minus last sample of speech.
    public var latency: Duration? {
        firstAudible.map { $0 - speechEnd }
    }

    /// The turn that gave the answer: the first that said something, else the last one reported.
    public var answeringTurn: ObservedTurn? {
        turns.first { !($0.report?.response.isEmpty ?? true) } ?? turns.last { $0.report != nil }
            ?? turns.last
    }

    /// Everything that was understood during the step.
    public var transcript: String {
        turns.compactMap(\.report?.transcript).filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// One turn of the assistant, as its reports came in.
public struct ObservedTurn: Sendable {
    public var number: Int
    public var began: Instant
    public var firstPartial: Instant?
    /// When the report arrived.
    public var ended: Instant?
    public var report: TurnReport?

    public init(
        number: Int, began: Instant, firstPartial: Instant? = nil, ended: Instant? = nil,
        report: TurnReport? = nil
    ) {
        self.number = number
        self.began = began
        self.firstPartial = firstPartial
        self.ended = ended
        self.report = report
    }
}

/// Judges one step.
public enum TurnScoring {
    /// Whether the assistant took the turn before the user had finished.
    ///
    /// It spoke before the last sample of speech, or broke one utterance into several turns, or closed its turn before
    /// the utterance ended, or says itself that it decided before. However many of these happen, a step is cut off once. A first part that the assistant let
    /// pass in silence does not count when the whole was answered after it: nobody was interrupted, and nothing was lost. Talk that is not meant for the assistant may be cut up at will, as long as it keeps silent.
    public static func isCutOff(_ step: Step, _ observation: StepObservation) -> Bool {
        if let latency = observation.latency, latency < .zero { return true }
        guard step.expect.isAnswered else { return false }
        let wasAnswered = observation.latency != nil
        let turns = observation.turns.filter { turn in
            guard wasAnswered, let report = turn.report else { return true }
            return report.route != .ignored || !report.response.isEmpty
        }
        let beganDuringSpeech = turns.filter { $0.began < observation.speechEnd }
        let endedDuringSpeech = turns.contains {
            ($0.ended ?? observation.speechEnd) < observation.speechEnd
        }
        // An assistant that is deaf while it answers begins no second turn; its own mark of the endpoint tells.
        let decidedDuringSpeech = beganDuringSpeech.contains { turn in
            turn.report?.trace.end(of: .endpoint).map { $0 < observation.speechEnd } ?? false
        }
        return beganDuringSpeech.count > 1 || endedDuringSpeech || decidedDuringSpeech
    }

    /// How often the assistant broke off its own answer although nobody had asked it anything or told it to be silent.
    ///
    /// Who breaks in with a request, or is expected to silence the assistant, is a cause. So is a user who is being cut off and goes on.
    static func stopsWithoutCause(_ step: Step, _ observation: StepObservation) -> Int {
        if step.expect.stopsWithin != nil { return 0 }
        let isAsked = step.expect.isAnswered && (observation.breaksIn || isCutOff(step, observation))
        return isAsked ? 0 : observation.stops
    }

    /// Everything in which the step missed its expectations, in words.
    public static func failures(_ step: Step, _ observation: StepObservation) -> [String] {
        var failures = answerFailures(step, observation)
        let report = observation.answeringTurn?.report
        if let intent = step.expect.intent, report?.intent != intent {
            failures.append("intent is \(report?.intent ?? "unknown") instead of \(intent)")
        }
        if let route = step.expect.route, report?.route != route {
            failures.append(
                "route is \(report?.route.rawValue ?? "not reported") instead of \(route.rawValue)")
        }
        for (name, value) in step.expect.slots.sorted(by: { $0.key < $1.key }) {
            let found = report?.slots[name]
            guard let found, sameValue(found, value) else {
                failures.append(
                    "slot \(name) is \(found.map { "'\($0)'" } ?? "missing") instead of '\(value)'")
                continue
            }
        }
        let response = report?.response ?? ""
        for expected in step.expect.response where !holds(expected, for: response) {
            failures.append("response does not \(describe(expected)): '\(response)'")
        }
        failures += eventFailures(step.expect.events, in: report?.events ?? [])
        if let limit = step.expect.wordErrorRate {
            let rate = WordErrorRate.compute(reference: step.say, hypothesis: observation.transcript).rate
            if rate > limit {
                failures.append("word error rate is \(percent(rate)), above \(percent(limit))")
            }
        }
        return failures
    }

    /// Whether there was no answer, and the step takes the name of a problem for one.
    static func failsByName(_ step: Step, _ observation: StepObservation) -> Bool {
        step.expect.mayFailByName && observation.firstAudible == nil
            && observation.turns.contains { $0.report?.problem != nil }
    }

    private static func answerFailures(_ step: Step, _ observation: StepObservation) -> [String] {
        var failures: [String] = []
        if step.expect.isAnswered {
            if observation.firstAudible == nil, !failsByName(step, observation) {
                failures.append(
                    step.expect.mayFailByName
                        ? "no answer was heard, and the assistant names no problem" : "no answer was heard")
            }
            if let latency = observation.latency, let limit = step.expect.latency, latency >= limit {
                failures.append("latency is \(milliseconds(latency)), not below \(milliseconds(limit))")
            }
        } else if observation.firstAudible != nil {
            failures.append("an answer was heard where silence was expected")
        }
        if let limit = step.expect.stopsWithin { failures += stopFailures(observation.bargeInStop, limit: limit) }
        if step.expect.isHeardToEnd { failures += unheardFailures(observation.unheard) }
        if isCutOff(step, observation) {
            failures.append("false cut-off: the assistant took the turn before the end of speech")
        }
        if observation.isEndless { failures.append("the answer did not come to an end and was cut") }
        return failures
    }

    private static func stopFailures(_ stop: Duration?, limit: Duration) -> [String] {
        guard let stop else { return ["there was no answer to interrupt"] }
        guard stop > limit else { return [] }
        return [
            "the old answer went on for \(milliseconds(stop)) after the interruption, not at most \(milliseconds(limit))"
        ]
    }

    private static func unheardFailures(_ unheard: Duration?) -> [String] {
        guard let unheard else { return ["there was no answer to fall into"] }
        guard unheard > .zero else { return [] }
        return ["the answer was broken off: its last \(milliseconds(unheard)) were never heard"]
    }

    /// The events expected must occur in their order; others may come in between.
    private static func eventFailures(_ expected: [String], in events: [String]) -> [String] {
        var rest = events[...]
        for event in expected {
            guard let index = rest.firstIndex(of: event) else {
                let isThere = events.contains(event)
                return ["the event '\(event)' \(isThere ? "comes out of order" : "is missing")"]
            }
            rest = rest[(index + 1)...]
        }
        return []
    }

    /// Numbers are equal when their values are; everything else when the spoken words are.
    static func sameValue(_ left: String, _ right: String) -> Bool {
        if let left = Double(left), let right = Double(right) { return left == right }
        return left == right || SpokenText.normalizedWords(left) == SpokenText.normalizedWords(right)
    }

    static func holds(_ expectation: ResponseExpectation, for response: String) -> Bool {
        switch expectation {
        case .contains(let text):
            let wanted = SpokenText.normalizedWords(text)
            let words = SpokenText.normalizedWords(response)
            // Punctuation alone has no words; it is looked for as it stands.
            guard !wanted.isEmpty else { return response.contains(text) }
            guard words.count >= wanted.count else { return false }
            return (0...(words.count - wanted.count)).contains {
                words[$0..<($0 + wanted.count)].elementsEqual(wanted)
            }
        case .matches(let pattern):
            guard let regex = try? Regex(pattern).ignoresCase() else { return false }
            return response.prefix(10_000).firstMatch(of: regex) != nil
        case .any(let expectations):
            return expectations.contains { holds($0, for: response) }
        }
    }

    private static func describe(_ expectation: ResponseExpectation) -> String {
        switch expectation {
        case .contains(let text): "contain '\(text)'"
        case .matches(let pattern): "match /\(pattern)/"
        case .any(let expectations): expectations.map(describe).joined(separator: " or ")
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        "\(Int(duration.milliseconds.rounded())) ms"
    }

    private static func percent(_ rate: Double) -> String {
        "\(Int((rate * 100).rounded())) %"
    }
}
