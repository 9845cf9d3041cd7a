// What the real-time clock and its workers promise; nothing here depends on how fast the machine is.

import Foundation
import Testing

@testable import Instrumentation

@Suite struct RealtimeClockTests {
    @Test func sleepEndsNoEarlierThanItsDeadline() async {
        let clock = RealtimeClock()
        for milliseconds in [0, 1, 5, 20] {
            let deadline = clock.now + .milliseconds(milliseconds)
            await clock.sleep(until: deadline)
            #expect(clock.now >= deadline)
        }
    }

    @Test func deadlineInThePastEndsAtOnceAndManySleepersAllWake() async {
        let clock = RealtimeClock()
        let start = clock.now
        await clock.sleep(until: Instant(nanoseconds: -1))
        let woken = await withTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask {
                    await clock.sleep(until: start + .milliseconds(number % 7))
                    return number
                }
            }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(woken.count == 50)
    }

    @Test(.timeLimit(.minutes(1))) func cancelledSleepEndsEarly() async {
        let clock = RealtimeClock()
        let sleeper = Task { await clock.sleep(until: clock.now + .seconds(600)) }
        await clock.sleep(until: clock.now + .milliseconds(5))
        sleeper.cancel()
        await sleeper.value
        let late = Task { await clock.sleep(until: clock.now + .seconds(600)) }
        late.cancel()
        await late.value
    }

    @Test func workerKeepsTheOrderAndPassesErrorsOn() async throws {
        struct Refused: Error {}
        let worker = RealtimeClock().makeWorker(named: "test")
        let log = Log()
        let work = (0..<20).map { number in { @Sendable in log.append(number) } }
        for piece in work { try await worker.run(piece) }
        #expect(log.numbers == Array(0..<20))
        await #expect(throws: Refused.self) { try await worker.run { throw Refused() } }
    }

    @Test func actorOnAWorkerThreadRunsThere() async throws {
        let bound = ThreadBound()
        let first = await bound.currentThread()
        #expect(try await bound.thread.run { ObjectIdentifier(Thread.current) } == first)
        #expect(await bound.currentThread() == first)
    }
}

private actor ThreadBound {
    let thread = WorkerThread(name: "bound")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    func currentThread() -> ObjectIdentifier { ObjectIdentifier(Thread.current) }
}

/// `@unchecked Sendable`: the worker under test runs one piece of work at a time, and the test reads after awaiting all.
private final class Log: @unchecked Sendable {
    private(set) var numbers: [Int] = []
    func append(_ number: Int) { numbers.append(number) }
}
