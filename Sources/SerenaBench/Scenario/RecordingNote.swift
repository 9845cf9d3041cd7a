// The note beside a recording: what is said in it, where speech begins and ends, and which file it belongs to.

import Foundation
import Instrumentation
import SerenaAudio

/// What is known about a recording, kept as `<name>.json` beside `<name>.wav`.
public struct RecordingNote: Codable, Hashable, Sendable {
    static let currentSchemaVersion = 1
    static let kind = "recording"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    /// What is said; null when nobody wrote it down.
    @Nullable public var text: String?
    @Nullable public var voice: String?
    /// Of the sound file, in hexadecimal.
    public var sha256: String
    /// In Hz.
    public var sampleRate: Int
    /// The index of the first sample of speech.
    public var speechStartSample: Int
    /// The index of the last sample of speech.
    public var speechEndSample: Int
    /// From the first sample of the file to the first sample of speech.
    public var speechStartNs: Int64
    /// From the first sample of the file to the end of the last sample of speech.
    public var speechEndNs: Int64

    /// Where the note of the recording at `path` is.
    public static func path(besideRecording path: String) -> String {
        (path as NSString).deletingPathExtension + ".json"
    }

    /// Finds the bounds of speech in a sound file.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when the file cannot be read or holds no speech.
    public static func annotate(recording path: String, text: String?, voice: String?)
        throws(BenchError)
        -> RecordingNote
    {
        let sound = try SoundFile(path: path)
        let bounds = try sound.findSpeech()
        return RecordingNote(
            text: text, voice: voice, sha256: sound.sha256, sampleRate: sound.recording.sampleRate,
            speechStartSample: bounds.lowerBound, speechEndSample: bounds.upperBound,
            speechStartNs: Duration.samples(bounds.lowerBound, at: sound.recording.sampleRate)
                .nanoseconds,
            speechEndNs: Duration.samples(bounds.upperBound + 1, at: sound.recording.sampleRate)
                .nanoseconds)
    }

    /// Writes the note to where the one of the recording at `recording` belongs.
    func write(besideRecording recording: String) throws(BenchError) {
        let path = Self.path(besideRecording: recording)
        do {
            try JSONDocument.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BenchError(.output, "\(path) cannot be written: \(FileProblem.describe(error))")
        }
    }

    static func read(_ path: String) throws(BenchError) -> RecordingNote {
        try JSONDocument.read(
            RecordingNote.self, kind: kind, version: currentSchemaVersion, from: path, failure: .usage)
    }

    /// The bounds of speech, if the note belongs to `sound`.
    func bounds(for sound: SoundFile) throws(BenchError) -> ClosedRange<Int> {
        let renew = "serena-bench annotate \(sound.path)"
        guard sha256 == sound.sha256 else {
            throw BenchError(
                .usage,
                "\(sound.path) has changed since it was annotated: its SHA-256 differs from the one in its note",
                remedy: renew)
        }
        guard sampleRate == sound.recording.sampleRate, speechStartSample >= 0,
            speechStartSample < speechEndSample,
            speechEndSample < sound.recording.samples.count
        else {
            throw BenchError(
                .usage, "the note beside \(sound.path) names samples that it does not have", remedy: renew)
        }
        return speechStartSample...speechEndSample
    }
}

/// A sound file with its hash.
struct SoundFile {
    let path: String
    let recording: Recording
    let sha256: String

    /// The largest sound file that is read, in bytes.
    static let largestFile = 512 << 20
    /// The longest recording of one utterance, in seconds.
    static let longestSeconds = 300.0

    init(path: String) throws(BenchError) {
        self.path = path
        do {
            recording = try AudioFile.read(path, limitSeconds: Self.longestSeconds)
        } catch {
            throw BenchError(.usage, error.description)
        }
        sha256 = Digest.sha256(of: try FileReading.bytes(of: path, limit: Self.largestFile))
    }

    func findSpeech() throws(BenchError) -> ClosedRange<Int> {
        guard let found = SpeechAnnotation.find(in: recording.samples, sampleRate: recording.sampleRate) else {
            throw BenchError(.usage, "\(path) holds no speech that stands out from its background")
        }
        return found.firstSample...found.lastSample
    }
}
