// One recogniser under one condition.

import SerenaAudio
import SerenaSpeech

/// What a recogniser makes of a set of recordings under one condition.
struct RecognitionTrial {
    private(set) var human = WordErrorTally()
    private(set) var synthetic = WordErrorTally()
    /// Processor time of each recognition, in seconds.
    private var passes: [Double] = []
    private var audioSeconds = 0.0

    init(
        _ recognizer: any SpeechRecognizer, _ samples: [SpokenSample], in place: inout ListeningPlace
    ) throws {
        for sample in samples {
            let heard = place.hear(sample.samples)
            let (transcript, seconds) = try RecognitionFigures.cpuSeconds {
                try recognizer.transcribe(heard, sampleRate: AudioFrame.sampleRate)
            }
            passes.append(seconds)
            audioSeconds += RecognitionFigures.seconds(heard)
            if sample.isHuman {
                human.add(sample.text, heardAs: transcript.text)
            } else {
                synthetic.add(sample.text, heardAs: transcript.text)
            }
        }
    }

    /// Error rates, real-time factor, and the middle and the 95th percentile of the passes.
    var cells: [String] {
        let sorted = passes.sorted()
        func quantile(_ share: Double) -> String {
            guard !sorted.isEmpty else { return "–" }
            let index = min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)
            return RecognitionFigures.decimal(sorted[max(0, index)] * 1_000, 0)
        }
        let factor = passes.reduce(0, +) / max(0.001, audioSeconds)
        return [human.rate, synthetic.rate, RecognitionFigures.decimal(factor, 3), quantile(0.5), quantile(0.95)]
    }
}
