// What every evaluation is given, and what it must do.

import Foundation
import Instrumentation

/// What an evaluation works with.
public struct EvaluationContext: Sendable {
    /// The folder of the project, with its scenarios and models.
    public var home: URL
    public var clock: any EngineClock
    /// Decides everything random.
    public var seed: UInt64 = 1
    /// Whether a small part of the labelled set is enough, to see that all works; the figures then prove nothing.
    public var isQuick = false
    /// Told what is being worked on, and how much of it is done, from 0 to 1.
    public var progress: @Sendable (_ what: String, _ share: Double) -> Void

    public init(
        home: URL, clock: any EngineClock, progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.home = home
        self.clock = clock
        self.progress = progress
    }
}

/// Why an evaluation cannot be made, and what mends it.
public struct EvaluationError: Error, CustomStringConvertible, Sendable {
    public let reason: String
    /// The command or the change that helps, if there is one.
    public let remedy: String?

    public init(_ reason: String, remedy: String? = nil) {
        self.reason = reason
        self.remedy = remedy
    }

    public var description: String { remedy.map { "\(reason)\n  try: \($0)" } ?? reason }
}

/// One part of the engine, measured against its goals.
public protocol Evaluation: Sendable {
    /// Such as `voice-activity`.
    var name: String { get }
    /// One line that says what is measured.
    var summary: String { get }

    /// - Throws: ``EvaluationError`` when something that it needs is missing; cancellation.
    func run(_ context: EvaluationContext) async throws -> EvaluationReport
}
