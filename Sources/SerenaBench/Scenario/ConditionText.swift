// Conditions as they are written in a scenario, such as `babble(10dB)`: the grammar and its parser.

import Foundation
import Instrumentation
import SerenaAudio

/// Conditions as text.
///
///     conditions = condition { "+" condition }
///     condition  = "clean"
///                | noise "(" decibels ")"            signal-to-noise ratio
///                | "level" "(" decibels ")"          active speech level, in dBFS
///                | "gain" "(" decibels ")"
///                | "clipping" "(" decibels ")"       the level at which everything is cut flat, in dBFS
///                | "telephone"
///                | "room" "(" duration ")"           reverberation time
///                | "dropouts" "(" duration "," percent ")"
///                | "loss" "(" percent [ "," duration ] ")"   with the mean length of a burst
///                | "drift" "(" number "ppm" ")"
///                | "echo" "(" decibels "," duration ")"      the assistant's voice, relative to what is played, and its delay
///                | "second-speaker" "(" decibels ")"         speech-to-speech ratio
///                | "unplugged" "(" duration "," duration ")" from when on, and how long, no frames come
///     noise      = "white" | "pink" | "hum" | "speech-shaped" | "babble" | "applause"
enum ConditionText {
    struct Problem: Error, Hashable {
        let message: String
    }

    /// The most conditions that hold at once.
    static let most = 16

    /// Every name with an example of its use.
    static let examples: [(name: String, example: String)] =
        [
            ("clean", "clean"), ("level", "level(-26dB)"), ("gain", "gain(-6dB)"), ("clipping", "clipping(-6dB)"),
            ("telephone", "telephone"), ("room", "room(0.8s)"), ("dropouts", "dropouts(200ms, 3%)"),
            ("loss", "loss(3%) or loss(3%, 80ms)"), ("drift", "drift(200ppm)"), ("echo", "echo(-12dB, 80ms)"),
            ("second-speaker", "second-speaker(10dB)"), ("unplugged", "unplugged(1s, 500ms)"),
        ] + NoiseKind.allCases.map { ($0.rawValue, "\($0.rawValue)(10dB)") }

    /// Reads what holds at once.
    static func parse(_ text: String) throws(Problem) -> [Condition] {
        var conditions: [Condition] = []
        let parts = text.split(separator: "+", omittingEmptySubsequences: false)
        guard parts.count <= most else { throw Problem(message: "more than \(most) conditions hold at once") }
        for part in parts {
            if let condition = try one(part.trimmingCharacters(in: .whitespaces)) { conditions.append(condition) }
        }
        return conditions
    }

    private static func one(_ text: String) throws(Problem) -> Condition? {
        let name = String(text.prefix { $0 != "(" }).trimmingCharacters(in: .whitespaces)
        guard let known = examples.first(where: { $0.name == name }) else {
            let suggestion = Suggestion.phrase(for: name, among: examples.map(\.name))
            throw Problem(
                message: "there is no condition '\(name)'\(suggestion.isEmpty ? "; there are \(names)" : suggestion)")
        }
        let wrong = Problem(message: "'\(text)' is not a condition; write it like \(known.example)")
        let rest = text.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        guard !rest.isEmpty else {
            if name == "clean" { return nil }
            if name == "telephone" { return .telephone }
            throw wrong
        }
        guard rest.hasPrefix("("), rest.hasSuffix(")") else { throw wrong }
        let values = rest.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard let condition = condition(name, values) else { throw wrong }
        return condition
    }

    private static var names: String {
        examples.map(\.name).joined(separator: ", ")
    }

    private static func condition(_ name: String, _ values: [String]) -> Condition? {
        let first = values[0]
        if let kind = NoiseKind(rawValue: name) {
            guard values.count == 1, let ratio = number(first, unit: "dB", in: -40...80) else { return nil }
            return .noise(kind, signalToNoise: ratio)
        }
        switch (name, values.count) {
        case ("level", 1): return number(first, unit: "dB", in: -60...0).map { .level($0) }
        case ("gain", 1): return number(first, unit: "dB", in: -60...60).map { .gain($0) }
        case ("clipping", 1): return number(first, unit: "dB", in: -60...0).map { .clipping(at: $0) }
        case ("room", 1): return duration(first, upTo: .seconds(10)).map { .room(reverberation: $0) }
        case ("drift", 1): return number(first, unit: "ppm", in: -10_000...10_000).map { .drift(partsPerMillion: $0) }
        case ("second-speaker", 1):
            return number(first, unit: "dB", in: -40...80).map { .secondSpeaker(signalToNoise: $0) }
        case ("echo", 2):
            guard let level = number(first, unit: "dB", in: -80...0), let delay = duration(values[1], upTo: .seconds(1))
            else { return nil }
            return .echo(level: level, delay: delay)
        case ("unplugged", 2):
            guard let start = duration(first, upTo: .seconds(3_600)),
                let length = duration(values[1], upTo: .seconds(60))
            else { return nil }
            return .deviceAway(after: start, length: length)
        case ("dropouts", 2):
            guard let length = duration(first, upTo: .seconds(10)), let share = share(values[1]) else { return nil }
            return .dropouts(length: length, share: share)
        case ("loss", 1): return share(first).map { .loss(share: $0, burst: nil) }
        case ("loss", 2):
            guard let share = share(first), let burst = duration(values[1], upTo: .seconds(10)) else { return nil }
            return .loss(share: share, burst: burst)
        default: return nil
        }
    }

    private static func number(_ text: String, unit: String, in range: ClosedRange<Double>) -> Double? {
        guard text.hasSuffix(unit) else { return nil }
        let digits = text.dropLast(unit.count).trimmingCharacters(in: .whitespaces)
        guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.".contains($0)) }), let value = Double(digits),
            range.contains(value)
        else { return nil }
        return value
    }

    private static func share(_ text: String) -> Double? {
        number(text, unit: "%", in: 0...90).map { $0 / 100 }
    }

    private static func duration(_ text: String, upTo longest: Duration) -> Duration? {
        guard let duration = DurationText.parse(text), duration >= .milliseconds(10), duration <= longest else {
            return nil
        }
        return duration
    }
}
