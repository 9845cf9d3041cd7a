// That Moonshine's pieces are read as they are written, and that a draft saves steps and changes nothing.

import Foundation
import SerenaAudio
import Testing

@testable import SerenaSpeech

@Suite struct MoonshineTests {
    private static let recognizer = Installed.moonshine.flatMap { try? MoonshineRecognizer($0) }

    private static func networks() throws -> (MoonshineModel, MoonshineVocabulary) {
        let installation = try #require(Installed.moonshine)
        let runtime = try ONNXRuntime(libraryPath: installation.libraryPath)
        let model = try MoonshineModel(
            runtime, encoder: installation.encoderFile, decoder: installation.decoderFile)
        return (model, try MoonshineVocabulary(path: installation.vocabularyFile))
    }

    @Test(.enabled(if: Installed.hasBeckett)) func aDraftDoesNotChangeTheText() throws {
        let (model, vocabulary) = try Self.networks()
        let recording = try AudioFile.read(#require(Installed.beckett))
        let samples = try recording.resampled(to: 16_000).samples.prefix(4 * 16_000)
        let plain = try model.pieces(in: Array(samples), draft: [])
        #expect(plain.count > 6 && vocabulary.text(plain).contains("tried"))
        var wrong = plain
        wrong[3] = plain[4] == 1_000 ? 1_001 : 1_000
        let drafts = [
            plain, Array(plain.dropLast(2)), plain + plain, wrong, [MoonshineVocabulary.end], Array(plain.reversed()),
            Array(repeating: plain[0], count: 1_000),
        ]
        for draft in drafts { #expect(try model.pieces(in: Array(samples), draft: draft) == plain) }
    }

    @Test(.enabled(if: Installed.hasBeckett)) func noMorePiecesAreWrittenThanSpeechCanHold() throws {
        let (model, _) = try Self.networks()
        let recording = try AudioFile.read(#require(Installed.beckett))
        let samples = Array(try recording.resampled(to: 16_000).samples.prefix(4 * 16_000))
        let halfASecond = Array(samples.prefix(8_000))
        #expect(try model.pieces(in: halfASecond, draft: Array(repeating: 278, count: 50)).count <= 4)
        #expect(MoonshineModel.limit(samples: 8_000) == 4)
        #expect(MoonshineModel.limit(samples: 0) == 1)
    }

    @Test(.enabled(if: Installed.hasBeckett)) func phrasesAreWeighedTogetherAsEachAlone() throws {
        let (model, vocabulary) = try Self.networks()
        let recording = try AudioFile.read(#require(Installed.beckett))
        let samples = Array(try recording.resampled(to: 16_000).samples.prefix(2 * 16_000))
        let said = Array(try model.pieces(in: samples, draft: []).prefix(3))
        let others = vocabulary.pieces(of: ["Serena", "Hey, computer"])
        let alone = try ([said] + others).map { try #require(try model.fit(of: [$0], to: samples)) }
        let together = try #require(try model.fit(of: others + [said, []], to: samples))
        #expect(abs(alone[0].preference) < 0.5 && abs(together.preference) < 0.5)
        // A network that is quantised by the largest number of a step rounds otherwise over more of them.
        let best = try #require(alone[1...].map(\.preference).max())
        let bestOfBoth = try #require(try model.fit(of: others, to: samples)).preference
        #expect(best < -5 && abs(best - bestOfBoth) < 1)
        #expect(try model.fit(of: [[]], to: samples) == nil)
    }

    @Test(.enabled(if: Installed.hasBeckett)) func severalMayListenAtOnce() async throws {
        let recognizer = try #require(Self.recognizer)
        let recording = try AudioFile.read(#require(Installed.beckett))
        // No beginning is another's, so that nobody has a draft from somebody else.
        let parts = [0.0, 0.1, 0.2, 0.3].map { start in
            let range = Int(start * Double(recording.sampleRate))..<Int((start + 2) * Double(recording.sampleRate))
            return Array(recording.samples[range])
        }
        let alone = try parts.map { try recognizer.transcribe($0, sampleRate: recording.sampleRate) }
        let together = try await withThrowingTaskGroup(of: (Int, Transcript).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, try recognizer.transcribe(part, sampleRate: recording.sampleRate)) }
            }
            return try await group.reduce(into: [Int: Transcript]()) { $0[$1.0] = $1.1 }
        }
        for (index, transcript) in alone.enumerated() { #expect(together[index] == transcript) }
    }

    @Test func aDraftComesFromAShorterSoundWithTheSameBeginning() {
        let sound = (0..<40_000).map { Float($0 % 977) / 977 }
        var drafts = Drafts()
        drafts.keep([5, 6], of: Array(sound.prefix(16_000)))
        #expect(drafts.draft(of: sound) == [5, 6])
        #expect(drafts.draft(of: Array(sound.prefix(16_000))).isEmpty)
        #expect(drafts.draft(of: Array(sound.prefix(9_000))).isEmpty)
        #expect(drafts.draft(of: sound.map { -$0 }).isEmpty)
        #expect(drafts.draft(of: []).isEmpty)
        drafts.keep([5, 6, 7], of: Array(sound.prefix(24_000)))
        #expect(drafts.draft(of: sound) == [5, 6, 7])
        drafts.keep([8], of: Array(sound.prefix(4_000)))
        for other in 1...Drafts.capacity {
            drafts.keep([other], of: Array(repeating: Float(other) / 100, count: 10_000))
        }
        #expect(drafts.draft(of: sound).isEmpty)
    }

    @Test func theVocabularyIsReadAndWritten() throws {
        func entry(_ text: String) -> [UInt8] {
            let bytes = Array(text.utf8)
            return
                (bytes.count < 128 ? [UInt8(bytes.count)] : [UInt8(bytes.count % 128 + 128), UInt8(bytes.count / 128)])
                + bytes
        }
        let long = String(repeating: "a", count: 300)
        let entries = ["<unk>", "<s>", "</s>", "\u{2581}good", "\u{2581}morn", "ing", "<", "", long]
        let vocabulary = try MoonshineVocabulary(entries.flatMap(entry) + [2, 0xC3, 0x28])
        #expect(vocabulary.count == 10)
        #expect(vocabulary.text([1, 3, 4, 5, 2]) == "good morning")
        #expect(vocabulary.text([3, 6, 7, 8]) == "good<\(long)")
        #expect(vocabulary.text([9]) == "\u{FFFD}(")
        #expect(vocabulary.text([-1, 10, 99]) == "")
    }

    @Test(arguments: [[], [5, 1], [1, 65], [0, 0, 0, 200], [0, 0, 0, 129, 1, 7]] as [[UInt8]])
    func aVocabularyThatIsCutOffIsRefused(_ bytes: [UInt8]) {
        #expect(throws: ONNXError.self) { try MoonshineVocabulary(bytes) }
    }
}
