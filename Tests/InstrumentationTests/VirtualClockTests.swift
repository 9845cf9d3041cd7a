// What the virtual clock promises: the order and the times of events, whatever the machine does.

import Foundation
import Synchronization
import Testing

@testable import Instrumentation

@Suite(.timeLimit(.minutes(1))) struct VirtualClockTests {
    /// Notes from several workers, in the order in which they were made.
    private final class Notes: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private static func milliseconds(_ clock: VirtualClock) -> Int64 { clock.now.nanoseconds / 1_000_000 }

    /// Work takes exactly what it states.
    private static func exactClock() -> VirtualClock {
        VirtualClock(serviceTimes: .drawn(from: ServiceTimes(), seed: 1))
    }

    @Test func anHourOfWaitingTakesNoTime() async throws {
        let clock = VirtualClock()
        let waited = try await clock.perform {
            let start = clock.now
            await clock.sleep(until: start + .seconds(3_600))
            return clock.now - start
        }
        #expect(waited == .seconds(3_600))
    }

    @Test func sleepersWakeInTheOrderOfTheirDeadlines() async throws {
        let clock = VirtualClock()
        let notes = Notes()
        try await clock.perform {
            await withTaskGroup(of: Void.self) { group in
                for milliseconds in [30, 10, 20, 10] {
                    group.addTask {
                        await clock.sleep(until: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
                        notes.add("\(milliseconds) at \(Self.milliseconds(clock))")
                    }
                }
            }
        }
        #expect(notes.all == ["10 at 10", "10 at 10", "20 at 20", "30 at 30"])
    }

    @Test func workTakesItsTimeAndWaitsForABusyWorker() async throws {
        let clock = Self.exactClock()
        let worker = clock.makeWorker(named: "worker")
        let notes = Notes()
        try await clock.perform {
            worker.submit {
                clock.prolong(by: .milliseconds(50))
                notes.add("first until \(Self.milliseconds(clock))")
            }
            await clock.sleep(until: Instant(nanoseconds: 20_000_000))
            notes.add("asked at \(Self.milliseconds(clock))")
            try await worker.run { clock.prolong(by: .milliseconds(5)) }
            notes.add("second until \(Self.milliseconds(clock))")
        }
        #expect(notes.all == ["asked at 20", "first until 50", "second until 55"])
    }

    @Test(arguments: [(1, "heavy1 until 100"), (2, "heavy1 until 50")])
    func heavyWorkWaitsForACoreAndOrdinaryWorkGoesAhead(cores: Int, last: String) async throws {
        let clock = VirtualClock(serviceTimes: .drawn(from: ServiceTimes(), seed: 1), cores: cores)
        let heavy = (0..<2).map { clock.makeWorker(named: "heavy\($0)", precedence: .yielding) }
        let ordinary = clock.makeWorker(named: "ordinary")
        let notes = Notes()
        try await clock.perform {
            for (index, worker) in heavy.enumerated() {
                worker.submit {
                    clock.prolong(by: .milliseconds(50))
                    notes.add("heavy\(index) until \(Self.milliseconds(clock))")
                }
            }
            ordinary.submit {
                clock.prolong(by: .milliseconds(10))
                notes.add("ordinary until \(Self.milliseconds(clock))")
            }
            for worker in heavy { try await worker.run {} }
        }
        #expect(notes.all == ["ordinary until 10", "heavy0 until 50", last])
    }

    @Test func workThatReadsTheClockUnderALockDoesNotShutOthersOutForEver() async throws {
        let clock = Self.exactClock()
        let lock = WorkLock()
        let workers = (0..<3).map { clock.makeWorker(named: "worker\($0)") }
        let notes = Notes()
        try await clock.perform {
            for (index, worker) in workers.enumerated() {
                worker.submit {
                    lock.withLock {
                        for _ in 0..<2 {
                            clock.prolong(by: .milliseconds(10))
                            notes.add("\(index) at \(Self.milliseconds(clock))")
                        }
                    }
                }
            }
            // Somebody else goes on meanwhile.
            for _ in 0..<100 { await clock.sleep(until: clock.now + .milliseconds(1)) }
            for worker in workers { try await worker.run {} }
        }
        #expect(notes.all.count == 6)
        // One after the other, nobody in between.
        let order = notes.all.compactMap(\.first)
        #expect(order[0] == order[1] && order[2] == order[3] && order[4] == order[5])
        #expect(notes.all.last?.hasSuffix(" at 60") == true, "\(notes.all)")
    }

    @Test func workIsHeldWhereItTouchesTheOutside() async throws {
        let clock = Self.exactClock()
        let (slow, quick) = (clock.makeWorker(named: "slow"), clock.makeWorker(named: "quick"))
        let notes = Notes()
        try await clock.perform {
            slow.submit {
                for _ in 0..<3 {
                    clock.prolong(by: .milliseconds(10))
                    notes.add("slow \(Self.milliseconds(clock))")
                }
            }
            quick.submit {
                for _ in 0..<3 {
                    clock.prolong(by: .milliseconds(7))
                    notes.add("quick \(Self.milliseconds(clock))")
                }
            }
            await clock.sleep(until: Instant(nanoseconds: 100_000_000))
        }
        #expect(notes.all == ["quick 7", "slow 10", "quick 14", "slow 20", "quick 21", "slow 30"])
    }

    @Test func measuredWorkTakesWhatItReallyTook() async throws {
        let clock = VirtualClock()
        let worker = clock.makeWorker(named: "worker")
        let took = try await clock.perform {
            let start = clock.now
            // Stands for work that takes real time; at least so long, and how much longer does not matter.
            try await worker.run { Thread.sleep(forTimeInterval: 0.02) }
            return clock.now - start
        }
        #expect(took >= .milliseconds(20) && took < .seconds(5))
        #expect(clock.record.serviceTimes.stretchesNs["worker"]?.isEmpty == false)
    }

    @Test func aCancelledSleepEndsAtOnce() async throws {
        let clock = VirtualClock()
        let end = try await clock.perform {
            let sleeper = Task(executorPreference: clock.makeWorker(named: "sleeper", precedence: .immediate)) {
                await clock.sleep(until: Instant(nanoseconds: 1_000_000_000))
                return clock.now
            }
            await clock.sleep(until: Instant(nanoseconds: 5_000_000))
            sleeper.cancel()
            return await sleeper.value
        }
        #expect(end == Instant(nanoseconds: 5_000_000))
    }

    @Test func cancellingTheCallerCancelsTheBody() async throws {
        let clock = VirtualClock()
        let task = Task {
            try await clock.perform {
                while !Task.isCancelled { await clock.sleep(until: clock.now + .milliseconds(10)) }
                return "ended"
            }
        }
        task.cancel()
        #expect(try await task.value == "ended")
    }

    /// Workers with work of random length that hand work to each other.
    private static func scramble(on clock: VirtualClock) async throws -> VirtualRecord {
        let workers = (0..<4).map { clock.makeWorker(named: "worker\($0)") }
        return try await clock.perform {
            var generator = SeededGenerator(seed: 7)
            for _ in 0..<200 {
                let (first, second) = (workers[Int.random(in: 0..<4, using: &generator)], workers[0])
                let rounds = Int.random(in: 0..<100, using: &generator)
                first.submit {
                    var sum = 0
                    for number in 0..<rounds { sum &+= number ^ clock.now.nanoseconds.trailingZeroBitCount }
                    let total = sum
                    second.submit { _ = total }
                }
                await clock.sleep(until: clock.now + .microseconds(Int.random(in: 0..<400, using: &generator)))
            }
            for worker in workers { try await worker.run {} }
            return clock.record
        }
    }

    @Test func recordedServiceTimesRepeatEveryEvent() async throws {
        let first = try await Self.scramble(on: VirtualClock())
        for _ in 0..<3 {
            let again = try await Self.scramble(on: VirtualClock(serviceTimes: .recorded(first.serviceTimes)))
            #expect(again.digest == first.digest && again.events == first.events)
            #expect(again.serviceTimes == first.serviceTimes && again.exhaustedWorker == nil)
        }
        // Only the beginning of the body comes from outside.
        #expect(first.strayJobs == 1)
    }

    @Test func aRecordThatEndsTooSoonIsNoticed() async throws {
        let record = try await Self.scramble(on: VirtualClock(serviceTimes: .recorded(ServiceTimes())))
        #expect(record.exhaustedWorker != nil)
    }

    @Test func drawnTimesDependOnTheSeedAlone() async throws {
        let times = try await Self.scramble(on: VirtualClock()).serviceTimes
        func digest(_ seed: UInt64) async throws -> String {
            try await Self.scramble(on: VirtualClock(serviceTimes: .drawn(from: times, seed: seed))).digest
        }
        let (first, again, other) = (try await digest(1), try await digest(1), try await digest(2))
        #expect(first == again && first != other)
    }

    @Test func manyClocksComeAndGo() async throws {
        for _ in 0..<200 {
            let clock = VirtualClock()
            let worker = clock.makeWorker(named: "worker")
            #expect(try await clock.perform { try await worker.run { 1 } } == 1)
        }
    }
}
