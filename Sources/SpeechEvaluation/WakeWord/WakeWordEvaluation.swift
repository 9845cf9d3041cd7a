// The wake word: false alarms per hour, calls that were missed, processor time saved.

import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Measures the wake word in both stages, for two phrases, on talk and noise without end and on calls under all conditions.
public struct WakeWordEvaluation: Evaluation {
    public let name = "wake-word"
    public let summary = "false accepts per hour, misses per condition, processor time saved"

    public init() {}

    static let phrases = ["Serena", "hey computer"]
    /// Goals for the phrases together.
    static let falseAcceptGoal = 0.5
    static let missGoal = 0.05
    static let savingGoal = 0.5

    /// How much of everything there is.
    struct Size {
        /// Minutes of talk, each of which is heard under three conditions.
        var minutes = 56
        /// Seconds of each noise without speech.
        var noiseSeconds = 150
        var developmentMinutes = 2
        var requests = WakeWordCalls.reported
        var choices = WakeWordTuning.choices

        static let quick = Size(
            minutes: 1, noiseSeconds: 10, developmentMinutes: 0, requests: Array(WakeWordCalls.reported.prefix(1)),
            choices: [])
    }

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let size = context.isQuick ? Size.quick : Size()
        let moonshine = try RecognitionFigures.moonshine(context)
        let babblers = try RecognitionFigures.babblers()
        var report = EvaluationReport(name: name, title: "Wake word")
        let phrases = try Self.phrases.map { try WakePhrase($0) }
        let tuning = WakeWordTuning(size: size, seed: context.seed &+ 1_000, babblers: babblers)
        if !size.choices.isEmpty {
            report.tables.append(try tuning.table(phrases, moonshine) { context.progress("choosing", $0 * 0.2) })
        }
        let talk = try await listen(phrases, size, context, moonshine, babblers)
        let (misses, missTable) = try call(phrases, size, context, moonshine, babblers)
        let (saving, costs) = try Self.costs(talk, moonshine, context)
        report.tables += [Self.table(of: talk), missTable, costs]
        report.goals = Self.goals(talk, misses, saving)
        report.notes = [
            "the talk is synthetic but for \(HumanRecordings.folder): \(size.minutes) min of different sentences by four voices of flite at three tempos, heard "
                + "clean, in babble and in stationary noise; the calls are synthetic too, by the voices as they are",
            "flite speaks the phrases as its own letter-to-sound rules say, which are among the pronunciations that are listened for: a person who says a name "
                + "in a way of their own is missed more often",
            "threshold and tolerance were chosen on other talk and other requests (first table, of the same voices)",
        ]
        return report
    }

    // MARK: False alarms

    private func listen(
        _ phrases: [WakePhrase], _ size: Size, _ context: EvaluationContext, _ recognizer: any SpeechRecognizer,
        _ babblers: [[Float]]
    ) async throws -> [WakeWordStream] {
        var streams = try phrases.map { phrase in
            let spotter = try KeyphraseSpotter(phrase)
            return WakeWordStream(phrase.spoken(also: spotter.variants), spotter: spotter, recognizer: recognizer)
        }
        func everybody(_ samples: [Float]) throws {
            for index in streams.indices { try streams[index].hear(samples) }
        }
        let stationary = ListeningCondition(
            name: "stationary 10 dB", conditions: [.noise(.speechShaped, signalToNoise: 10)])
        var places = [ListeningCondition.clean, .babble10, stationary].map {
            ListeningPlace($0, seed: context.seed, voices: babblers)
        }
        var sound = try TalkSound(seed: context.seed)
        for minute in 0..<size.minutes {
            try Task.checkCancellation()
            context.progress("listening to talk", 0.2 + 0.6 * Double(minute) / Double(size.minutes))
            let talk = try sound.talk(seconds: context.isQuick ? 10 : 60)
            for index in places.indices { try everybody(places[index].hear(talk)) }
        }
        let human = try HumanRecordings.load().flatMap(\.samples)
        for index in places.indices { try everybody(places[index].hear(human)) }
        for (index, kind) in NoiseKind.allCases.enumerated() {
            try everybody(
                TalkSound.noise(
                    kind, seconds: size.noiseSeconds, seed: context.seed &+ UInt64(index), voices: babblers))
        }
        return streams
    }

    private static func table(of streams: [WakeWordStream]) -> EvaluationTable {
        EvaluationTable(
            title: "Talk and noise in which nobody calls",
            columns: ["phrase", "hours", "hits of the spotter per hour", "accepted", "accepted per hour", "heard as"],
            rows: streams.map { stream in
                [
                    stream.phrase.text, RecognitionFigures.decimal(stream.audioSeconds / 3_600, 2),
                    RecognitionFigures.decimal(stream.perHour(stream.hits), 1), String(stream.accepts.count),
                    RecognitionFigures.decimal(stream.perHour(stream.accepts.count), 2),
                    stream.accepts.prefix(3).joined(separator: " | "),
                ]
            })
    }

    // MARK: Misses

    private func call(
        _ phrases: [WakePhrase], _ size: Size, _ context: EvaluationContext, _ recognizer: any SpeechRecognizer,
        _ babblers: [[Float]]
    ) throws -> (clean: Double, EvaluationTable) {
        var table = EvaluationTable(
            title: "Calls",
            columns: [
                "phrase", "condition", "calls", "not noticed", "not confirmed", "missed",
                "word error rate of the request",
            ])
        let voices = try SyntheticSpeaker.voices()
        let ladder = context.isQuick ? [.clean] : ListeningCondition.ladder
        var clean: (missed: Int, calls: Int) = (0, 0)
        for (index, phrase) in phrases.enumerated() {
            let guardian = try WakeGuard(phrase: phrase.text)
            for (step, condition) in ladder.enumerated() {
                try Task.checkCancellation()
                context.progress(
                    "calling", 0.8 + 0.2 * Double(index * ladder.count + step) / Double(ladder.count * phrases.count))
                var place = ListeningPlace(condition, seed: context.seed, voices: babblers)
                var calls = WakeWordCalls()
                for voice in voices {
                    for request in size.requests {
                        let heard = place.hear(try voice.say(WakeWordCalls.sentence(phrase, request)))
                        try calls.hear(heard, request: request, by: guardian, recognizer)
                    }
                }
                if condition == .clean { clean = (clean.missed + calls.missed, clean.calls + calls.calls) }
                table.rows.append([
                    phrase.text, condition.name, String(calls.calls), String(calls.unnoticed),
                    String(calls.unconfirmed), RecognitionFigures.percent(calls.missRate), calls.requests.rate,
                ])
            }
        }
        return (Double(clean.missed) / Double(max(1, clean.calls)), table)
    }

    // MARK: Cost

    /// Processor time per hour of talk: asleep, and when everything is recognised.
    private static func costs(
        _ streams: [WakeWordStream], _ recognizer: any SpeechRecognizer, _ context: EvaluationContext
    ) throws -> (saving: Double, EvaluationTable) {
        var sound = try TalkSound(seed: context.seed &+ 5)
        var (final, partial, audio) = (0.0, 0.0, 0.0)
        for _ in 0..<(context.isQuick ? 3 : 40) {
            let sentence = try sound.sentence()
            let (_, seconds) = try RecognitionFigures.cpuSeconds {
                _ = try recognizer.transcribe(sentence, sampleRate: AudioFrame.sampleRate)
            }
            let (_, early) = try RecognitionFigures.cpuSeconds {
                // The engine looks at what was said so far when half a second or two thirds more have been said.
                var seen = 0
                while seen + max(AudioFrame.sampleRate / 2, seen * 2 / 3) < sentence.count {
                    seen += max(AudioFrame.sampleRate / 2, seen * 2 / 3)
                    _ = try recognizer.transcribe(Array(sentence[..<seen]), sampleRate: AudioFrame.sampleRate)
                }
            }
            (final, partial) = (final + seconds, partial + early)
            audio += RecognitionFigures.seconds(sentence)
        }
        let hour = 3_600 / max(0.001, audio)
        var table = EvaluationTable(
            title: "Processor time per hour of talk", columns: ["what listens", "CPU s", "share of one core"])
        func row(_ what: String, _ seconds: Double) {
            table.rows.append([
                what, RecognitionFigures.decimal(seconds, 1), RecognitionFigures.percent(seconds / 3_600),
            ])
        }
        var asleep = 0.0
        for stream in streams {
            let scale = 3_600 / max(0.001, stream.audioSeconds)
            let total = (stream.spottingSeconds + stream.confirmingSeconds) * scale
            row("asleep, \(stream.phrase.text): spotting", stream.spottingSeconds * scale)
            row("asleep, \(stream.phrase.text): confirming hits", stream.confirmingSeconds * scale)
            asleep = max(asleep, total)
        }
        row("everything recognised once", final * hour)
        row("everything recognised, with partial transcripts", (final + partial) * hour)
        return (1 - asleep / max(0.001, (final + partial) * hour), table)
    }

    private static func goals(_ streams: [WakeWordStream], _ misses: Double, _ saving: Double) -> [EvaluationGoal] {
        let worst = streams.map { $0.perHour($0.accepts.count) }.max() ?? 0
        return [
            EvaluationGoal(
                "false accepts per hour, worse phrase", goal: "≤ \(RecognitionFigures.decimal(falseAcceptGoal, 1))",
                measured: RecognitionFigures.decimal(worst, 2), isMet: worst <= falseAcceptGoal),
            EvaluationGoal(
                "calls missed, clean", goal: "≤ \(RecognitionFigures.percent(missGoal))",
                measured: RecognitionFigures.percent(misses), isMet: misses <= missGoal),
            EvaluationGoal(
                "processor time saved while asleep", goal: "≥ \(RecognitionFigures.percent(savingGoal))",
                measured: RecognitionFigures.percent(saving), isMet: saving >= savingGoal),
        ]
    }
}
