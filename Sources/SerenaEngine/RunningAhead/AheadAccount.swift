// What is done ahead of the endpoint in a turn, and what becomes of it.

import AssistantInterface
import Instrumentation

/// Keeps the answer that is being prepared, decides whether another may be, and counts what was in vain.
struct AheadAccount: Sendable {
    private var budget: SpeculationBudget
    private(set) var prepared: PreparedAnswer?
    private var turn = Speculation()

    /// - Parameter share: of a core that may be wasted, 0 to 1.
    init(share: Double) {
        budget = SpeculationBudget(share: share)
    }

    /// Whether an answer may be prepared at `now`.
    mutating func allowsMore(at now: Instant) -> Bool {
        budget.allows(at: now)
    }

    /// Keeps `answer`; gives the one that it takes the place of.
    mutating func keep(_ answer: PreparedAnswer?) -> PreparedAnswer? {
        defer { prepared = answer }
        return prepared
    }

    /// Takes account of `time` of work that was in vain.
    mutating func wasted(_ time: Duration, at now: Instant) {
        budget.waste(time, at: now)
        turn.wasted += 1
        turn.wastedCPU += time
    }

    mutating func used() {
        turn.used += 1
    }

    /// What was counted since the last turn.
    mutating func takeTurn() -> Speculation {
        defer { turn = Speculation() }
        return turn
    }
}
