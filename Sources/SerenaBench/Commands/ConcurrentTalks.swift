// One run of a scenario: one talk, or several at once for several users.

import AssistantInterface
import Foundation
import Instrumentation

extension LoadedScenario {
    /// How much later each user begins than the one before, so that their turns fall beside and upon each other.
    static let stagger = Duration.milliseconds(370)

    /// The steps of one of several users, counted from 1. From the second on, ids carry the number: `greeting@2`.
    func steps(ofUser user: Int) -> [PreparedStep] {
        guard user > 1 else { return steps }
        return steps.enumerated().map { index, step in
            let renamed = step.renamed(by: "@\(user)", keepingTimes: true)
            return index == 0 ? renamed.delayed(by: Self.stagger * (user - 1)) : renamed
        }
    }
}

extension BenchEnvironment {
    /// Holds the talk, once for each user, each with an assistant of its own; what came of all of them is one record.
    func talk(
        _ loaded: LoadedScenario, number: Int, _ runner: ScenarioRunner, _ request: AssistantRequest,
        onStep: @escaping @Sendable (StepRecord) -> Void
    ) async throws -> RunRecord {
        let patience = loaded.scenario.patience
        guard loaded.scenario.users > 1 else {
            let assistant = try await makeAssistant(request)
            return await runner.run(
                number: number, steps: loaded.steps, patience: patience, assistant: assistant, onStep: onStep)
        }
        let (clock, makeAssistant) = (clock, makeAssistant)
        return try await withThrowingTaskGroup(of: (Int, RunRecord).self) { group in
            for user in 1...loaded.scenario.users {
                var request = request
                request.folder += "/user-\(user)"
                request.seed &+= UInt64(user - 1)
                try FileManager.default.createDirectory(atPath: request.folder, withIntermediateDirectories: true)
                group.addTask { [request] in
                    let assistant = try await makeAssistant(request)
                    let record = await ScenarioRunner(clock: clock).run(
                        number: number, steps: loaded.steps(ofUser: user), patience: patience, assistant: assistant,
                        onStep: onStep)
                    return (user, record)
                }
            }
            var records: [Int: RunRecord] = [:]
            for try await (user, record) in group { records[user] = record }
            return records.sorted { $0.key < $1.key }.reduce(into: RunRecord(number: number)) { whole, part in
                whole.add(part.value, ofUser: part.key)
            }
        }
    }
}

extension RunRecord {
    fileprivate mutating func add(_ other: RunRecord, ofUser user: Int) {
        steps += other.steps
        pacingErrors += other.pacingErrors
        identity = identity ?? other.identity
        isInterrupted = isInterrupted || other.isInterrupted
        if failure == nil { failure = other.failure.map { "user \(user): \($0)" } }
    }
}
