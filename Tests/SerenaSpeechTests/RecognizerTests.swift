// That recorded human speech is understood, and that what is missing is said.

import AssistantInterface
import Foundation
import SerenaAudio
import Testing

@testable import SerenaSpeech

/// What of the recognisers this machine has.
enum Installed {
    /// Found from the folder of this file too, since tests run in folders of all kinds.
    static let moonshine: MoonshineInstallation? = {
        var folder = URL(fileURLWithPath: #filePath)
        var roots = MoonshineInstallation.defaultSearchRoots
        while folder.path != "/" {
            folder = folder.deletingLastPathComponent()
            roots.append(folder.path)
        }
        return try? MoonshineInstallation.find(searchRoots: roots)
    }()

    /// A recording that comes with the wheel, beside the model.
    static let beckett = moonshine.map { $0.modelFolder + "/../beckett.wav" }

    static let pocketSphinxData = "/usr/share/pocketsphinx/test/data/cards"

    static var hasBeckett: Bool { beckett.map(FileManager.default.fileExists) ?? false }
    static var hasPocketSphinx: Bool {
        [PocketSphinxRecognizer.defaultModelFolder, pocketSphinxData].allSatisfy(FileManager.default.fileExists)
    }
}

@Suite struct RecognizerTests {
    @Test(.enabled(if: Installed.hasBeckett)) func moonshineUnderstandsHumanSpeech() throws {
        let recognizer = try MoonshineRecognizer(#require(Installed.moonshine))
        let recording = try AudioFile.read(#require(Installed.beckett))
        let transcript = try recognizer.transcribe(recording.samples, sampleRate: recording.sampleRate)
        let said = "Ever tried, ever failed, no matter. Try again, fail again, fail better."
        #expect(WordErrorRate.compute(reference: said, hypothesis: transcript.text).rate <= 0.25)
        #expect(!recognizer.modelFiles.isEmpty)
        #expect(recognizer.version.split(separator: ".").count == 3)
    }

    @Test(.enabled(if: Installed.hasBeckett)) func moonshineTakesWhateverComes() throws {
        try expectRobustness(of: MoonshineRecognizer(#require(Installed.moonshine)))
    }

    @Test(.enabled(if: Installed.hasPocketSphinx)) func pocketSphinxUnderstandsHumanSpeech() throws {
        let recognizer = try PocketSphinxRecognizer()
        var errors = 0
        var words = 0
        let said = [
            "001": "ten of clubs", "002": "four queen of clubs", "003": "seven of clubs", "004": "five five",
            "005": "eight of spades four of clubs seven of hearts",
        ]
        for (name, text) in said {
            let recording = try AudioFile.read("\(Installed.pocketSphinxData)/\(name).wav")
            let transcript = try recognizer.transcribe(recording.samples, sampleRate: recording.sampleRate)
            let rate = WordErrorRate.compute(reference: text, hypothesis: transcript.text)
            errors += rate.errors
            words += rate.referenceWords
            #expect((0...1).contains(transcript.confidence ?? -1))
        }
        #expect(Double(errors) / Double(words) <= 0.3)
    }

    @Test(.enabled(if: Installed.hasPocketSphinx)) func pocketSphinxTakesWhateverComes() throws {
        try expectRobustness(of: PocketSphinxRecognizer())
    }

    private func expectRobustness(of recognizer: some SpeechRecognizer) throws {
        for samples in [[], [0.5], Array(repeating: Float.nan, count: 16_000), Array(repeating: 0, count: 32_000)] {
            #expect(try recognizer.transcribe(samples, sampleRate: 16_000) == .empty)
        }
        for count in [1_600, 1_601, 2_400, 4_000] {
            let noise = (0..<count).map { Float(($0 * 7_919) % 200 - 100) / 200 }
            _ = try recognizer.transcribe(noise, sampleRate: 16_000)
            _ = try recognizer.transcribe(noise + [.infinity, .nan, 1e30], sampleRate: 8_000)
        }
        #expect(throws: RecognitionError.tooLong(seconds: 31, limitSeconds: 30)) {
            try recognizer.transcribe(Array(repeating: 0.1, count: 31 * 16_000), sampleRate: 16_000)
        }
        #expect(throws: RecognitionError.unsupportedRate(0)) { try recognizer.transcribe([0.1], sampleRate: 0) }
    }

    @Test func aMissingRecognizerNamesTheCommandThatBringsIt() throws {
        let moonshine = #expect(throws: RecognitionError.self) {
            try MoonshineInstallation.find(environment: ["SERENA_MODELS": "/nowhere"], searchRoots: [])
        }
        #expect(moonshine?.description.contains("scripts/serena-bench setup") == true)
        let pocketSphinx = #expect(throws: RecognitionError.self) {
            try PocketSphinxRecognizer(modelFolder: "/nowhere")
        }
        #expect(pocketSphinx?.description.contains("apt-get install pocketsphinx-en-us") == true)
    }

    @Test func aBrokenInstallationIsAnError() throws {
        let folder = NSTemporaryDirectory() + "serena-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let model = folder + "/.models/moonshine/moonshine_voice/assets/tiny-en"
        try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
        let libraries = folder + "/.models/moonshine/moonshine_voice.libs"
        try FileManager.default.createDirectory(atPath: libraries, withIntermediateDirectories: true)
        let library = libraries + "/libonnxruntime-13ab8084.so.1"
        try Data("no library".utf8).write(to: URL(fileURLWithPath: library))
        let find = { try MoonshineInstallation.find(environment: [:], searchRoots: [folder]) }
        let incomplete = #expect(throws: RecognitionError.self) { try find() }
        #expect(incomplete?.description.contains("encoder_model.ort is missing") == true)
        for name in ["encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"] {
            try Data().write(to: URL(fileURLWithPath: model + "/" + name))
        }
        let installation = try find()
        #expect(installation.libraryPath == library)
        let unloadable = #expect(throws: RecognitionError.self) { try MoonshineRecognizer(installation) }
        #expect(unloadable?.description.contains("cannot be loaded") == true)
    }

    @Test(.enabled(if: Installed.moonshine != nil)) func aDamagedModelIsAnError() throws {
        let installation = try #require(Installed.moonshine)
        let folder = NSTemporaryDirectory() + "serena-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in installation.modelFiles {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file)).prefix(1_000)
            try bytes.write(to: URL(fileURLWithPath: folder + "/" + URL(fileURLWithPath: file).lastPathComponent))
        }
        let damaged = MoonshineInstallation(libraryPath: installation.libraryPath, modelFolder: folder)
        #expect(throws: RecognitionError.self) { try MoonshineRecognizer(damaged) }
    }

    @Test func anUnknownRecognizerIsRefused() {
        #expect(throws: RecognitionError.unknownRecognizer("parrot")) {
            try RecognizerChoice.load(environment: ["SERENA_RECOGNIZER": "parrot"])
        }
    }

    @Test(.enabled(if: Installed.hasPocketSphinx)) func pocketSphinxStandsInWithOneLine() throws {
        let choice = try RecognizerChoice.load(environment: ["SERENA_MODELS": "/nowhere"], searchRoots: [])
        #expect(choice.kind == .pocketsphinx)
        let notice = try #require(choice.notice)
        #expect(notice.contains("scripts/serena-bench setup") && !notice.contains("\n"))
        let forced = try RecognizerChoice.load(environment: ["SERENA_RECOGNIZER": "PocketSphinx"])
        #expect(forced.notice == nil)
    }

    @Test func aForcedRecognizerHasNoStandIn() {
        let environment = ["SERENA_RECOGNIZER": "moonshine", "SERENA_MODELS": "/nowhere"]
        #expect(throws: RecognitionError.self) { try RecognizerChoice.load(environment: environment) }
    }

    @Test func withoutAnyRecognizerTheFirstChoiceIsNamed() {
        let error = #expect(throws: RecognitionError.self) {
            try RecognizerChoice.load(environment: [:], searchRoots: [], pocketSphinxFolder: "/nowhere")
        }
        #expect(error?.description.contains("scripts/serena-bench setup") == true)
    }
}
