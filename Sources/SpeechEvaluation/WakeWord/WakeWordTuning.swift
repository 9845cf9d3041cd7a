// How the threshold of the spotter and the tolerance of its confirmation were chosen: on talk and requests that no reported figure is made of.

import SerenaAudio
import SerenaSpeech

/// Hits and misses at several thresholds.
struct WakeWordTuning {
    struct Choice {
        var threshold: Double
        var step: Int
        var tolerance: Double
    }

    static let choices = [
        Choice(threshold: -20, step: 2, tolerance: 0.25), Choice(threshold: -70, step: 2, tolerance: 0.25),
        Choice(threshold: -70, step: 3, tolerance: 0.17), Choice(threshold: -70, step: 3, tolerance: 0.25),
        Choice(threshold: -70, step: 3, tolerance: 0.33), Choice(threshold: -90, step: 3, tolerance: 0.25),
    ]

    let size: WakeWordEvaluation.Size
    let seed: UInt64
    let babblers: [[Float]]

    func table(
        _ phrases: [WakePhrase], _ recognizer: any SpeechRecognizer, progress: (Double) -> Void
    ) throws -> EvaluationTable {
        let chosen = KeyphraseSpotter.Configuration()
        var table = EvaluationTable(
            title:
                "Choice of threshold, frame step and tolerance, on development talk and calls; in use: \(chosen.threshold), \(chosen.frameStep), \(phrases.first?.tolerance ?? 0)",
            columns: [
                "phrase", "threshold", "step", "tolerance", "hits per hour of talk", "accepted", "calls", "not noticed",
                "not confirmed",
            ])
        let talk = try developmentTalk()
        for (index, phrase) in phrases.enumerated() {
            let calls = try developmentCalls(phrase)
            for (step, choice) in size.choices.enumerated() {
                try Task.checkCancellation()
                progress(
                    Double(index * size.choices.count + step) / Double(phrases.count * size.choices.count))
                var configuration = chosen
                (configuration.threshold, configuration.frameStep) = (choice.threshold, choice.step)
                let spotter = try KeyphraseSpotter(phrase, configuration: configuration)
                var known = phrase.spoken(also: spotter.variants)
                known.tolerance = choice.tolerance
                var stream = WakeWordStream(known, spotter: spotter, recognizer: recognizer)
                for stretch in talk { try stream.hear(stretch) }
                let guardian = WakeGuard(known, spotter: spotter)
                var outcome = WakeWordCalls()
                for (samples, request) in calls {
                    try outcome.hear(samples, request: request, by: guardian, recognizer)
                }
                table.rows.append([
                    phrase.text, RecognitionFigures.decimal(choice.threshold, 0), String(choice.step),
                    RecognitionFigures.decimal(choice.tolerance, 2),
                    RecognitionFigures.decimal(stream.perHour(stream.hits), 1), String(stream.accepts.count),
                    String(outcome.calls), String(outcome.unnoticed), String(outcome.unconfirmed),
                ])
            }
        }
        return table
    }

    private func developmentTalk() throws -> [[Float]] {
        var sound = try TalkSound(seed: seed)
        var place = ListeningPlace(.babble10, seed: seed, voices: babblers)
        var talk: [[Float]] = []
        for minute in 0..<size.developmentMinutes {
            let stretch = try sound.talk(seconds: 60)
            talk.append(minute % 2 == 0 ? SpeechChannel.normalised(stretch, to: -26) : place.hear(stretch))
        }
        return talk
    }

    private func developmentCalls(_ phrase: WakePhrase) throws -> [(samples: [Float], request: String)] {
        var calls: [(samples: [Float], request: String)] = []
        for condition in [ListeningCondition.clean, .babble10] {
            var place = ListeningPlace(condition, seed: seed, voices: babblers)
            for voice in try SyntheticSpeaker.voices() {
                for request in WakeWordCalls.development {
                    calls.append((place.hear(try voice.say(WakeWordCalls.sentence(phrase, request))), request))
                }
            }
        }
        return calls
    }
}
