// What a command is given by the program around it.

import AssistantInterface
import Foundation
import Instrumentation

/// Everything outside of the module that a command may use.
public struct BenchEnvironment: Sendable {
    /// The folder in which the command was given.
    public var directory: String
    /// The folder of the project, for commands that are given outside of it.
    public var home: String?
    public var clock: any EngineClock
    /// The wall clock, for names and stamps only.
    public var now: @Sendable () -> Date
    public var terminal: Terminal
    public var makeAssistant: AssistantFactory
    /// The file that a job of GitHub Actions shows as its summary; nil elsewhere.
    public var stepSummary: String?

    public init(
        directory: String, home: String? = nil, clock: any EngineClock, now: @escaping @Sendable () -> Date,
        terminal: Terminal,
        makeAssistant: @escaping AssistantFactory, stepSummary: String? = nil
    ) {
        self.directory = directory
        self.home = home
        self.clock = clock
        self.now = now
        self.terminal = terminal
        self.makeAssistant = makeAssistant
        self.stepSummary = stepSummary
    }

    /// The nearest folder, from the current one upwards, that holds a folder of scenarios; else ``home``, or the current one.
    ///
    /// Reports and baselines are kept there, wherever below it a command is given.
    public var projectFolder: String {
        var url = URL(fileURLWithPath: directory).standardizedFileURL
        for _ in 0..<64 {
            if FileManager.default.fileExists(
                atPath: url.appendingPathComponent(ScenarioLocator.folder).path)
            {
                return url.path
            }
            if url.path == "/" { break }
            url = url.deletingLastPathComponent()
        }
        return home ?? directory
    }

    /// `path` as seen from the current folder.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }

    /// `path` without the current folder in front, for messages.
    func display(_ path: String) -> String {
        let base = directory.hasSuffix("/") ? directory : directory + "/"
        return path.hasPrefix(base) ? String(path.dropFirst(base.count)) : path
    }

    /// Runs `body` and turns what it throws into a message and an exit code.
    func reporting(_ body: () async throws -> ExitCode) async -> ExitCode {
        do {
            return try await body()
        } catch let error as BenchError {
            terminal.problem(error.description)
            return error.exitCode
        } catch {
            terminal.problem("\(error)")
            return .internalError
        }
    }
}

/// What an assistant is made from, for one run.
public struct AssistantRequest: Sendable {
    /// Settings of the scenario, as they are; a single value is a list of one.
    public var settings: [String: [String]]
    /// The folder that relative paths in `settings` start from.
    public var scenarioFolder: String
    /// A fresh, empty folder for the assistant's files; it stays with the report. Nil when nothing is to be kept.
    public var folder: String?
    public var clock: any EngineClock
    public var seed: UInt64
    /// Whether what was recognised and spoken before in this process may be used again. Only where its time is stated, not measured.
    public var mayRememberSpeech = false

    public init(
        settings: [String: [String]], scenarioFolder: String, folder: String?, clock: any EngineClock,
        seed: UInt64
    ) {
        self.settings = settings
        self.scenarioFolder = scenarioFolder
        self.folder = folder
        self.clock = clock
        self.seed = seed
    }
}

/// Makes a fresh assistant for one run.
public typealias AssistantFactory = @Sendable (AssistantRequest) async throws -> any Assistant
