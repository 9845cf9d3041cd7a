// How the figures of recognition are counted, written and paid for.

import AssistantInterface
import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Figures that several evaluations of recognition share.
enum RecognitionFigures {
    /// As `12.3 %`.
    static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    /// With so many digits behind the point.
    static func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// Processor time of `body`, in seconds, on all threads of the process.
    static func cpuSeconds<Value>(of body: () throws -> Value) rethrows -> (value: Value, seconds: Double) {
        let start = ProcessUsage.current().cpu
        let value = try body()
        return (value, Double((ProcessUsage.current().cpu - start).nanoseconds) / 1e9)
    }

    /// How long samples last at 16 kHz, in seconds.
    static func seconds(_ samples: [Float]) -> Double { Double(samples.count) / Double(AudioFrame.sampleRate) }

    /// Moonshine, found from the folder of the project.
    static func moonshine(_ context: EvaluationContext) throws(EvaluationError) -> MoonshineRecognizer {
        do {
            let roots = [context.home.path(percentEncoded: false)] + MoonshineInstallation.defaultSearchRoots
            return try MoonshineRecognizer(try MoonshineInstallation.find(searchRoots: roots))
        } catch {
            throw EvaluationError("\(error)", remedy: MoonshineInstallation.remedy)
        }
    }

    /// What a babble is made of: sentences by the synthetic voices, none of which is spoken to the assistant.
    static func babblers() throws(EvaluationError) -> [[Float]] {
        let lines = [
            "I told him that the train would be late again, but he never listens to anybody.",
            "We had a wonderful dinner by the harbour, and afterwards we walked home in the rain.",
            "She is going to move into the new apartment at the end of the month.",
            "There was no milk in the kitchen, so I went out and bought bread as well.",
        ]
        var voices: [[Float]] = []
        for (speaker, line) in zip(try SyntheticSpeaker.voices(), lines) { voices.append(try speaker.say(line)) }
        return voices
    }
}

/// Errors and words of several transcripts.
struct WordErrorTally: Hashable {
    var errors = 0
    var words = 0

    mutating func add(_ text: String, heardAs transcript: String) {
        let compared = WordErrorRate.compute(reference: text, hypothesis: transcript)
        errors += compared.errors
        words += compared.referenceWords
    }

    var share: Double { words > 0 ? Double(errors) / Double(words) : 0 }
    /// As `4.2 %`, or a dash where nothing was said.
    var rate: String { words > 0 ? RecognitionFigures.percent(share) : "–" }
}
