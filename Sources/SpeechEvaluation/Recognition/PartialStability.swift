// How often a word of a partial transcript that was reported as stable was wrong in the end.

import AssistantInterface
import EvaluationInterface
import SerenaAudio
import SerenaSpeech

/// Looks at utterances as they grow, as the engine does, and compares what became stable with the final transcript.
enum PartialStability {
    /// Looks follow each other at this distance, in seconds.
    private static let interval = 0.4

    private struct Count {
        var stable = 0
        var wrong = 0
        var final = 0
        /// Seconds between the look at which a word became stable and the end of the recording.
        var lead = 0.0
        var contradictions = 0
    }

    static func measure(
        _ recognizer: any SpeechRecognizer, _ samples: [SpokenSample], _ context: EvaluationContext,
        _ babblers: [[Float]]
    ) throws -> EvaluationTable {
        var table = EvaluationTable(
            title: "Partial transcripts every \(interval) s: words that n looks in a row agreed on",
            columns: [
                "condition", "n", "words", "stable before the end", "wrong in the end", "looks that took one back",
                "known before the end, s",
            ])
        for condition in [ListeningCondition.clean, .babble10] {
            var place = ListeningPlace(condition, seed: context.seed, voices: babblers)
            var counts: [Int: Count] = [:]
            for sample in samples {
                try Task.checkCancellation()
                try follow(recognizer, place.hear(sample.samples), &counts)
            }
            for agreement in [2, 3] {
                let count = counts[agreement] ?? Count()
                table.rows.append([
                    condition.name, String(agreement), String(count.final),
                    RecognitionFigures.percent(Double(count.stable) / Double(max(1, count.final))),
                    RecognitionFigures.percent(Double(count.wrong) / Double(max(1, count.stable))),
                    String(count.contradictions),
                    RecognitionFigures.decimal(count.lead / Double(max(1, count.stable)), 2),
                ])
            }
        }
        return table
    }

    private static func follow(
        _ recognizer: any SpeechRecognizer, _ samples: [Float], _ counts: inout [Int: Count]
    ) throws {
        let rate = AudioFrame.sampleRate
        var prefixes = [2, 3].map { StablePrefix(agreement: $0) }
        let step = Int(interval * Double(rate))
        for end in stride(from: step * 2, to: samples.count, by: step) {
            let partial = try recognizer.transcribe(Array(samples[..<end]), sampleRate: rate).text
            for index in prefixes.indices {
                let added = prefixes[index].take(partial)
                counts[prefixes[index].agreement, default: Count()].lead +=
                    Double(added.count) * Double(samples.count - end) / Double(rate)
            }
        }
        let final = SpokenText.normalizedWords(try recognizer.transcribe(samples, sampleRate: rate).text)
        for prefix in prefixes {
            let right = zip(prefix.words, final).prefix { $0 == $1 }.count
            counts[prefix.agreement, default: Count()].stable += prefix.words.count
            counts[prefix.agreement, default: Count()].wrong += prefix.words.count - right
            counts[prefix.agreement, default: Count()].final += final.count
            counts[prefix.agreement, default: Count()].contradictions += prefix.contradictions
        }
    }
}
