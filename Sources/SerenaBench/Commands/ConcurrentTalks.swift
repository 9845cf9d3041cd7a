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
    /// Holds the talk of `plan`, once for each user, each with an assistant of its own; what came of all of them is one record.
    ///
    /// The encore, where there is one, is the first user's.
    func hold(
        _ plan: RunPlan, on clock: any EngineClock, onStep: @escaping @Sendable (StepRecord) -> Void
    ) async throws -> RunRecord {
        let users = plan.loaded.scenario.users
        guard users > 1 else { return try await holdOne(plan, on: clock, onStep: onStep) }
        return try await withThrowingTaskGroup(of: (Int, RunRecord).self) { group in
            for user in 1...users {
                var plan = plan
                plan.folder = try plan.folder.map { folder in
                    let own = "\(folder)/user-\(user)"
                    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
                    return own
                }
                plan.seed &+= UInt64(user - 1)
                if user > 1 { plan.steps = plan.loaded.steps(ofUser: user) }
                group.addTask { [plan] in (user, try await holdOne(plan, on: clock, onStep: onStep)) }
            }
            var records: [Int: RunRecord] = [:]
            for try await (user, record) in group { records[user] = record }
            return records.sorted { $0.key < $1.key }.reduce(into: RunRecord(number: plan.number)) { whole, part in
                whole.add(part.value, ofUser: part.key)
            }
        }
    }

    private func holdOne(
        _ plan: RunPlan, on clock: any EngineClock, onStep: @Sendable (StepRecord) -> Void
    ) async throws -> RunRecord {
        let scenario = plan.loaded.scenario
        let request = AssistantRequest(
            settings: scenario.assistant.merging(plan.assistantSettings) { $1 }, scenarioFolder: plan.loaded.folder,
            folder: plan.folder, clock: clock, seed: plan.seed)
        do {
            let assistant = PlantingAssistant(try await makeAssistant(request))
            return await ScenarioRunner(clock: clock).run(
                number: plan.number, steps: plan.steps, patience: scenario.patience, assistant: assistant,
                onStep: onStep)
        } catch let error as BenchError {
            throw error
        } catch {
            return RunRecord(number: plan.number, failure: "the assistant could not be made: \(error)")
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
