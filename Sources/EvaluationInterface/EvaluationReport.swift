// What an evaluation found: tables of figures, and the goals that they are held to.

/// The findings of one evaluation.
public struct EvaluationReport: Codable, Hashable, Sendable {
    /// Such as `voice-activity`.
    public var name: String
    public var title: String
    public var tables: [EvaluationTable] = []
    public var goals: [EvaluationGoal] = []
    /// What a reader must know to trust the figures: where the recordings come from, what was left out.
    public var notes: [String] = []

    public init(name: String, title: String) {
        self.name = name
        self.title = title
    }

    /// Whether no goal was missed.
    public var isMet: Bool { goals.allSatisfy(\.isMet) }
}

/// A table of figures, as text: each with its unit in the head of its column.
public struct EvaluationTable: Codable, Hashable, Sendable {
    public var title: String
    public var columns: [String]
    public var rows: [[String]]

    public init(title: String, columns: [String], rows: [[String]] = []) {
        self.title = title
        self.columns = columns
        self.rows = rows
    }
}

/// A goal and what was measured.
public struct EvaluationGoal: Codable, Hashable, Sendable {
    /// Such as `start of speech noticed, p95`.
    public var subject: String
    /// Such as `< 50 ms`.
    public var goal: String
    /// Such as `38 ms`.
    public var measured: String
    public var isMet: Bool

    public init(_ subject: String, goal: String, measured: String, isMet: Bool) {
        self.subject = subject
        self.goal = goal
        self.measured = measured
        self.isMet = isMet
    }
}
