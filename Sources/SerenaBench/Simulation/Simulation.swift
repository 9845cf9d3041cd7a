// Many random talks on the virtual clock.

import AssistantInterface
import Foundation
import Instrumentation

/// Holds random talks, as many at a time as there are cores.
struct Simulation: Sendable {
    let pool: [PreparedStep]
    let patience: Duration
    let settings: [String: [String]]
    let scenarioFolder: String
    let seed: UInt64
    let serviceTimes: ServiceTimes
    let makeAssistant: AssistantFactory

    /// Holds the talks with these numbers and gives their results in the order of the numbers.
    ///
    /// When the task is cancelled, no talk begins any more.
    func hold(
        _ numbers: Range<Int>, atOnce: Int, onTalk: @escaping @Sendable (SimulatedTalkResult) -> Void
    ) async throws -> [SimulatedTalkResult] {
        try await withThrowingTaskGroup(of: SimulatedTalkResult.self) { group in
            var results: [SimulatedTalkResult] = []
            var next = numbers.lowerBound
            func begin() {
                guard next < numbers.upperBound, !Task.isCancelled else { return }
                let number = next
                next += 1
                group.addTask { try await hold(number) }
            }
            for _ in 0..<max(1, atOnce) { begin() }
            while let result = try await group.next() {
                results.append(result)
                onTalk(result)
                begin()
            }
            return results.sorted { $0.number < $1.number }
        }
    }

    /// Holds one talk.
    func hold(_ number: Int) async throws -> SimulatedTalkResult {
        let talk = SimulatedTalk(seed: seed, number: number, poolSize: pool.count)
        let steps = talk.steps(from: pool)
        let (patience, settings, scenarioFolder, makeAssistant) = (patience, settings, scenarioFolder, makeAssistant)
        let source = ServiceTimeSource.drawn(from: serviceTimes, seed: talk.clockSeed)
        let clock = VirtualClock(serviceTimes: source)
        let (record, events) = try await clock.perform {
            var request = AssistantRequest(
                settings: settings, scenarioFolder: scenarioFolder, folder: nil, clock: clock, seed: talk.clockSeed)
            request.mayRememberSpeech = true
            let assistant = try await makeAssistant(request)
            let record = await ScenarioRunner(clock: clock).run(
                number: 1, steps: steps, patience: patience, assistant: assistant, onStep: { _ in })
            return (record, clock.record)
        }
        return Self.result(of: record, number: number, events)
    }

    private static func result(of record: RunRecord, number: Int, _ events: VirtualRecord) -> SimulatedTalkResult {
        var active: Set<Fault> = []
        let turns = record.steps.map { step -> SimulatedTalkResult.Turn in
            for fault in step.prepared.step.faults {
                active = active.filter { $0.recovery != fault }
                if fault.recovery != nil { active.insert(fault) }
            }
            let observation = step.observation
            return SimulatedTalkResult.Turn(
                step: step.prepared.step.id, active: active.sorted { $0.rawValue < $1.rawValue },
                outcome: SimulatedOutcome(of: step, active: active), latencyNs: observation.latency?.nanoseconds,
                answerExpected: step.prepared.step.expect.isAnswered, transcript: observation.transcript,
                response: observation.answeringTurn?.report?.response ?? "",
                problem: observation.turns.compactMap(\.report?.problem).first)
        }
        return SimulatedTalkResult(
            number: number, turns: turns, failure: record.failure, digest: events.digest, events: events.events,
            duration: .samples(record.pacingErrors.count, at: 100))
    }
}
