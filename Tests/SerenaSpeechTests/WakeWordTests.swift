// The wake word: what counts as the phrase, when the assistant is awake, and that calls are heard.

import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaSpeech

@Suite struct WakeWordTests {
    private func time(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test(arguments: [
        ("Serena", "Serena, what time is it?", "what time is it?"),
        ("Serena", "Sarena, what time is it?", "what time is it?"),
        ("Serena", "Thank you, Serena.", "Thank you"),
        ("Serena", "Serena.", ""),
        ("hey computer", "Hey, computer! Stop.", "Stop."),
        ("Serena", "The orchestra played a waltz.", nil),
        ("hey computer", "My computer is slow.", nil), ("hey computer", "The computer, stop.", nil),
        ("hey computer", "Heycomputer, stop.", "stop."),
        ("hey computer", "They computer, stop.", "stop."), ("hey computer", "I ate computer, stop.", "stop."),
        ("Serena", "Serene, what time is it?", "what time is it?"), ("Serena", "Sirena, what?", "what?"),
        ("Serena", "Um, so Serena, stop.", "stop."), ("Serena", "It rains. Serena, stop.", "stop."),
        ("Serena", "Sabrina, what time is it?", nil), ("Serena", "Selena, stop.", nil),
        ("Serena", "The arena is full.", nil), ("Serena", "Serenity is rare.", nil), ("Serena", "Marina, stop.", nil),
        ("Serena", "Yesterday he talked about a serene lake.", nil), ("Serena", "Sir, I know.", nil),
        ("Serena", "", nil), ("Serena", "?!", nil),
    ])
    func requestIsWhatStandsBehindThePhrase(phrase: String, transcript: String, request: String?) throws {
        #expect(try WakePhrase(phrase).request(in: transcript) == request)
    }

    @Test(arguments: ["", "…", "oh", "one two three four five six", "日本"])
    func phrasesThatWakeNobodyAreRefused(text: String) {
        #expect(throws: WakePhraseError.self) { try WakePhrase(text) }
    }

    @Test func gateStaysOpenForAWhileAfterTheLastAnswer() {
        var gate = WakeGate()
        #expect(!gate.isAwake(at: time(0)))
        gate.attend(at: time(1))
        #expect(gate.isAwake(at: time(8.9)))
        #expect(!gate.isAwake(at: time(9)))
        gate.attend(at: time(10))
        gate.attend(at: time(12))
        #expect(gate.isAwake(at: time(19.9)))
        gate.sleep()
        #expect(!gate.isAwake(at: time(12.1)))
    }

    /// Half a second of background, then speech for so long, then background.
    private func sound(speech seconds: Double, from start: Double = 0.3, of length: Double = 3) -> [Float] {
        (0..<Int(length * 16_000)).map { index in
            let time = Double(index) / 16_000
            let level: Float = time >= start && time < start + seconds ? 0.1 : 0.001
            return index % 40 < 20 ? level : -level
        }
    }

    private func looks(_ samples: [Float], chunk: Int) -> [Range<Int>] {
        var breaths = BreathLooks(length: 19_200)
        var found: [Range<Int>] = []
        for start in stride(from: 0, to: samples.count, by: chunk) {
            found += breaths.hear(samples[start..<min(start + chunk, samples.count)])
        }
        return found
    }

    @Test(arguments: [160, 1_600, 48_000])
    func longSpeechIsLookedAtOnceAtItsBeginning(chunk: Int) {
        #expect(looks(sound(speech: 2.7), chunk: chunk) == [0..<19_200])
    }

    @Test func wordOnItsOwnIsLookedAtAsSoonAsItIsOver() throws {
        let look = try #require(looks(sound(speech: 0.5), chunk: 160).first)
        #expect(look.lowerBound == 0)
        #expect((1.0...1.2).contains(Double(look.upperBound) / 16_000))
    }

    @Test func speechAfterAPauseAndAboveAMurmurIsLookedAtAnew() throws {
        let pause = sound(speech: 1.4, of: 2) + sound(speech: 2)
        let again = try #require(looks(pause, chunk: 1_600).last)
        #expect(again.contains(2 * 16_000 + 4_800))
        var murmur = sound(speech: 0, of: 4)
        for index in murmur.indices { murmur[index] *= index < 2 * 16_000 ? 20 : 100 }
        let risen = try #require(looks(murmur, chunk: 1_600).last)
        #expect(risen.contains(2 * 16_000))
    }

    @Test func looksTakeWhateverComes() {
        #expect(looks([], chunk: 1).isEmpty)
        #expect(looks([Float](repeating: .nan, count: 48_000), chunk: 100).count <= 1)
        let alternating = (0..<16_000 * 30).map { Float($0 / 8_000 % 2) }
        #expect(looks(alternating, chunk: 1_600).allSatisfy { $0.count <= 19_520 })
    }

    @Test func guardLooksAtFirstWordsOnlyAndOnlyWhileAsleep() throws {
        let recognizer = ScriptedRecognizer(["The sea is", "Serena, stop", "Serena"])
        let guardian = WakeGuard(try WakePhrase("Serena"), recognizer: recognizer)
        let speech = sound(speech: 2.7)
        #expect(try !guardian.admits(Array(speech[..<8_000]), of: 1, at: time(0)))
        #expect(guardian.counts.looks == 0)
        #expect(try !guardian.admits(speech, of: 1, at: time(0)))
        #expect(guardian.request(in: "Serena, stop.", of: 1, at: time(0)) == nil)
        #expect(try guardian.admits(speech, of: 2, at: time(1)))
        #expect(try guardian.admits(speech, of: 2, at: time(1)))
        #expect(guardian.request(in: "Serena, stop.", of: 1, at: time(1)) == nil)
        #expect(!guardian.isAwake(at: time(1)))
        #expect(guardian.request(in: "Serena, stop.", of: 2, at: time(1)) == "stop.")
        #expect(guardian.counts == WakeGuard.Counts(looks: 2, hits: 1, wakes: 1))
        guardian.answered(at: time(4))
        #expect(try guardian.admits(speech, of: 3, at: time(11)))
        #expect(guardian.request(in: "And now?", of: 3, at: time(11)) == "And now?")
        #expect(guardian.counts.looks == 2)
        guardian.sleep()
        #expect(try !guardian.admits([], of: 4, at: time(12)))
        #expect(guardian.request(in: "Serena, go.", of: 4, at: time(12)) == nil)
    }

    @Test func wholeUtteranceDecidesWhereFirstWordsAreInDoubt() throws {
        for (transcript, request) in [("Serena, go.", "go."), ("Sabrina, go.", nil)] {
            let guardian = WakeGuard(try WakePhrase("Serena"), recognizer: ScriptedRecognizer(["Sabrina goes"]))
            #expect(try guardian.admits(sound(speech: 2.7), of: 1, at: time(0)))
            #expect(guardian.request(in: transcript, of: 1, at: time(0)) == request)
        }
    }

    @Test func shortUtteranceIsLookedAtOnceItMayBeWhole() throws {
        let guardian = WakeGuard(try WakePhrase("Serena"), recognizer: ScriptedRecognizer(["Serena."]))
        let call = sound(speech: 0.5, of: 0.9)
        #expect(try !guardian.admits(call, of: 1, at: time(0)))
        #expect(try guardian.admits(call, of: 1, at: time(0), mayBeWhole: true))
        #expect(guardian.request(in: "Serena.", of: 1, at: time(0)) == "")
    }

    @Test func clearFirstWordsStandAgainstTheWhole() throws {
        let guardian = WakeGuard(try WakePhrase("Serena"), recognizer: ScriptedRecognizer(["Serena, how"]))
        #expect(try guardian.admits(sound(speech: 2.7), of: 1, at: time(0)))
        #expect(guardian.request(in: "Sarita, how far is it?", of: 1, at: time(0)) == "how far is it?")
    }

    @Test(.enabled(if: Installed.moonshine != nil)) func calledByAVoiceTheGuardWakes() throws {
        let recognizer = try MoonshineRecognizer(#require(Installed.moonshine))
        let guardian = try WakeGuard(phrase: "Serena", recognizer: recognizer)
        for (utterance, (text, isCall)) in [
            ("Serena, please introduce yourself.", true), ("We bought some bread and butter.", false),
        ].enumerated() {
            var samples = [Float](repeating: 0, count: 3_200)
            try FliteSynthesizer(voice: .rms).synthesize(text) { chunk in
                samples += chunk.samples
                return true
            }
            #expect(try guardian.admits(samples, of: utterance, at: time(0)) == isCall, "\(text)")
        }
    }
}
