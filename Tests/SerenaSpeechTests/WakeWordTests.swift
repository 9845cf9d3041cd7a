// The wake word: what counts as the phrase, when the assistant is awake, and that calls are heard.

import Instrumentation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaSpeech

/// Hears the phrase once so many samples were heard.
private final class ScriptedSpotter: WakeWordSpotter {
    let phrase = "serena"
    let hitAt: Int
    private let state = Mutex((heard: 0, calls: 0))

    init(hitAt: Int) { self.hitAt = hitAt }

    var calls: Int { state.withLock { $0.calls } }

    func hear(_ samples: ArraySlice<Float>) -> WakeWordHit? {
        state.withLock { state in
            let before = state.heard
            state.heard += samples.count
            state.calls += 1
            return before < hitAt && state.heard >= hitAt ? WakeWordHit(end: state.heard, length: 1, score: 0) : nil
        }
    }

    func reset() {
        state.withLock { $0.heard = 0 }
    }
}

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
        ("Serena", "", nil),
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

    @Test func guardListensOnlyToWhatIsNewAndOnlyWhileAsleep() throws {
        let spotter = ScriptedSpotter(hitAt: 300)
        let guardian = WakeGuard(try WakePhrase("Serena"), spotter: spotter)
        let sound = [Float](repeating: 0, count: 1_000)
        #expect(try !guardian.admits(Array(sound[..<200]), of: 1, at: time(0)))
        #expect(try guardian.admits(Array(sound[..<400]), of: 1, at: time(0)))
        #expect(try guardian.admits(sound, of: 1, at: time(0)))
        #expect(spotter.calls == 2)
        #expect(guardian.request(in: "The sea is blue.", of: 1, at: time(0)) == nil)
        #expect(!guardian.isAwake(at: time(0)))
        #expect(guardian.request(in: "Serena, stop.", of: 1, at: time(0)) == "stop.")
        #expect(guardian.counts == WakeGuard.Counts(hits: 1, wakes: 1))
        guardian.answered(at: time(4))
        #expect(try guardian.admits(sound, of: 2, at: time(11)))
        #expect(guardian.request(in: "And now?", of: 2, at: time(11)) == "And now?")
        #expect(spotter.calls == 2)
        #expect(try !guardian.admits([], of: 3, at: time(30)))
        #expect(guardian.request(in: "Serena, go.", of: 3, at: time(30)) == nil)
    }

    @Test(.enabled(if: Installed.hasPocketSphinx)) func spotterHearsThePhraseAndNothingElse() throws {
        let phrase = try WakePhrase("Serena")
        let spotter = try KeyphraseSpotter(phrase)
        #expect(spotter.variants.count >= 2)
        func hits(_ text: String) throws -> Int {
            var samples = [Float](repeating: 0, count: 3_200)
            try FliteSynthesizer(voice: .rms).synthesize(text) { chunk in
                samples += chunk.samples
                return true
            }
            samples += [Float](repeating: 0, count: 3_200)
            spotter.reset()
            var count = 0
            for start in stride(from: 0, to: samples.count, by: 1_600)
            where try spotter.hear(samples[start..<min(start + 1_600, samples.count)]) != nil { count += 1 }
            return count
        }
        #expect(try hits("Serena, please introduce yourself.") == 1)
        #expect(try hits("We bought some bread and butter.") == 0)
    }

    @Test(.enabled(if: Installed.hasPocketSphinx)) func spotterTakesWhateverComes() throws {
        let spotter = try KeyphraseSpotter(try WakePhrase("hey computer"))
        let sounds: [[Float]] = [
            [], [.nan, .infinity, -.infinity], [Float](repeating: 1, count: 16_000),
            (0..<16_000).map { $0 % 100 < 50 ? 1 : -1 }, [Float](repeating: 0, count: 400_000),
        ]
        for sound in sounds { #expect(try spotter.hear(sound[...]) == nil) }
    }

    @Test func missingModelNamesTheRemedy() throws {
        let phrase = try WakePhrase("Serena")
        #expect(throws: RecognitionError.self) { try KeyphraseSpotter(phrase, modelFolder: "/nowhere") }
    }
}
