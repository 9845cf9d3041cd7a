// Whether the demo is ready: what the readiness part of a result holds.

/// The verdict over a demo, and everything that it rests on.
public struct Readiness: Codable, Hashable, Sendable {
    public enum Verdict: String, CaseIterable, Codable, Sendable {
        case ready = "READY"
        case readyWithRisks = "READY WITH RISKS"
        case notReady = "NOT READY"
        case notProven = "NOT PROVEN"
        case invalid = "INVALID"
    }

    /// The verdict of the worst gate.
    public var verdict: Verdict
    /// In the order A to D.
    public var gates: [ReadinessGate]
    public var confidence: ShowConfidence
    public var checklist: [ChecklistItem]
    /// The one that would save most first.
    public var recommendations: [Recommendation]
    /// Steps and fall-backs that the show runs a risk with, in words.
    public var risks: [String]
    /// What the verdict holds for; it expires when one of these changes. By name: code, model, settings, machine, audio device.
    public var holdsFor: [String: String]
    /// Runs that would still be needed to prove what is not proven; null when nothing is open, or when no number is known.
    @Nullable public var runsToProve: Int?
}

/// One of the layered gates. A good figure in one never makes up for a failure in another.
public struct ReadinessGate: Codable, Hashable, Sendable {
    public enum State: String, CaseIterable, Codable, Sendable {
        case passed
        case passedWithRisks = "passed with risks"
        case failed
        case notProven = "not proven"
        /// There was nothing to judge, such as no baseline; it does not stand in the way.
        case notJudged = "not judged"
    }

    /// `A` validity, `B` must pass, `C` budget, `D` regression.
    public var id: String
    public var name: String
    public var state: State
    public var causes: [ReadinessCause]
}

/// Why a gate is not simply passed, with everything that is needed to see it again.
public struct ReadinessCause: Codable, Hashable, Sendable {
    public var text: String
    @Nullable public var step: String?
    /// Counted from 1.
    @Nullable public var run: Int?
    /// The recording, relative to the scenario's folder.
    @Nullable public var recording: String?
    /// Where in the recording the user had finished.
    @Nullable public var offsetNs: Int64?
    /// The command that brings it about again.
    @Nullable public var replay: String?
}

/// How probable it is, at least, that the whole next show succeeds.
public struct ShowConfidence: Codable, Hashable, Sendable {
    public var runs: Int
    /// Runs in which nothing failed.
    public var cleanRuns: Int
    /// 0.95.
    public var level: Double
    /// The lower bound of the probability.
    public var lowerBound: Double
    /// The formula with its numbers.
    public var formula: String
}

/// One line of the checklist.
public struct ChecklistItem: Codable, Hashable, Sendable {
    public enum State: String, CaseIterable, Codable, Sendable {
        case ok, warning, failed
        /// Only a person can see it.
        case askPerson = "ask a person"
    }

    public var name: String
    public var state: State
    public var detail: String
    /// The command or the action that mends it.
    @Nullable public var remedy: String?
}

/// Something that would make the demo faster or safer, with the figure behind it.
public struct Recommendation: Codable, Hashable, Sendable {
    public var text: String
    /// The time that it would save at the slowest turns; null where it is not about time.
    @Nullable public var savesNs: Int64?
    /// The figure of this result that backs it.
    public var evidence: String
}
