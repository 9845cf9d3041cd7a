// Whether those who call the assistant are heard.

import Instrumentation
import SerenaAudio
import SerenaSpeech

/// What became of a set of calls.
struct WakeWordCalls {
    private(set) var calls = 0
    /// Calls that the spotter did not notice.
    private(set) var unnoticed = 0
    /// Calls that were noticed, but that the transcript did not name.
    private(set) var unconfirmed = 0
    /// Requests in the same breath whose words came through.
    private(set) var requests = WordErrorTally()

    var missed: Int { unnoticed + unconfirmed }
    var missRate: Double { Double(missed) / Double(max(1, calls)) }

    private static let chunk = AudioFrame.sampleRate / 10

    /// One call: an utterance that grows by 100 ms at a time, as in the engine.
    ///
    /// - Parameter request: what is said behind the phrase.
    mutating func hear(
        _ samples: [Float], request: String, by guardian: WakeGuard, _ recognizer: any SpeechRecognizer
    ) throws {
        calls += 1
        let time = Instant(nanoseconds: 0)
        guardian.sleep()
        var isAdmitted = false
        for end in stride(from: Self.chunk, through: samples.count, by: Self.chunk) where !isAdmitted {
            isAdmitted = try guardian.admits(Array(samples[..<end]), of: calls, at: time)
        }
        guard isAdmitted else {
            unnoticed += 1
            return
        }
        let transcript = try recognizer.transcribe(samples, sampleRate: AudioFrame.sampleRate).text
        guard let understood = guardian.request(in: transcript, of: calls, at: time) else {
            unconfirmed += 1
            return
        }
        requests.add(request, heardAs: understood)
    }

    /// What is asked behind the phrase, in the reported set and in the one that the threshold was chosen on.
    static let reported = [
        "how much is nineteen plus thirty four?", "how many kilometers are ten miles?", "tell me about the sea.",
        "who will win the match tomorrow?", "count down from five.", "remember that my favorite color is green.",
    ]
    static let development = ["what time is it?", "play some music please.", "how far away is the moon?"]

    /// `phrase` with `request` in one breath.
    static func sentence(_ phrase: WakePhrase, _ request: String) -> String {
        let text = phrase.text.prefix(1).uppercased() + phrase.text.dropFirst()
        return "\(text), \(request)"
    }
}
