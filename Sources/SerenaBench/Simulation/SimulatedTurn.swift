// What became of one turn of a simulated talk: answered, failed by name, or failed without one.

import AssistantInterface
import Instrumentation

/// How a simulated turn ended.
enum SimulatedOutcome: Hashable {
    /// As it should be.
    case answered
    /// As it should be, though something failed and something else stood in; the name is that of the faults that hold.
    case survived(String)
    /// Not as it should be, and the assistant says why; the name is that of the faults that hold.
    case failedByName(String)
    /// Not as it should be, without a word about it.
    case unexplained(String)
}

extension SimulatedOutcome {
    /// Judges what was observed.
    ///
    /// What a sentence says depends on what was remembered before and on the network, which are random here; so intent, slots,
    /// route, and whether there is an answer are judged, and its words are not.
    ///
    /// - Parameter active: the faults that hold during the step.
    init(of record: StepRecord, active: Set<Fault>) {
        var step = record.prepared.step
        step.expect.response = []
        step.expect.latency = nil
        step.expect.wordErrorRate = nil
        let observation = record.observation
        let failures = TurnScoring.failures(step, observation)
        let problem = observation.turns.compactMap(\.report?.problem).first
        let names = active.map(\.rawValue).sorted().joined(separator: " and ")
        switch (failures.isEmpty, problem) {
        case (true, nil): self = .answered
        // A fault that nobody injected is a failure of the assistant, even if it has a name.
        case (_, let problem?) where active.isEmpty: self = .unexplained(problem)
        case (true, _?): self = .survived(names)
        case (false, _?): self = .failedByName(names)
        case (false, nil): self = .unexplained(failures.joined(separator: "; "))
        }
    }
}

/// One talk of a simulation, after it is over.
struct SimulatedTalkResult {
    struct Turn {
        let step: String
        let active: [Fault]
        let outcome: SimulatedOutcome
        let latencyNs: Int64?
        let answerExpected: Bool
        let transcript: String
        let response: String
        let problem: String?
    }

    let number: Int
    let turns: [Turn]
    /// Why the talk could not be held.
    let failure: String?
    let digest: String
    let events: Int
    let duration: Duration
}
