// The built program as a subprocess, and a small project for it to work in.

import Foundation
import SerenaAudio
import Synchronization
import Testing

/// How the program ended and what it said.
struct Outcome: Sendable {
    let code: Int32
    let wasKilled: Bool
    let out: String
    let err: String
}

/// The program under test.
enum BenchProgram {
    /// The path of `serena-bench`, which the package builds beside the tests.
    static func path() throws -> String {
        let starts = [
            CommandLine.arguments.first ?? "", Bundle.main.executablePath ?? "", Bundle.main.bundlePath,
        ]
        for start in starts where !start.isEmpty {
            var url = URL(fileURLWithPath: start)
            for _ in 0..<5 {
                url = url.deletingLastPathComponent()
                let candidate = url.appendingPathComponent("serena-bench").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
                    !isFolder.boolValue
                {
                    return candidate
                }
            }
        }
        throw ProgramError(message: "serena-bench was not built beside \(starts)")
    }

    struct ProgramError: Error {
        let message: String
    }

    /// Runs the program in `folder` to its end.
    ///
    /// - Parameters:
    ///   - prelude: shell commands before it, such as limits; the program replaces the shell.
    ///   - watch: called about every 20 ms with the standard error so far; a signal that it returns is sent, each once.
    static func run(
        _ arguments: [String], in folder: String, prelude: String = "",
        watch: @escaping @Sendable (String) -> [Int32] = { _ in [] }
    ) async throws -> Outcome {
        let process = Process()
        let captured = URL(fileURLWithPath: folder).deletingLastPathComponent().path + "/\(UUID().uuidString)"
        let files = [captured + ".out", captured + ".err"]
        for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
        defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(prelude)\nexec \"$0\" \"$@\"", try path()] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        let identifier = process.processIdentifier
        let watching = Task {
            var sent: [Int32] = []
            while !Task.isCancelled {
                let text = (try? String(contentsOfFile: files[1], encoding: .utf8)) ?? ""
                for signal in watch(text) where !sent.contains(signal) {
                    sent.append(signal)
                    kill(identifier, signal)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        // A program that hangs is ended, and then fails the test by its outcome.
        let limit = Task {
            try await Task.sleep(for: .seconds(120))
            kill(identifier, SIGKILL)
        }
        for await _ in ended.stream {}
        watching.cancel()
        limit.cancel()
        return Outcome(
            code: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
            out: try String(contentsOfFile: files[0], encoding: .utf8),
            err: try String(contentsOfFile: files[1], encoding: .utf8))
    }
}

/// A folder with scenarios and recordings, thrown away at the end.
final class Project: Sendable {
    let folder: String
    private let base: String

    /// - Parameters:
    ///   - scenario: the lines below `name: tiny`; its steps must use `audio: burst.wav`.
    init(_ scenario: String = Project.oneStep) throws {
        base = FileManager.default.temporaryDirectory.appendingPathComponent("cli-\(UUID().uuidString)").path
        folder = base + "/project"
        try FileManager.default.createDirectory(
            atPath: folder + "/Scenarios", withIntermediateDirectories: true)
        try write("Scenarios/tiny.yaml", "name: tiny\npatience: 20s\n" + scenario)
        try AudioFile.write(Project.burst(sampleRate: 16_000), to: folder + "/Scenarios/burst.wav")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: base)
    }

    /// A budget that a slow machine meets as well.
    static let oneStep = "thresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n"

    /// What the calibration assistant answers: 300 ms of a tone between silence.
    static func burst(sampleRate: Int) -> Recording {
        let silence = [Float](repeating: 0, count: sampleRate / 10)
        let tone = (0..<(sampleRate * 3 / 10)).map {
            Float(0.3 * cos(2 * .pi * 440 * Double($0) / Double(sampleRate)))
        }
        return Recording(samples: silence + tone + silence, sampleRate: sampleRate)
    }

    func write(_ path: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(path)"))
    }

    func path(_ path: String) -> String { "\(folder)/\(path)" }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: self.path(path)) }

    /// The names in a folder, hidden ones included; the history, which every run adds to, is left out.
    func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: self.path(path))) ?? [])
            .filter { !$0.hasPrefix("history.sqlite") }.sorted()
    }

    /// Runs the scenario with the calibration assistant, however slow the machine.
    func run(_ extra: [String] = [], delay: String = "50ms", prelude: String = "") async throws
        -> Outcome
    {
        try await BenchProgram.run(
            ["run", "tiny", "--assistant", "calibration:\(delay)", "--pacing-limit", "60m"] + extra,
            in: folder,
            prelude: prelude)
    }

    func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: self.path(path)))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
