// What every evaluation is given, and the list of them.

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

/// One part of hearing or speaking, measured on a labelled set.
public protocol Evaluation: Sendable {
    /// Such as `voice-activity`.
    var name: String { get }
    /// One line that says what is measured.
    var summary: String { get }

    /// - Throws: ``EvaluationError`` when something that it needs is missing; cancellation.
    func run(_ context: EvaluationContext) async throws -> EvaluationReport
}

/// Every evaluation, by name.
public enum Evaluations {
    public static let all: [any Evaluation] = [
        VoiceActivityEvaluation(), RecognitionEvaluation(), IntentEvaluation(), PredictionEvaluation(),
        VoiceProfileEvaluation(), WakeWordEvaluation(), BargeInEvaluation(), OwnVoiceEvaluation(),
        SynthesisEvaluation(), DocumentEvaluation(), CompilerEvaluation(),
    ]
    /// What fits the constants of a part anew. They take minutes, and have no goals.
    public static let trainings: [any Evaluation] = [BlendTraining(), BargeInTraining()]

    public static func named(_ name: String) -> (any Evaluation)? {
        (all + trainings).first { $0.name == name }
    }
}
