// A baseline: the raw samples of one result, kept to hold later results against.

import AssistantInterface
import Foundation

/// The samples of a valid result, with everything that decides whether another result may be compared with them.
public struct Baseline: Codable, Hashable, Sendable {
    static let currentSchemaVersion = 2
    static let kind = "baseline"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    public var name: String
    public var scenario: ScenarioReference
    public var assistant: AssistantIdentity
    public var machine: Machine
    /// SHA-256 of the scenario and of every recording.
    public var inputs: [String: String]
    public var settings: RunSettings
    /// One for each turn of each counted run; figures are derived, never stored.
    public var samples: [Sample]
    /// When the result was measured, in UTC.
    public var measuredAt: String

    /// What one turn was.
    public struct Sample: Codable, Hashable, Sendable {
        public var run: Int
        public var step: String
        public var passed: Bool
        public var answerExpected: Bool
        /// Null without an answer.
        @Nullable public var latencyNs: Int64?
        public var falseCutOff: Bool
        public var wordErrorRate: Double
        /// See ``TurnResult/exact``.
        public var exact: [String: Int]
        public var events: [String]
        /// What each stage added to the latency, by stage.
        public var stagesNs: [String: Int64]

        var countedLatency: Int64? {
            falseCutOff ? nil : latencyNs
        }
    }

    /// Keeps the samples of `result`.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/invalid`` when the result was interrupted or cannot be trusted.
    public init(name: String, of result: BenchResult) throws(BenchError) {
        guard !result.interrupted else {
            throw BenchError(.invalid, "the result was interrupted; a baseline needs a complete one")
        }
        guard result.invalidReasons.isEmpty, result.runFailures.isEmpty, !result.turns.isEmpty else {
            let reasons = (result.invalidReasons + result.runFailures).joined(separator: "; ")
            throw BenchError(.invalid, "the result is invalid and cannot become a baseline: \(reasons)")
        }
        self.name = name
        scenario = result.scenario
        assistant = result.assistant
        machine = result.machine
        inputs = result.inputs
        settings = result.settings
        measuredAt = result.startedAt
        samples = result.turns.map {
            Sample(
                run: $0.run, step: $0.step, passed: $0.passed, answerExpected: $0.answerExpected,
                latencyNs: $0.latencyNs, falseCutOff: $0.falseCutOff, wordErrorRate: $0.wordErrorRate,
                exact: $0.exact, events: $0.events, stagesNs: $0.stagesNs)
        }
    }

    /// Why a result with these inputs cannot be compared with this baseline; empty when it can.
    public func problems(comparingScenario scenario: ScenarioReference, inputs: [String: String])
        -> [String]
    {
        guard scenario.name == self.scenario.name else {
            return [
                "the baseline '\(name)' measured the scenario '\(self.scenario.name)', not '\(scenario.name)'"
            ]
        }
        let changed = Set(inputs.keys).union(self.inputs.keys).filter { inputs[$0] != self.inputs[$0] }
            .sorted()
        return changed.prefix(20).map { "\($0) is not what it was when the baseline '\(name)' was set" }
    }

    /// What else differs, and makes a comparison advisory.
    public func notices(comparing result: BenchResult) -> [String] {
        var notices: [String] = []
        if machine.fingerprint != result.machine.fingerprint {
            notices.append(
                "advisory: the baseline '\(name)' comes from another machine (\(machine.cpu), \(machine.cores) cores)"
            )
        }
        if assistant.version != result.assistant.version {
            notices.append("the baseline '\(name)' was measured with version \(assistant.version)")
        }
        let settings = Set(assistant.settings.keys).union(result.assistant.settings.keys)
            .filter { assistant.settings[$0] != result.assistant.settings[$0] }.sorted()
        if !settings.isEmpty {
            notices.append(
                "the assistant's settings differ from the baseline's in \(settings.joined(separator: ", "))"
            )
        }
        return notices
    }
}

/// The folder in which baselines are kept.
public struct BaselineFolder: Sendable {
    let path: String

    public init(path: String) {
        self.path = path
    }

    /// Where the baseline of that name is or would be.
    public func file(of name: String) throws(BenchError) -> String {
        let isSafe = name.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                || "-_.".unicodeScalars
                    .contains($0)
        }
        guard isSafe, !name.isEmpty, !name.hasPrefix("."), name.count <= 64 else {
            throw BenchError(
                .usage, "'\(name)' is no name for a baseline; use letters, digits, '-', '_' and '.'")
        }
        return "\(path)/\(name).json"
    }

    /// - Throws: ``BenchError`` with ``ExitCode/baseline`` when it is missing or damaged.
    public func read(_ name: String) throws(BenchError) -> Baseline {
        let file = try file(of: name)
        guard FileManager.default.fileExists(atPath: file) else {
            let known = names().isEmpty ? "there is none yet" : "there are \(names().joined(separator: ", "))"
            throw BenchError(
                .baseline, "there is no baseline '\(name)' in \(path); \(known)",
                remedy: "serena-bench baseline set \(name) --from RESULT")
        }
        return try JSONDocument.read(
            Baseline.self, kind: Baseline.kind, version: Baseline.currentSchemaVersion, from: file,
            failure: .baseline)
    }

    /// Writes a baseline whole or not at all.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/output`` when it cannot be written.
    public func write(_ baseline: Baseline) throws(BenchError) {
        let file = try file(of: baseline.name)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try JSONDocument.encode(baseline).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw BenchError(
                .output, "the baseline cannot be written to \(file): \(FileProblem.describe(error))")
        }
    }

    /// The names of all baselines, sorted.
    public func names() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map {
            String($0.dropLast(5))
        }.sorted()
    }
}
