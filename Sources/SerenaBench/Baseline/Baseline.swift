// A baseline: the raw samples of one or more results, kept to hold later results against.

import AssistantInterface
import Foundation

/// The samples of valid results, with everything that decides whether another result may be compared with them.
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
    /// The results that the samples come from, in the order of their runs.
    public var sessions: [Session]
    /// When the last result was measured, in UTC.
    public var measuredAt: String
    /// Why this baseline took the place of another one; null when it did not.
    @Nullable public var promotedBecause: String?
    /// SHA-256 of the file of the baseline that it took the place of; null when there was none.
    @Nullable public var replacesSHA256: String?

    /// The fewest sessions that show how much a machine drifts from one to the next. With fewer, verdicts are advisory.
    public static let fewestSessions = 3

    /// One result of which the samples were kept.
    public struct Session: Codable, Hashable, Sendable {
        /// In UTC.
        public var measuredAt: String
        /// The runs of this session, counted from 1 over all sessions.
        public var firstRun: Int
        public var lastRun: Int
    }

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

        /// The sample of a turn, as part of run `run`.
        init(_ turn: TurnResult, run: Int) {
            self.run = run
            step = turn.step
            passed = turn.passed
            answerExpected = turn.answerExpected
            _latencyNs = Nullable(wrappedValue: turn.latencyNs)
            falseCutOff = turn.falseCutOff
            wordErrorRate = turn.wordErrorRate
            exact = turn.exact
            events = turn.events
            stagesNs = turn.stagesNs
        }
    }

    /// Keeps the samples of one result.
    ///
    /// - Throws: see ``init(name:of:)-(_,[BenchResult])``.
    public init(name: String, of result: BenchResult) throws(BenchError) {
        try self.init(name: name, of: [result])
    }

    /// Keeps the samples of `results`, each a session of its own. Machine, build and settings are those of the last
    /// one.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/invalid`` when a result was interrupted or cannot be trusted, and with
    ///   ``ExitCode/baseline`` when the results did not measure the same on the same machine.
    public init(name: String, of results: [BenchResult]) throws(BenchError) {
        guard let last = results.last else { throw BenchError(.usage, "a baseline needs a result") }
        for result in results { try Self.check(result) }
        self.name = name
        scenario = last.scenario
        assistant = last.assistant
        machine = last.machine
        inputs = last.inputs
        settings = last.settings
        measuredAt = last.startedAt
        samples = []
        sessions = []
        for result in results {
            let problems = self.problems(comparing: result)
            guard problems.isEmpty else { throw BenchError(.baseline, problems.joined(separator: "\n")) }
            guard result.machine.fingerprint == machine.fingerprint else {
                throw BenchError(.baseline, "the results come from different machines; a baseline belongs to one")
            }
            guard !sessions.contains(where: { $0.measuredAt == result.startedAt }) else {
                throw BenchError(.usage, "the result of \(result.startedAt) was given twice")
            }
            append(result)
        }
    }

    private static func check(_ result: BenchResult) throws(BenchError) {
        guard !result.interrupted else {
            throw BenchError(.invalid, "the result was interrupted; a baseline needs a complete one")
        }
        guard result.invalidReasons.isEmpty, result.runFailures.isEmpty, !result.turns.isEmpty else {
            let reasons = (result.invalidReasons + result.runFailures).joined(separator: "; ")
            throw BenchError(.invalid, "the result is invalid and cannot become a baseline: \(reasons)")
        }
    }

    private mutating func append(_ result: BenchResult) {
        let first = (sessions.last?.lastRun ?? 0) + 1
        let numbers = Set(result.turns.map(\.run)).sorted()
        let places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, first + $0) })
        samples += result.turns.map { Sample($0, run: places[$0.run] ?? first) }
        sessions.append(
            Session(measuredAt: result.startedAt, firstRun: first, lastRun: first + numbers.count - 1))
    }
}
