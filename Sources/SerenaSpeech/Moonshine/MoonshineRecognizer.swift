// Speech recognition by Moonshine's tiny English model.

import SerenaAudio
import Synchronization

/// Recognises English speech with Moonshine, whose networks are computed by ONNX Runtime; library and model are loaded at run time.
///
/// Speech is looked at several times while it goes on. What was read of its beginning the last time is the draft of the next
/// reading ``MoonshineModel/pieces(in:draft:)``.
public final class MoonshineRecognizer: SpeechRecognizer {
    public let name = "moonshine tiny-en"
    public let modelFiles: [String]
    /// The version of ONNX Runtime, such as `1.23.2`.
    public let version: String

    private let vocabulary: MoonshineVocabulary
    private let model: MoonshineModel
    private let drafts = Mutex(Drafts())
    /// The pieces of phrases that were asked for.
    private let phrases = Mutex<[[String]: [[Int]]]>([:])
    private static let mostPhrases = 16

    /// Loads library and model.
    public init(_ installation: MoonshineInstallation) throws(RecognitionError) {
        do throws(ONNXError) {
            let runtime = try ONNXRuntime(libraryPath: installation.libraryPath)
            vocabulary = try MoonshineVocabulary(path: installation.vocabularyFile)
            model = try MoonshineModel(
                runtime, encoder: installation.encoderFile, decoder: installation.decoderFile)
            version = runtime.version
        } catch {
            throw .cannotLoad(
                recognizer: "Moonshine", reason: "\(installation.modelFolder): \(error)",
                remedy: MoonshineInstallation.remedy)
        }
        modelFiles = installation.modelFiles
    }

    public func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        guard let prepared = try RecognitionInput.prepare(samples, sampleRate: sampleRate) else { return .empty }
        do throws(ONNXError) {
            let draft = drafts.withLock { $0.draft(of: prepared) }
            let pieces = try model.pieces(in: prepared, draft: draft)
            drafts.withLock { $0.keep(pieces, of: prepared) }
            return Transcript(text: vocabulary.text(pieces))
        } catch {
            throw .failed(recognizer: "Moonshine", reason: "\(error)")
        }
    }

    public func fit(
        of spellings: [String], to samples: [Float], sampleRate: Int
    ) throws(RecognitionError) -> PhraseFit? {
        guard let prepared = try RecognitionInput.prepare(samples, sampleRate: sampleRate) else {
            return PhraseFit(preference: -.infinity, beginning: "")
        }
        do throws(ONNXError) {
            let found = try model.fit(of: pieces(of: spellings), to: prepared)
            return found.map { PhraseFit(preference: $0.preference, beginning: vocabulary.text([$0.first])) }
        } catch {
            throw .failed(recognizer: "Moonshine", reason: "\(error)")
        }
    }

    private func pieces(of spellings: [String]) -> [[Int]] {
        phrases.withLock { phrases in
            if let known = phrases[spellings] { return known }
            if phrases.count >= Self.mostPhrases { phrases = [:] }
            let pieces = vocabulary.pieces(of: spellings)
            phrases[spellings] = pieces
            return pieces
        }
    }
}

/// What was read lately of sounds that may go on, known by their beginnings.
struct Drafts {
    /// Several speakers may be listened to at once.
    static let capacity = 8
    /// As much of a sound as tells it from others, in samples at 16 kHz: 0.5 s.
    static let beginning = 8_000

    private struct Reading {
        let beginning: [Float]
        let sampleCount: Int
        let pieces: [Int]
    }

    /// The latest last.
    private var readings: [Reading] = []

    /// What was read of a shorter sound with the same beginning; empty if there was none.
    ///
    /// A sound that is heard whole once more, as in the next run of a rehearsal, finds nothing: it would be read sooner than the first time.
    func draft(of samples: [Float]) -> [Int] {
        guard samples.count >= Self.beginning else { return [] }
        return readings.last { $0.sampleCount < samples.count && samples.starts(with: $0.beginning) }?.pieces ?? []
    }

    mutating func keep(_ pieces: [Int], of samples: [Float]) {
        guard samples.count >= Self.beginning else { return }
        readings.removeAll { samples.starts(with: $0.beginning) }
        if readings.count == Self.capacity { readings.removeFirst() }
        let beginning = Array(samples.prefix(Self.beginning))
        readings.append(Reading(beginning: beginning, sampleCount: samples.count, pieces: pieces))
    }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmingSpaces: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
