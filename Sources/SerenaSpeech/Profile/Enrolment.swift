// Makes a voice profile from a few recordings of the speaker with known words.

import AssistantInterface
import Foundation
import SerenaAudio

/// A recording of the speaker, and what they say in it.
public struct EnrolmentRecording: Sendable {
    public var recording: Recording
    public var text: String

    public init(_ recording: Recording, text: String) {
        (self.recording, self.text) = (recording, text)
    }

    /// The longest recording, in seconds.
    static let longest = 30.0

    /// Reads a sound file and the words beside it: the `text` of `<name>.json`, as `serena-bench annotate` and `record` write it, or `<name>.txt`.
    public init(path: String) throws(VoiceProfileError) {
        do {
            recording = try AudioFile.read(path, limitSeconds: Self.longest)
        } catch {
            throw VoiceProfileError(path, error.description)
        }
        let base = URL(filePath: path).deletingPathExtension()
        guard let text = Self.words(beside: base), !SpokenText.normalizedWords(text).isEmpty else {
            throw VoiceProfileError(
                path, "its words are not known; write them with: serena-bench annotate \(path) --text \"…\"")
        }
        self.text = text
    }

    private struct Note: Decodable {
        var text: String?
    }

    private static func words(beside base: URL) -> String? {
        for ending in ["json", "txt"] {
            guard
                let handle = FileHandle(
                    forReadingAtPath: base.appendingPathExtension(ending).path(percentEncoded: false)),
                let bytes = try? handle.read(upToCount: 64 << 10)
            else { continue }
            if ending == "txt" { return String(decoding: bytes, as: UTF8.self) }
            if let text = (try? JSONDecoder().decode(Note.self, from: bytes))?.text { return text }
        }
        return nil
    }
}

/// What an enrolment found.
public struct Enrolment: Sendable {
    public let profile: VoiceProfile
    /// Of the recordings, before any correction.
    public let wordErrors: Int
    public let words: Int
    /// Terms that no recording holds.
    public let unheardTerms: [String]

    /// The most recordings that are used.
    public static let mostRecordings = 500
    /// A term is not taken for more words than this.
    private static let longestForm = 4

    /// Recognises each recording and compares it with its words.
    ///
    /// - Parameters:
    ///   - vocabulary: names and terms as they are to be written.
    /// - Throws: ``VoiceProfileError`` when there is nothing to measure or the profile would not be valid; ``RecognitionError``.
    public static func make(
        userId: String, language: String = "en-US", vocabulary: [String], recordings: [EnrolmentRecording],
        recognizer: any SpeechRecognizer
    ) throws -> Enrolment {
        guard !recordings.isEmpty, recordings.count <= mostRecordings else {
            throw VoiceProfileError(userId, "an enrolment needs 1 to \(mostRecordings) recordings")
        }
        var pace = (words: 0, seconds: 0.0)
        var levels: [Double] = []
        var forms: [VoiceProfile.HeardForm] = []
        var (errors, count) = (0, 0)
        let everything = recordings.map { SpokenText.normalizedWords($0.text) }
        for (recording, said) in zip(recordings, everything) {
            let sound = recording.recording
            guard let bounds = SpeechAnnotation.find(in: sound.samples, sampleRate: sound.sampleRate) else {
                throw VoiceProfileError("\"\(recording.text.prefix(40))\"", "its recording holds no speech")
            }
            pace.words += said.count
            pace.seconds += Double(bounds.lastSample - bounds.firstSample) / Double(sound.sampleRate)
            if let level = ActiveSpeechLevel.measure(sound.samples, sampleRate: sound.sampleRate) {
                levels.append(level)
            }
            let transcript = try recognizer.transcribe(sound.samples, sampleRate: sound.sampleRate)
            let heard = SpokenText.normalizedWords(transcript.text)
            let compared = WordErrorRate.compute(reference: said, hypothesis: heard)
            (errors, count) = (errors + compared.errors, count + compared.referenceWords)
            for term in vocabulary {
                for form in misheard(SpokenText.normalizedWords(term), said: said, heard: heard)
                where isSafe(form, among: everything) {
                    let entry = VoiceProfile.HeardForm(written: term, heard: form.joined(separator: " "))
                    if !forms.contains(where: { $0.heard == entry.heard }) { forms.append(entry) }
                }
            }
        }
        let rate = Double(pace.words) * 60 / max(0.1, pace.seconds)
        let profile = VoiceProfile(
            userId: userId, language: language, acousticModel: recognizer.name, customVocabulary: vocabulary,
            speakingRate: VoiceProfile.rates.contains(rate) ? rate.rounded() : nil,
            speechLevel: levels.isEmpty
                ? nil : (levels.reduce(0, +) / Double(levels.count) * 10).rounded() / 10,
            heardForms: Array(forms.prefix(VoiceProfile.mostHeardForms)))
        if let problem = profile.problem { throw VoiceProfileError(userId, problem) }
        let unheard = vocabulary.filter { term in
            let words = SpokenText.normalizedWords(term)
            return !everything.contains { $0.firstRange(of: words) != nil }
        }
        return Enrolment(profile: profile, wordErrors: errors, words: count, unheardTerms: unheard)
    }

    /// What was heard in the places where `term` was said: the words between the neighbours that were heard right.
    static func misheard(_ term: [String], said: [String], heard: [String]) -> [[String]] {
        guard !term.isEmpty else { return [] }
        let pairs = commonWords(said, heard)
        var forms: [[String]] = []
        for range in said.ranges(of: term) {
            let before = pairs.last { $0.said < range.lowerBound }
            let after = pairs.first { $0.said >= range.upperBound }
            // Only where both neighbours were heard right is it clear which words stand for the term.
            guard range.lowerBound == 0 || before?.said == range.lowerBound - 1,
                range.upperBound == said.count || after?.said == range.upperBound
            else { continue }
            let start = range.lowerBound == 0 ? 0 : (before?.heard ?? -1) + 1
            let end = range.upperBound == said.count ? heard.count : after?.heard ?? heard.count
            guard start < end, end - start <= longestForm else { continue }
            let form = Array(heard[start..<end])
            if form != term { forms.append(form) }
        }
        return forms
    }

    /// A form that is a phrase of the ordinary language would be corrected where it is meant.
    private static func isSafe(_ form: [String], among texts: [[String]]) -> Bool {
        guard form.contains(where: { WordCosts.isContent($0) && $0.count > 2 }), form.joined().count >= 4 else {
            return false
        }
        return !texts.contains { $0.firstRange(of: form) != nil }
    }

    /// The longest common subsequence, as pairs of indices in rising order.
    private static func commonWords(_ said: [String], _ heard: [String]) -> [(said: Int, heard: Int)] {
        var lengths = [[Int]](repeating: [Int](repeating: 0, count: heard.count + 1), count: said.count + 1)
        for row in said.indices.reversed() {
            for column in heard.indices.reversed() {
                lengths[row][column] =
                    said[row] == heard[column]
                    ? lengths[row + 1][column + 1] + 1 : max(lengths[row + 1][column], lengths[row][column + 1])
            }
        }
        var pairs: [(said: Int, heard: Int)] = []
        var (row, column) = (0, 0)
        while row < said.count, column < heard.count {
            if said[row] == heard[column] {
                pairs.append((row, column))
                (row, column) = (row + 1, column + 1)
            } else if lengths[row + 1][column] >= lengths[row][column + 1] {
                row += 1
            } else {
                column += 1
            }
        }
        return pairs
    }
}
