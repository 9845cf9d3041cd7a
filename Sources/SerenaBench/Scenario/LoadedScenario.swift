// A scenario with everything it needs from disk, read and checked before anything runs.

import Foundation
import Instrumentation
import SerenaAudio

/// A scenario and its recordings, ready to run.
public struct LoadedScenario: Sendable {
    public let scenario: Scenario
    /// The file, absolute.
    public let path: String
    public let steps: [PreparedStep]
    /// SHA-256 by path relative to the scenario's folder.
    public let inputs: [String: String]
    /// One line for everything that was made up for the want of a file, and for what the conditions came to.
    public let notices: [String]
    /// What was set from outside: parameters, and the values of the matrix.
    public let variant: [String: String]

    /// The folder that relative paths in the scenario start from.
    public var folder: String {
        (path as NSString).deletingLastPathComponent
    }

    /// Reads the scenario at `path` and every recording that it names.
    ///
    /// - Parameters:
    ///   - bindings: what is set from outside.
    ///   - wanted: the ids of the steps to keep; nil keeps all.
    /// - Throws: ``BenchError`` with ``ExitCode/usage``; all recordings that cannot be used are named at once.
    public init(
        path: String, bindings: ScenarioBindings = ScenarioBindings(), steps wanted: Set<String>? = nil
    ) throws(BenchError) {
        let parsed = try Self.parse(path, bindings)
        let folder = (path as NSString).deletingLastPathComponent
        var inputs = parsed.inputs
        var steps: [PreparedStep] = []
        var notices: [String] = []
        var problems: [String] = []
        var read: [String: RecordedLine] = [:]
        for step in parsed.scenario.steps {
            let isWanted = wanted?.contains(step.id) ?? true
            do throws(BenchError) {
                let line: RecordedLine
                if let known = read[step.audio] { line = known } else { line = try RecordedLine(of: step, in: folder) }
                try line.check(step)
                // Steps that are not wanted are read as well: noise is made from all voices, and must not depend on the choice.
                steps.append(PreparedStep(step: step, utterance: line.utterance))
                if isWanted {
                    inputs[step.audio] = line.utterance.source.sha256
                    // The note decides where speech ends, and with it every latency of the step.
                    if let note = line.noteSHA256 { inputs[RecordingNote.path(besideRecording: step.audio)] = note }
                    if let notice = line.notice, !notices.contains(notice) { notices.append(notice) }
                }
                read[step.audio] = line
            } catch {
                if isWanted { problems.append("step '\(step.id)': \(error)") }
            }
        }
        guard problems.isEmpty else { throw BenchError(.usage, problems.joined(separator: "\n")) }
        let staged = Staging(scenario: parsed.scenario).stage(steps, keeping: wanted)
        var scenario = parsed.scenario
        if let wanted { scenario.steps.removeAll { !wanted.contains($0.id) } }
        self.path = path
        self.scenario = scenario
        self.inputs = inputs
        self.steps = staged.steps
        self.notices = notices + staged.notices
        variant = bindings.values
    }

    var reference: (name: String, sha256: String) {
        let file = (path as NSString).lastPathComponent
        return (file, inputs[file] ?? "")
    }

    /// Reads a scenario file and what it includes, without the recordings.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage``.
    static func parse(
        _ path: String, _ bindings: ScenarioBindings = ScenarioBindings()
    ) throws(BenchError) -> (scenario: Scenario, inputs: [String: String]) {
        let data = try FileReading.bytes(of: path, limit: Scenario.largestFile)
        var files = IncludedFiles(root: projectRoot(of: path))
        let scenario = try Scenario.read(data, path: path, bindings: bindings, files: &files)
        var inputs = [(path as NSString).lastPathComponent: Digest.sha256(of: data)]
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().resolvingSymlinksInPath().path + "/"
        for (file, content) in files.contents {
            let name = file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : file
            inputs[name] = Digest.sha256(of: content)
        }
        return (scenario, inputs)
    }

    /// One step for each recording that the scenario and its variants play.
    static func linesToRecord(in path: String) throws(BenchError) -> [Step] {
        var seen: Set<String> = []
        var lines: [Step] = []
        for variant in try parse(path).scenario.variants() {
            let steps = try parse(path, ScenarioBindings(values: variant)).scenario.steps
            lines += steps.filter { seen.insert($0.audio).inserted }
        }
        return lines
    }

    /// The folder that included files must lie in: the one that holds `Scenarios`, or else the scenario's own.
    private static func projectRoot(of path: String) -> String {
        var url = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
        let own = url.path
        for _ in 0..<64 where url.path != "/" {
            if url.lastPathComponent == ScenarioLocator.folder { return url.path }
            url = url.deletingLastPathComponent()
        }
        return own
    }
}

/// A recording with what is known about it.
private struct RecordedLine {
    let utterance: Utterance
    let noteSHA256: String?
    let notice: String?
    private let text: String?
    private let file: String

    init(of step: Step, in folder: String) throws(BenchError) {
        file = step.audio.hasPrefix("/") ? step.audio : "\(folder)/\(step.audio)"
        let sound = try SoundFile(path: file)
        let notePath = RecordingNote.path(besideRecording: file)
        let bounds: ClosedRange<Int>
        if FileManager.default.fileExists(atPath: notePath) {
            let note = try RecordingNote.read(notePath)
            noteSHA256 = Digest.sha256(of: try FileReading.bytes(of: notePath, limit: JSONDocument.largestFile))
            bounds = try note.bounds(for: sound)
            text = note.text
            notice = nil
        } else {
            bounds = try sound.findSpeech()
            noteSHA256 = nil
            text = nil
            notice = "\(step.audio) has no note beside it; its end of speech was found for this run only"
        }
        do {
            utterance = try Utterance(
                recording: sound.recording, bounds: bounds, file: step.audio, sha256: sound.sha256)
        } catch {
            throw BenchError(.usage, "\(file): \(error)")
        }
    }

    /// The same recording may serve several steps; all of them must say what it says.
    func check(_ step: Step) throws(BenchError) {
        guard let text, text != step.say else { return }
        throw BenchError(
            .usage, "\(file) says '\(text)', but the step says '\(step.say)'",
            remedy: "record it again, or correct the step")
    }
}

extension Scenario {
    /// Reads the bytes of a scenario file.
    static func read(_ data: Data, path: String) throws(BenchError) -> Scenario {
        var files = IncludedFiles(root: nil)
        return try read(data, path: path, bindings: ScenarioBindings(), files: &files)
    }

    static func read(
        _ data: Data, path: String, bindings: ScenarioBindings, files: inout IncludedFiles
    ) throws(BenchError) -> Scenario {
        guard let text = String(data: data, encoding: .utf8) else {
            throw BenchError(.usage, "\(path) is not UTF-8 text")
        }
        do {
            return try Scenario.parse(text, path: path, location: path, bindings: bindings, files: &files)
        } catch {
            throw BenchError(.usage, error.description)
        }
    }
}
