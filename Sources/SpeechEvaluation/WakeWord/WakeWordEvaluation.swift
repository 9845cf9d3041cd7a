// The wake word: false alarms per hour, calls that were missed, processor time saved.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Measures the wake word for two phrases, on talk and noise in which nobody calls and on calls under all conditions.
public struct WakeWordEvaluation: Evaluation {
    public let name = "wake-word"
    public let summary = "false accepts per hour, misses per condition, processor time saved"

    public init() {}

    private static let phrases = ["Serena", "hey computer"]

    /// How much of everything there is.
    private struct Size {
        /// Minutes of ordinary talk and of near misses, each of which is heard under three conditions.
        var minutes = 50
        var nearMinutes = 6
        /// Seconds of each noise without speech.
        var noiseSeconds = 330
        var requests = WakeWordCalls.asked
        var stretches = [0.93, 1, 1.07]
        var ladder = ListeningCondition.ladder
        /// How many utterances there are for each one that is recognised without a wake word as well.
        var sampling = 14

        static let quick = Size(
            minutes: 0, nearMinutes: 0, noiseSeconds: 5, requests: Array(WakeWordCalls.asked.prefix(1)), stretches: [1],
            ladder: [.clean], sampling: 2)
    }

    /// What was measured for the goals.
    private struct Found {
        var falseAccepts = 0.0
        var missed: [String: (missed: Int, calls: Int)] = [:]
        var savedOfFinals = 1.0
        var savedOfEverything = 1.0
    }

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let size = context.isQuick ? Size.quick : Size()
        let recognizer = MeteredRecognizer(try RecognitionFigures.moonshine(context))
        let babblers = try RecognitionFigures.babblers()
        let phrases = try Self.phrases.map { try WakePhrase($0) }
        var found = Found()
        var report = EvaluationReport(name: name, title: "Wake word")
        let ordinary = try await listen(.ordinary, phrases, size, context, recognizer, babblers)
        let near = try await listen(.nearMisses, phrases, size, context, recognizer, babblers)
        report.tables = [
            Self.table(of: [("talk and noise", ordinary), ("talk of near misses", near)], phrases, &found),
            try call(phrases, size, context, recognizer, babblers, &found),
            Self.costs(ordinary, phrases, &found),
        ]
        // A few calls prove nothing.
        report.goals = context.isQuick ? [] : Self.goals(found)
        report.notes = [
            "all but \(HumanRecordings.folder) is synthetic: \(size.minutes) min of different sentences by two voices of flite at five tempos, heard clean, "
                + "in babble and in stationary noise at 10 dB, then the recordings of people in the same three ways, then noises alone; calls by the two voices at "
                + "three tempos",
            "the rules of the wake word were chosen on the two other voices of flite, with other requests and other talk",
            "every sentence of the near misses has a name or word that resembles a phrase, such as Sabrina, Selena, siren, a commuter or my computer",
            "utterances are cut by the voice activity detector by energy, 0.5 s of silence ending them; its processor time is on neither side",
        ]
        return report
    }

    // MARK: False alarms

    private func listen(
        _ kind: TalkText.Kind, _ phrases: [WakePhrase], _ size: Size, _ context: EvaluationContext,
        _ recognizer: MeteredRecognizer, _ babblers: [[Float]]
    ) async throws -> [WakeWordStream] {
        let stationary = ListeningCondition(
            name: "stationary 10 dB", conditions: [.noise(.speechShaped, signalToNoise: 10)])
        let conditions = context.isQuick ? [.clean] : [ListeningCondition.clean, .babble10, stationary]
        var places = conditions.map { ListeningPlace($0, seed: context.seed, voices: babblers) }
        var streams = phrases.map { WakeWordStream($0, recognizer: recognizer, sampling: size.sampling) }
        func everybody(_ samples: [Float]) throws {
            for index in streams.indices {
                try streams[index].hear(samples)
                try streams[index].finish()
            }
        }
        var sound = try TalkSound(kind, seed: context.seed)
        let minutes = kind == .ordinary ? size.minutes : size.nearMinutes
        for minute in 0..<max(1, minutes) {
            try Task.checkCancellation()
            let done = Double(minute) / Double(max(1, minutes))
            context.progress("listening to talk", kind == .ordinary ? 0.7 * done : 0.7 + 0.1 * done)
            let talk = try sound.talk(seconds: minutes == 0 ? 6 : 60)
            for index in places.indices { try everybody(places[index].hear(talk)) }
        }
        guard kind == .ordinary, !context.isQuick else { return streams }
        let human = try HumanRecordings.load().flatMap(\.samples)
        for index in places.indices { try everybody(places[index].hear(human)) }
        for (index, noise) in NoiseKind.allCases.enumerated() {
            let seed = context.seed &+ UInt64(index)
            try everybody(TalkSound.noise(noise, seconds: size.noiseSeconds, seed: seed, voices: babblers))
        }
        return streams
    }

    private static func table(
        of parts: [(name: String, streams: [WakeWordStream])], _ phrases: [WakePhrase], _ found: inout Found
    ) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Sound in which nobody calls",
            columns: [
                "sound", "phrase", "hours", "utterances", "looks at first words", "of them let pass", "false accepts",
                "false accepts per hour", "heard as",
            ])
        for part in parts {
            for (phrase, stream) in zip(phrases, part.streams) {
                let rate = stream.perHour(Double(stream.requests.count))
                if part.name == parts.first?.name { found.falseAccepts = max(found.falseAccepts, rate) }
                table.rows.append([
                    part.name, phrase.text, RecognitionFigures.decimal(stream.audioSeconds / 3_600, 2),
                    String(stream.utterances), String(stream.counts.looks), String(stream.counts.hits),
                    String(stream.requests.count), RecognitionFigures.decimal(rate, 2),
                    stream.transcripts.prefix(4).map { String($0.prefix(50)) }.joined(separator: " | "),
                ])
            }
        }
        return table
    }

    // MARK: Misses

    private func call(
        _ phrases: [WakePhrase], _ size: Size, _ context: EvaluationContext, _ recognizer: MeteredRecognizer,
        _ babblers: [[Float]], _ found: inout Found
    ) throws -> EvaluationTable {
        var table = EvaluationTable(
            title: "Calls",
            columns: [
                "phrase", "condition", "calls", "missed", "missed", "word errors of the request, when heard",
                "word errors of it all, awake",
            ])
        let speakers = try WakeWordCalls.speakers(stretches: size.stretches)
        for (index, phrase) in phrases.enumerated() {
            for (step, condition) in size.ladder.enumerated() {
                try Task.checkCancellation()
                let done = Double(index * size.ladder.count + step) / Double(size.ladder.count * phrases.count)
                context.progress("calling", 0.8 + 0.2 * done)
                var calls = WakeWordCalls(
                    phrase, under: condition, seed: context.seed, babblers: babblers, recognizer)
                for speaker in speakers {
                    for request in size.requests { try calls.hear(speaker, phrase, request) }
                }
                let sum = found.missed[condition.name] ?? (0, 0)
                found.missed[condition.name] = (sum.missed + calls.missed, sum.calls + calls.calls)
                table.rows.append([
                    phrase.text, condition.name, String(calls.calls), String(calls.missed),
                    RecognitionFigures.percent(calls.missRate), calls.requests.rate, calls.awake.rate,
                ])
            }
        }
        return table
    }

    // MARK: Cost

    private static func costs(
        _ streams: [WakeWordStream], _ phrases: [WakePhrase], _ found: inout Found
    ) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Processor time per hour of the talk and noise",
            columns: [
                "phrase", "first words, CPU s", "what they let pass, CPU s", "asleep in all, CPU s",
                "share of one core",
                "everything once, CPU s", "with partial transcripts, CPU s", "saved of once", "saved of with partials",
            ])
        for (phrase, stream) in zip(phrases, streams) {
            let asleep = stream.guardSeconds + stream.confirmingSeconds
            let everything = stream.priceOfEverything
            let saved = 1 - asleep / max(1e-9, everything.finals)
            let savedOfAll = 1 - asleep / max(1e-9, everything.withPartials)
            found.savedOfFinals = min(found.savedOfFinals, saved)
            found.savedOfEverything = min(found.savedOfEverything, savedOfAll)
            func perHour(_ seconds: Double) -> String { RecognitionFigures.decimal(stream.perHour(seconds), 1) }
            table.rows.append([
                phrase.text, perHour(stream.guardSeconds), perHour(stream.confirmingSeconds), perHour(asleep),
                RecognitionFigures.percent(asleep / max(1e-9, stream.audioSeconds)), perHour(everything.finals),
                perHour(everything.withPartials), RecognitionFigures.percent(saved),
                RecognitionFigures.percent(savedOfAll),
            ])
        }
        return table
    }

    private static func goals(_ found: Found) -> [EvaluationGoal] {
        var goals = [
            EvaluationGoal(
                "false accepts per hour, worse phrase", goal: "< 1",
                measured: RecognitionFigures.decimal(found.falseAccepts, 2), isMet: found.falseAccepts < 1)
        ]
        for (condition, limit) in [("clean", 0.05), ("babble 20 dB", 0.1)] {
            guard let sum = found.missed[condition], sum.calls > 0 else { continue }
            let share = Double(sum.missed) / Double(sum.calls)
            goals.append(
                EvaluationGoal(
                    "calls missed, \(condition)", goal: "≤ \(RecognitionFigures.percent(limit))",
                    measured: RecognitionFigures.percent(share), isMet: share <= limit))
        }
        for (what, saved, limit) in [
            ("recognising everything once", found.savedOfFinals, 0.25),
            ("recognising everything with partial transcripts", found.savedOfEverything, 0.6),
        ] {
            goals.append(
                EvaluationGoal(
                    "processor time saved asleep, of \(what)", goal: "≥ \(RecognitionFigures.percent(limit))",
                    measured: RecognitionFigures.percent(saved), isMet: saved >= limit))
        }
        return goals
    }
}
