// The talks that suites measure with: long ones, many at once, with something taken away. The only part of suites that runs anything.

import AssistantInterface
import Foundation
import Instrumentation
import Synchronization

/// What a long talk left behind, turn by turn.
struct LongTalk: Sendable {
    /// One turn of a long talk.
    struct Turn: Sendable {
        var result: TurnResult
        /// Files, sockets and pipes open at its end.
        var openDescriptors: Int?
        /// Turns that the assistant had begun and not ended when the step was over.
        var unfinished: Int
        /// How late the frames of the turn were, at most.
        var latestFrame: Duration
    }

    var turns: [Turn]
    var failure: String?
    var duration: Duration
}

extension BenchEnvironment {
    /// One talk of one user, from the start of a fresh assistant to its end: what every measurement of a suite is made of.
    func suiteTalk(
        _ loaded: LoadedScenario, steps: [PreparedStep], number: Int, on clock: any EngineClock, folder: RunFolder,
        onStep: @escaping @Sendable (StepRecord) -> Void = { _ in }
    ) async throws -> RunRecord {
        let request = AssistantRequest(
            settings: loaded.scenario.assistant, scenarioFolder: loaded.folder,
            folder: try folder.makeAssistantFolder(run: number), clock: clock,
            seed: loaded.scenario.seed &+ UInt64(max(0, number)))
        let assistant: any Assistant
        do {
            assistant = try await makeAssistant(request)
        } catch {
            return RunRecord(number: number, failure: "the assistant could not be made: \(error)")
        }
        let record = await ScenarioRunner(clock: clock).run(
            number: number, steps: steps, patience: loaded.scenario.patience, assistant: assistant, onStep: onStep)
        guard !record.isInterrupted, !Task.isCancelled else { throw BenchError(.invalid, "the suite was interrupted") }
        return record
    }

    /// One assistant that hears `steps` over and over.
    func longTalk(
        _ loaded: LoadedScenario, rounds: Int, number: Int, on runClock: RunClock = .realtime, folder: RunFolder
    ) async throws -> LongTalk {
        let collected = Mutex<[LongTalk.Turn]>([])
        let begin = clock.now
        let (record, _) = try await runClock.perform(realtime: clock) { clock in
            try await suiteTalk(
                loaded, steps: Self.repeated(loaded.steps, rounds: rounds), number: number, on: clock, folder: folder
            ) { step in
                let turn = LongTalk.Turn(
                    result: TurnResult(step, run: number), openDescriptors: ProcessUsage.openDescriptors(),
                    unfinished: step.observation.turns.count { $0.ended == nil },
                    latestFrame: .nanoseconds(step.pacingErrors.max() ?? 0))
                collected.withLock { $0.append(turn) }
            }
        }
        return LongTalk(turns: collected.withLock(\.self), failure: record.failure, duration: clock.now - begin)
    }

    /// `users` talks at once, each with an assistant of its own; they all begin at the same time, which is the hardest.
    func simultaneousTalks(
        _ loaded: LoadedScenario, users: Int, firstNumber: Int, on runClock: RunClock = .realtime, folder: RunFolder
    ) async throws -> [RunRecord] {
        try await runClock.perform(realtime: clock) { clock in
            try await withThrowingTaskGroup(of: RunRecord.self) { group in
                for user in 0..<users {
                    group.addTask {
                        try await suiteTalk(
                            loaded, steps: loaded.steps, number: firstNumber + user, on: clock, folder: folder)
                    }
                }
                var records: [RunRecord] = []
                for try await record in group { records.append(record) }
                return records.sorted { $0.number < $1.number }
            }
        }.value
    }

    /// The steps `rounds` times over. Names stay unique, because steps refer to each other by name.
    static func repeated(_ steps: [PreparedStep], rounds: Int) -> [PreparedStep] {
        (0..<max(1, rounds)).flatMap { round in
            steps.map { prepared in
                var step = prepared.step
                step.id = "\(step.id)+\(round + 1)"
                step.after = step.after.map { "\($0)+\(round + 1)" }
                return PreparedStep(step: step, utterance: prepared.utterance)
            }
        }
    }

    /// The steps with the network taken away at the first answered one and given back at the next.
    static func withoutNetwork(_ steps: [PreparedStep]) -> [PreparedStep] {
        var faults: [Fault] = [.networkDown, .networkUp]
        return steps.map { prepared in
            var step = prepared.step
            step.faults = step.expect.isAnswered && !faults.isEmpty ? [faults.removeFirst()] : []
            return PreparedStep(step: step, utterance: prepared.utterance)
        }
    }
}
