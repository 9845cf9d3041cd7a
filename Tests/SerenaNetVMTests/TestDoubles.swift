// A clock and hosts for tests.

import Instrumentation
import SerenaNetVM
import Synchronization

/// A clock that goes on by `step` each time it is read, so that time passes the same on every machine.
final class SteppingClock: EngineClock {
    private let step: Duration
    private let reading = Mutex(Instant(nanoseconds: 0))

    init(step: Duration = .zero) {
        self.step = step
    }

    var now: Instant {
        reading.withLock { reading in
            defer { reading = reading + step }
            return reading
        }
    }

    func sleep(until deadline: Instant) async {
        reading.withLock { $0 = max($0, deadline) }
    }

    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker {
        WorkerThread(name: name)
    }

    func prolong(by duration: Duration) {
        reading.withLock { $0 = $0 + duration }
    }
}

/// Remembers in a dictionary and writes down everything that is asked of it.
final class RecordingHost: VMHost {
    struct Refusal: Error, CustomStringConvertible {
        let description = "the disk is full"
    }

    private let memory: Mutex<[String: String]>
    private let log = Mutex<[HostRequest]>([])
    private let refusesWriting: Bool

    init(memory: [String: String] = [:], refusesWriting: Bool = false) {
        self.memory = Mutex(memory)
        self.refusesWriting = refusesWriting
    }

    var requests: [HostRequest] { log.withLock { $0 } }

    func say(_ text: String) async {
        log.withLock { $0.append(.say(text)) }
    }

    func remember(key: String, value: String) async throws {
        log.withLock { $0.append(.remember(key: key, value: value)) }
        if refusesWriting { throw Refusal() }
        memory.withLock { $0[key] = value }
    }

    func recall(key: String) async throws -> String? {
        log.withLock { $0.append(.recall(key: key)) }
        return memory.withLock { $0[key] }
    }
}

/// A clock that stands still until it is told to go on.
final class AdjustableClock: EngineClock {
    private let reading = Mutex(Instant(nanoseconds: 0))

    var now: Instant { reading.withLock { $0 } }

    func advance(by duration: Duration) {
        reading.withLock { $0 = $0 + duration }
    }

    func sleep(until deadline: Instant) async {
        reading.withLock { $0 = max($0, deadline) }
    }

    func prolong(by duration: Duration) {
        advance(by: duration)
    }

    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker {
        WorkerThread(name: name)
    }
}
