// How much work may be done in vain.

import Instrumentation

/// Bounds the work that turns out not to have been wanted, to a share of a core.
///
/// A bucket of time that fills at ``share`` and is emptied by what was wasted (the token bucket of J. Turner, *New directions in communications*,
/// IEEE Communications Magazine, 1986). Work that was wanted costs nothing.
struct SpeculationBudget: Sendable {
    /// Of one core, 0 to 1.
    let share: Double
    /// What can be wasted at once after a long time without waste.
    static let depth = Duration.seconds(2)

    private var level = Self.depth
    private var filledAt: Instant?

    init(share: Double) {
        self.share = min(max(share.isFinite ? share : 0, 0), 1)
    }

    /// Whether something may be tried at `now`.
    mutating func allows(at now: Instant) -> Bool {
        fill(at: now)
        return share > 0 && level > .zero
    }

    /// Takes account of work that was in vain.
    mutating func waste(_ time: Duration, at now: Instant) {
        fill(at: now)
        level -= max(.zero, time)
    }

    private mutating func fill(at now: Instant) {
        if let filledAt, now > filledAt { level = min(Self.depth, level + (now - filledAt) * share) }
        filledAt = max(filledAt ?? now, now)
    }
}
