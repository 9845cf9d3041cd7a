// A scenario with everything it needs from disk, read and checked before anything runs.

import Foundation
import SerenaAudio

/// A scenario and its recordings, ready to run.
public struct LoadedScenario: Sendable {
    public let scenario: Scenario
    /// The file, absolute.
    public let path: String
    public let steps: [PreparedStep]
    /// SHA-256 by path relative to the scenario's folder.
    public let inputs: [String: String]
    /// One line for everything that was made up for the want of a file.
    public let notices: [String]

    /// The folder that relative paths in the scenario start from.
    public var folder: String {
        (path as NSString).deletingLastPathComponent
    }

    /// Reads the scenario at `path` and every recording that it names.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage``; all recordings that cannot be used are named at once.
    public init(path: String) throws(BenchError) {
        self.path = path
        let data = try FileReading.bytes(of: path, limit: Scenario.largestFile)
        scenario = try Scenario.read(data, path: path)
        let folder = (path as NSString).deletingLastPathComponent
        var inputs = [(path as NSString).lastPathComponent: Digest.sha256(of: data)]
        var steps: [PreparedStep] = []
        var notices: [String] = []
        var problems: [String] = []
        for step in scenario.steps {
            do throws(BenchError) {
                let (utterance, note, notice) = try Self.utterance(for: step, in: folder)
                steps.append(PreparedStep(step: step, utterance: utterance))
                inputs[step.audio] = utterance.source.sha256
                // The note decides where speech ends, and with it every latency of the step.
                if let note { inputs[RecordingNote.path(besideRecording: step.audio)] = note }
                if let notice { notices.append(notice) }
            } catch {
                problems.append("step '\(step.id)': \(error)")
            }
        }
        guard problems.isEmpty else { throw BenchError(.usage, problems.joined(separator: "\n")) }
        self.inputs = inputs
        self.steps = steps
        self.notices = notices
    }

    var reference: (name: String, sha256: String) {
        let file = (path as NSString).lastPathComponent
        return (file, inputs[file] ?? "")
    }

    private static func utterance(
        for step: Step, in folder: String
    ) throws(BenchError) -> (utterance: Utterance, noteSHA256: String?, notice: String?) {
        let file = step.audio.hasPrefix("/") ? step.audio : "\(folder)/\(step.audio)"
        let sound = try SoundFile(path: file)
        let notePath = RecordingNote.path(besideRecording: file)
        var notice: String?
        var noteHash: String?
        let bounds: ClosedRange<Int>
        if FileManager.default.fileExists(atPath: notePath) {
            let note = try RecordingNote.read(notePath)
            noteHash = Digest.sha256(of: try FileReading.bytes(of: notePath, limit: JSONDocument.largestFile))
            bounds = try note.bounds(for: sound)
            if let text = note.text, text != step.say {
                throw BenchError(
                    .usage, "\(file) says '\(text)', but the step says '\(step.say)'",
                    remedy: "record it again, or correct the step")
            }
        } else {
            bounds = try sound.findSpeech()
            notice = "\(step.audio) has no note beside it; its end of speech was found for this run only"
        }
        do {
            let utterance = try Utterance(
                recording: sound.recording, bounds: bounds, file: step.audio, sha256: sound.sha256)
            return (utterance, noteHash, notice)
        } catch {
            throw BenchError(.usage, "\(file): \(error)")
        }
    }
}

extension Scenario {
    /// Reads the bytes of a scenario file.
    static func read(_ data: Data, path: String) throws(BenchError) -> Scenario {
        guard let text = String(data: data, encoding: .utf8) else {
            throw BenchError(.usage, "\(path) is not UTF-8 text")
        }
        do {
            return try Scenario.parse(text, path: path)
        } catch {
            throw BenchError(.usage, error.description)
        }
    }
}
