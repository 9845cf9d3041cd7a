// Recordings of people, with what they say, from Debian's package pocketsphinx-testdata.

import EvaluationInterface
import Foundation
import SerenaAudio

/// The speech of `pocketsphinx-testdata`: cards and digits by several speakers, sentences read from a novel.
enum HumanRecordings {
    static let folder = "/usr/share/pocketsphinx/test/data"
    static let remedy = "sudo apt-get install pocketsphinx-testdata"

    /// Headless 16-bit files, whose words the package names in grammars and word lists.
    private static let headless: [(file: String, text: String)] = [
        ("goforward.raw", "go forward ten meters"),
        ("something.raw", "go somewhere and do something"),
        ("numbers.raw", "one two three four five six seven eight nine"),
        ("tidigits/dhd.2934z.raw", "two nine three four zero"),
    ]
    /// The largest headless file that is read, in bytes.
    private static let largestFile = 4 << 20

    /// Every recording.
    ///
    /// - Throws: ``EvaluationError`` when the package is not installed or not whole.
    static func load(from folder: String = folder) throws(EvaluationError) -> [SpokenSample] {
        guard FileManager.default.fileExists(atPath: folder) else {
            throw EvaluationError("the recordings of people are missing: there is no \(folder)", remedy: remedy)
        }
        var samples: [SpokenSample] = []
        for (set, transcripts) in [("cards", "cards/cards.transcription"), ("librivox", "librivox/transcription")] {
            for (id, text) in try lines(of: "\(folder)/\(transcripts)") {
                samples.append(
                    SpokenSample(
                        name: "\(set) \(id.suffix(4))", text: text,
                        samples: try sound("\(folder)/\(set)/\(id).wav"), isHuman: true))
            }
        }
        for (file, text) in headless {
            samples.append(
                SpokenSample(name: file, text: text, samples: try headless("\(folder)/\(file)"), isHuman: true))
        }
        return samples
    }

    /// Lines such as `<s> ten of clubs </s> (001)`.
    private static func lines(of path: String) throws(EvaluationError) -> [(id: String, text: String)] {
        guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw EvaluationError("\(path) cannot be read", remedy: remedy)
        }
        return content.split(separator: "\n").compactMap { line in
            guard let match = line.wholeMatch(of: /<s>\s*(.+?)\s*<\/s>\s*\(([\w.-]+)\)\s*/) else { return nil }
            return (String(match.2), String(match.1))
        }
    }

    /// A sound file at 16 kHz.
    static func sound(_ path: String) throws(EvaluationError) -> [Float] {
        do {
            return try AudioFile.read(path, limitSeconds: 120).resampled(to: AudioFrame.sampleRate).samples
        } catch {
            throw EvaluationError("\(error)", remedy: remedy)
        }
    }

    /// A file of 16-bit samples at 16 kHz and nothing else.
    private static func headless(_ path: String) throws(EvaluationError) -> [Float] {
        guard let handle = FileHandle(forReadingAtPath: path),
            let bytes = try? handle.read(upToCount: largestFile), bytes.count > 1
        else { throw EvaluationError("\(path) cannot be read", remedy: remedy) }
        return stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index in
            Float(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)) / 32_768
        }
    }
}
