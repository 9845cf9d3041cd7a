// A clock for what takes no notice of time.

import Instrumentation

struct StoppedClock: EngineClock {
    var now: Instant { Instant(nanoseconds: 0) }
    func sleep(until deadline: Instant) async {}
    func prolong(by duration: Duration) {}
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker {
        WorkerThread(name: name, precedence: precedence)
    }
}
