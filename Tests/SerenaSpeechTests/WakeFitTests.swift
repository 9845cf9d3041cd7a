// The wake word by how well it fits the sound: what is decided without reading, and that voices are told apart.

import Instrumentation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaSpeech

/// Says how well the phrase fits, and counts what it has to read.
private final class FittingRecognizer: SpeechRecognizer {
    let name = "fitting"
    let modelFiles: [String] = []
    let preference: Double
    let beginning: String
    let text: String
    private let reads = Atomic(0)

    init(preference: Double, beginning: String = "The", text: String) {
        (self.preference, self.beginning, self.text) = (preference, beginning, text)
    }

    var readings: Int { reads.load(ordering: .relaxed) }

    func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        reads.add(1, ordering: .relaxed)
        return Transcript(text: text)
    }

    func fit(of spellings: [String], to samples: [Float], sampleRate: Int) throws(RecognitionError) -> PhraseFit? {
        PhraseFit(preference: preference, beginning: beginning)
    }
}

@Suite struct WakeFitTests {
    private static let now = Instant(nanoseconds: 0)
    private static let speech = (0..<48_000).map { $0 % 40 < 20 ? Float(0.1) : -0.1 }

    @Test(arguments: [
        ("serena", ["Serena"]),
        ("hey computer", ["Hey Computer", "Hey, Computer", "Hey computer", "Hey, computer"]),
        ("dear old hal", ["Dear Old Hal", "Dear, Old Hal", "Dear old hal", "Dear, old hal"]),
    ])
    func phraseIsSpeltAsItMayBeWritten(phrase: String, spellings: [String]) throws {
        #expect(try WakePhrase(phrase).spellings == spellings)
    }

    @Test(arguments: [
        (0.0, "The", WakePhrase.Likelihood.sure), (-2.9, "The", .sure), (-4, "The", .conceivable),
        (-9, "The", .readable),
        (-30, "The", .none), (-.infinity, "", .none), (-30, "Um", .readable), (-30, "Thank", .readable),
        (-30, "Hey", .readable),
    ])
    func fitSaysHowLikelyACallIs(preference: Double, beginning: String, likelihood: WakePhrase.Likelihood) throws {
        let fit = PhraseFit(preference: preference, beginning: beginning)
        #expect(try WakePhrase("Serena").likelihood(of: fit) == likelihood)
    }

    @Test func whatDoesNotFitIsNotRead() throws {
        let recognizer = FittingRecognizer(preference: -30, text: "Serena, stop.")
        let guardian = try WakeGuard(phrase: "Serena", recognizer: recognizer)
        #expect(try !guardian.admits(Self.speech, of: 1, at: Self.now))
        #expect(recognizer.readings == 0 && guardian.counts.looks == 1)
    }

    @Test func whatFitsWellIsACallHoweverItIsWritten() throws {
        let recognizer = FittingRecognizer(preference: -2, text: "Pay commuter, stop.")
        let guardian = try WakeGuard(phrase: "hey computer", recognizer: recognizer)
        #expect(try guardian.admits(Self.speech, of: 1, at: Self.now))
        #expect(recognizer.readings == 0)
        #expect(guardian.request(in: "The sea is calm.", of: 1, at: Self.now) == "The sea is calm.")
    }

    @Test(arguments: [("Serena, go.", "go."), ("Sabrina, go.", nil)])
    func whatMayFitIsDecidedByTheWhole(whole: String, request: String?) throws {
        let recognizer = FittingRecognizer(preference: -4, text: "The sea")
        let guardian = try WakeGuard(phrase: "Serena", recognizer: recognizer)
        #expect(try guardian.admits(Self.speech, of: 1, at: Self.now))
        #expect(recognizer.readings == 1)
        #expect(guardian.request(in: whole, of: 1, at: Self.now) == request)
    }

    @Test(.enabled(if: Installed.moonshine != nil)) func aPhraseFitsItsSoundBetterThanWhatResemblesIt() throws {
        let recognizer = try MoonshineRecognizer(#require(Installed.moonshine))
        func preference(_ phrase: String, _ said: String) throws -> Double {
            var samples = [Float](repeating: 0, count: 3_200)
            try FliteSynthesizer(voice: .rms).synthesize(said) { chunk in
                samples += chunk.samples
                return samples.count < 24_000
            }
            let spellings = try WakePhrase(phrase).spellings
            let fit = try recognizer.fit(of: spellings, to: samples, sampleRate: AudioFrame.sampleRate)
            return try #require(fit).preference
        }
        let call = try preference("hey computer", "Hey computer, how far is the moon?")
        #expect(try call > preference("hey computer", "My computer is broken today.") + 3)
        #expect(try call > preference("hey computer", "We bought some bread and butter.") + 3)
        #expect(try preference("Serena", "Serena, stop.") > preference("Serena", "It rained all week.") + 3)
        let silence = [Float](repeating: 0, count: 16_000)
        let none = try recognizer.fit(of: ["Serena"], to: silence, sampleRate: 16_000)
        #expect(none?.preference == -.infinity)
        #expect(try recognizer.fit(of: [], to: silence.map { $0 + 0.1 }, sampleRate: 16_000) == nil)
        #expect(try recognizer.fit(of: ["日本\u{0}🙂"], to: silence.map { $0 + 0.1 }, sampleRate: 16_000) == nil)
    }

    @Test(.enabled(if: Installed.moonshine != nil), arguments: ["Hey, computer", "Serena", "What is 15% of 2,000?"])
    func textSurvivesItsPieces(text: String) throws {
        let installation = try #require(Installed.moonshine)
        let vocabulary = try MoonshineVocabulary(path: installation.vocabularyFile)
        let pieces = try #require(vocabulary.pieces(of: [text]).first)
        #expect(vocabulary.text(pieces) == text)
    }
}
