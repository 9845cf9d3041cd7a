// The recordings that voice activity is measured on.

import EvaluationInterface
import Foundation
import SerenaAudio

/// The recordings of people that this machine has, and the voices of the scenarios, in two halves.
struct SpeechCorpus: Sendable {
    /// Every second recording: what thresholds and weights were chosen on.
    let tuning: [LabelledSpeech]
    /// The others: what is reported.
    let held: [LabelledSpeech]

    /// Where recordings of people are, and whose voice is in them.
    private static let testData = "/usr/share/pocketsphinx/test/data"
    private static let people: [(path: String, speaker: String)] = [
        ("\(testData)/cards/001.wav", "cards"), ("\(testData)/cards/002.wav", "cards"),
        ("\(testData)/cards/003.wav", "cards"), ("\(testData)/cards/004.wav", "cards"),
        ("\(testData)/cards/005.wav", "cards"),
        ("\(testData)/librivox/sense_and_sensibility_01_austen_64kb-0870.wav", "librivox"),
        ("\(testData)/librivox/sense_and_sensibility_01_austen_64kb-0880.wav", "librivox"),
        ("\(testData)/librivox/sense_and_sensibility_01_austen_64kb-0890.wav", "librivox"),
        ("\(testData)/librivox/sense_and_sensibility_01_austen_64kb-0920.wav", "librivox"),
        ("\(testData)/librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "librivox"),
        ("\(testData)/goforward.raw", "goforward"), ("\(testData)/numbers.raw", "numbers"),
        ("\(testData)/something.raw", "something"), ("\(testData)/tidigits/dhd.2934z.raw", "dhd"),
    ]
    /// Those that come with the recogniser.
    private static let models = ["beckett", "clone-test", "endgame_nagg_nell", "two_cities"]

    /// - Parameter home: the folder of the project.
    /// - Throws: ``EvaluationError`` when there are too few recordings to be split.
    init(home: URL) throws {
        let assets = home.appending(path: ".models/moonshine/moonshine_voice/assets")
        let all =
            Self.people.compactMap { Self.read($0.path, speaker: $0.speaker) }
            + Self.models.compactMap { Self.read(assets.appending(path: "\($0).wav").path, speaker: $0) }
            + Self.scenarioVoices(home)
        guard all.count >= 8 else {
            throw EvaluationError(
                "there are only \(all.count) recordings of speech here",
                remedy: "apt-get install pocketsphinx-testdata")
        }
        tuning = all.indices.filter { $0 % 2 == 0 }.map { all[$0] }
        held = all.indices.filter { $0 % 2 == 1 }.map { all[$0] }
    }

    private static func scenarioVoices(_ home: URL) -> [LabelledSpeech] {
        struct Annotation: Decodable { var voice: String? }
        return ScenarioRecordings.files(home: home).compactMap { file in
            let annotation = (try? Data(contentsOf: file.deletingPathExtension().appendingPathExtension("json")))
                .flatMap { try? JSONDecoder().decode(Annotation.self, from: $0) }
            return read(file.path, speaker: "scenario \(annotation?.voice ?? "voice")")
        }
    }

    /// - Returns: nil when the file is not there, is broken or holds no speech.
    private static func read(_ path: String, speaker: String) -> LabelledSpeech? {
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        if path.hasSuffix(".raw") {
            guard let bytes = try? Data(contentsOf: URL(filePath: path)), bytes.count < 1 << 24 else { return nil }
            let samples = bytes.withUnsafeBytes { bytes in
                (0..<bytes.count / 2).map {
                    Float(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self))) / 32_768
                }
            }
            return LabelledSpeech(
                name: name, speaker: speaker,
                recording: Recording(samples: samples, sampleRate: AudioFrame.sampleRate))
        }
        guard let recording = try? AudioFile.read(path, limitSeconds: 120) else { return nil }
        return LabelledSpeech(name: name, speaker: speaker, recording: recording)
    }
}
