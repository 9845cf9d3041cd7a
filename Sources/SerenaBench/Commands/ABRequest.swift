// What `serena-bench ab` was asked for.

import Foundation

/// Two sides of a paired comparison, and how they are measured.
public struct ABRequest: Sendable {
    /// What sets a side apart.
    public enum Side: Hashable, Sendable {
        /// Settings of the assistant that take the place of the scenario's.
        case settings([String: [String]])
        /// Another build: a command that takes `run SCENARIO --runs 1 --output FOLDER`.
        case command(String)

        /// As it is shown.
        var label: String {
            switch self {
            case .settings(let settings):
                settings.isEmpty
                    ? "as the scenario says"
                    : settings.sorted { $0.key < $1.key }.map { "\($0)=\($1.joined(separator: ","))" }
                        .joined(separator: " ")
            case .command(let command): command
            }
        }
    }

    /// A path, or the name of a scenario.
    public var scenario: String
    public var a: Side
    public var b: Side
    /// Pairs before the first look.
    public var pairs: Int
    /// Uncounted runs of each side before the first pair.
    public var warmup: Int
    public var seed: UInt64?
    /// The folder of the report; nil is a new one below `Reports`.
    public var output: String?
    public var pacingLimit: Duration
    public var clock = RunClock.realtime
    /// Whether pairs may be added once when the first look cannot tell.
    public var extends: Bool
    public var reportsImprovement: Bool
    /// Whether `ab.json` goes to the standard output as well.
    public var printsJSON: Bool

    /// An extension makes a comparison at most this many times as long.
    static let longestExtension = 3

    public init(
        scenario: String, a: Side, b: Side, pairs: Int = 20, warmup: Int = 1, seed: UInt64? = nil,
        output: String? = nil,
        pacingLimit: Duration = RunRequest.standardPacingLimit, extends: Bool = true, reportsImprovement: Bool = false,
        printsJSON: Bool = false
    ) {
        self.scenario = scenario
        self.a = a
        self.b = b
        self.pairs = pairs
        self.warmup = warmup
        self.seed = seed
        self.output = output
        self.pacingLimit = pacingLimit
        self.extends = extends
        self.reportsImprovement = reportsImprovement
        self.printsJSON = printsJSON
    }

    /// Reads `KEY=VALUE`s. A key that occurs more than once has several values.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` for anything else.
    public static func settings(_ pairs: [String]) throws(BenchError) -> Side {
        var settings: [String: [String]] = [:]
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw BenchError(.usage, "'\(pair)' is no setting; write it like recognizer=moonshine")
            }
            settings[String(parts[0]), default: []].append(String(parts[1]))
        }
        return .settings(settings)
    }
}
