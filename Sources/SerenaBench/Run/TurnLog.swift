// What an assistant tells about its turns, kept with the time at which it was told.

import AssistantInterface
import Instrumentation
import Synchronization

/// Collects turn reports during a run.
final class TurnLog: TurnObserver {
    private let clock: any EngineClock
    private let turns = Mutex<[Int: ObservedTurn]>([:])

    init(clock: any EngineClock) {
        self.clock = clock
    }

    func turnBegan(_ turn: Int, at time: Instant) {
        turns.withLock { turns in
            if turns[turn] == nil { turns[turn] = ObservedTurn(number: turn, began: time) }
        }
    }

    func turn(_ turn: Int, heardPartial text: String, stable: Int, at time: Instant) {
        turns.withLock { turns in
            var observed = turns[turn] ?? ObservedTurn(number: turn, began: time)
            if observed.firstPartial == nil, !text.isEmpty { observed.firstPartial = time }
            turns[turn] = observed
        }
    }

    func turnEnded(_ report: TurnReport) {
        let now = clock.now
        turns.withLock { turns in
            var observed = turns[report.turn] ?? ObservedTurn(number: report.turn, began: now)
            observed.ended = now
            observed.report = report
            turns[report.turn] = observed
        }
    }

    /// Lets go of every turn that ended before `instant`, so that a long talk costs no more than a short one.
    func forget(before instant: Instant) {
        turns.withLock { turns in
            turns = turns.filter { ($0.value.ended ?? instant) >= instant }
        }
    }

    /// The turns that began at or after `begin`, in order.
    func turns(since begin: Instant) -> [ObservedTurn] {
        turns.withLock { turns in
            turns.values.filter { $0.began >= begin }.sorted { $0.number < $1.number }
        }
    }
}
