// Whether those who call the assistant are heard.

import EvaluationInterface
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// What became of a set of calls under one condition.
struct WakeWordCalls {
    private(set) var calls = 0
    private(set) var missed = 0
    /// Requests in the same breath, of the calls that were heard.
    private(set) var requests = WordErrorTally()
    /// Calls and requests as they are recognised by an assistant that is awake.
    private(set) var awake = WordErrorTally()
    private var stream: WakeWordStream
    private var place: ListeningPlace
    private let recognizer: MeteredRecognizer

    var missRate: Double { Double(missed) / Double(max(1, calls)) }

    /// What is asked behind the phrase.
    static let asked = [
        "how much is nineteen plus thirty four?", "tell me about the sea.",
        "who will win the match tomorrow?", "remember that my favorite color is green.",
    ]
    /// The voices of everything that is reported; the rules of the wake word were chosen on the other voices.
    private static let voices: [FliteSynthesizer.Voice] = [.slt, .awb]
    /// What is heard around a call, in samples: 1 s.
    private static let pause = [Float](repeating: 0, count: AudioFrame.sampleRate)

    init(
        _ phrase: WakePhrase, under condition: ListeningCondition, seed: UInt64, babblers: [[Float]],
        _ recognizer: MeteredRecognizer
    ) {
        stream = WakeWordStream(phrase, recognizer: recognizer)
        place = ListeningPlace(condition, seed: seed, voices: babblers)
        self.recognizer = recognizer
    }

    /// Each of the voices at each tempo.
    static func speakers(stretches: [Double]) throws(EvaluationError) -> [SyntheticSpeaker] {
        var speakers: [SyntheticSpeaker] = []
        for stretch in stretches {
            for voice in voices { speakers.append(try SyntheticSpeaker(voice, stretch: stretch)) }
        }
        return speakers
    }

    /// One call, with a pause before and after it.
    mutating func hear(_ speaker: SyntheticSpeaker, _ phrase: WakePhrase, _ request: String) throws {
        let sentence = phrase.text.prefix(1).uppercased() + phrase.text.dropFirst() + ", " + request
        let sound = place.hear(Self.pause + (try speaker.say(sentence)) + Self.pause)
        let before = stream.requests.count
        try stream.hear(sound)
        try stream.finish()
        calls += 1
        if stream.requests.count > before {
            requests.add(request, heardAs: stream.requests[before])
        } else {
            missed += 1
        }
        let words = Array(sound.dropFirst(Self.pause.count).dropLast(Self.pause.count))
        awake.add(sentence, heardAs: try recognizer.transcribe(words, sampleRate: AudioFrame.sampleRate).text)
    }
}
