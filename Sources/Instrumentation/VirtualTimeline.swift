// The agenda of a virtual clock: what is due when, and the thread that goes through it.

import Foundation

/// Goes from event to event. Either the stage, the thread that runs ``run()``, or one worker's thread is running; never two.
///
/// `@unchecked Sendable`: every stored property that changes is touched only while `condition` is locked, except `ledger`, which
/// belongs to whoever is running, and what is marked as the stage's.
final class VirtualTimeline: @unchecked Sendable {
    enum Event {
        /// The stage does something itself, which takes no time.
        case act(@Sendable () -> Void)
        /// A sleeper's deadline.
        case wake(UInt64)
        /// Work comes to a worker, which begins with it when it is free.
        case arrival(at: VirtualThread, @Sendable () -> Void)
        /// A worker goes on with the work that it was held in.
        case resumption(VirtualThread)
        /// A worker has finished a piece of work.
        case completion(VirtualThread)
    }

    private struct Entry {
        let time: Int64
        let sequence: UInt64
        let name: String
        let event: Event
    }

    private let condition = NSCondition()
    private let stageBaton = DispatchSemaphore(value: 0)
    private var agenda = Agenda<Entry>()
    private var sequence: UInt64 = 0
    private var time: Int64 = 0
    private var sleepers: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var cancelledBeforeAdded: Set<UInt64> = []
    private var lastSleeper: UInt64 = 0
    private var events = 0
    private var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    private var strayJobs = 0
    private var ledger: ServiceTimeLedger
    private var isClosed = false
    private let cores: Int
    /// Of the stage: heavy work that waits for a core, and how much of it is under way.
    private var waitingForCore: [VirtualThread] = []
    private var takenCores = 0
    /// The thread of ``run()``, set before the first event.
    private var stageThread: pthread_t?

    init(serviceTimes: ServiceTimeSource, cores: Int) {
        self.cores = max(1, cores)
        ledger = ServiceTimeLedger(serviceTimes)
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "virtual stage"
        thread.stackSize = 8 << 20
        thread.start()
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.signal()
        condition.unlock()
    }

    // MARK: What happens

    /// Puts an event where it belongs: at the caller's own time, or later.
    func schedule(_ event: Event, named name: String, at due: Int64? = nil) {
        let time = VirtualThread.current?.endStretch()
        condition.lock()
        if time == nil, stageThread.map({ pthread_equal($0, pthread_self()) == 0 }) ?? true { strayJobs += 1 }
        add(event, named: name, at: max(due ?? .min, time ?? self.time))
        condition.signal()
        condition.unlock()
    }

    /// Only while `condition` is locked.
    private func add(_ event: Event, named name: String, at time: Int64) {
        sequence += 1
        agenda.insert(Entry(time: time, sequence: sequence, name: name, event: event), at: time, sequence)
    }

    private func run() {
        condition.lock()
        stageThread = pthread_self()
        condition.unlock()
        while let entry = next() {
            switch entry.event {
            case .act(let act): act()
            case .wake(let id): takeSleeper(id)?.resume()
            case .arrival(let thread, let work): if thread.accept(work) { begin(thread) }
            case .resumption(let thread): handOver(to: thread)
            case .completion(let thread): complete(thread)
            }
        }
    }

    /// Lets a thread begin with a piece of work; a heavy one when there is a core for it.
    private func begin(_ thread: VirtualThread) {
        guard thread.isHeavy else { return handOver(to: thread) }
        waitingForCore.append(thread)
        beginNextHeavy()
    }

    private func complete(_ thread: VirtualThread) {
        if thread.isHeavy { takenCores -= 1 }
        if thread.finish() { begin(thread) }
        beginNextHeavy()
    }

    private func beginNextHeavy() {
        guard takenCores < cores, !waitingForCore.isEmpty else { return }
        takenCores += 1
        handOver(to: waitingForCore.removeFirst())
    }

    private func handOver(to thread: VirtualThread) {
        thread.takeBaton()
        stageBaton.wait()
    }

    /// Waits for the next event; nil once the clock and its workers are gone.
    private func next() -> Entry? {
        condition.lock()
        defer { condition.unlock() }
        while agenda.isEmpty, !isClosed { condition.wait() }
        guard let entry = agenda.removeFirst() else { return nil }
        time = entry.time
        note(entry)
        return entry
    }

    private func note(_ entry: Entry) {
        events += 1
        let kind: UInt8 =
            switch entry.event {
            case .act: 0
            case .wake: 1
            case .arrival: 2
            case .resumption: 3
            case .completion: 4
            }
        withUnsafeBytes(of: entry.time.littleEndian) { for byte in $0 { mix(byte) } }
        mix(kind)
        for byte in entry.name.utf8 { mix(byte) }
    }

    private func mix(_ byte: UInt8) {
        digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    // MARK: Time

    /// The time of the caller. Work on a worker is held until everybody else has come as far.
    func synchronizedTime() -> Int64 {
        guard let thread = VirtualThread.current else {
            condition.lock()
            defer { condition.unlock() }
            return time
        }
        let time = thread.endStretch()
        condition.lock()
        let isFirst = agenda.firstTime.map { $0 > time } ?? true
        if isFirst {
            self.time = time
            condition.unlock()
        } else {
            add(.resumption(thread), named: thread.name, at: time)
            condition.unlock()
            stageBaton.signal()
            thread.waitForBaton()
        }
        thread.beginStretch(at: time)
        return time
    }

    /// Gives the stage its turn again, in the middle of a piece of work that somebody else will let go on.
    func pause() {
        stageBaton.signal()
    }

    /// What the stretch that ends now takes on this clock. Only for the thread that is running.
    func serviceTime(of worker: String, measured: Int64, prolonged: Int64) -> Int64 {
        ledger.next(for: worker, measured: measured, prolonged: prolonged)
    }

    /// Gives the stage its turn again, after a piece of work.
    func returnBaton(whenFinished thread: VirtualThread, at time: Int64) {
        condition.lock()
        add(.completion(thread), named: thread.name, at: time)
        condition.unlock()
        stageBaton.signal()
    }

    /// The time of the event that is happening. Only for the stage, and for a thread that it has just handed over to.
    var currentTime: Int64 {
        condition.lock()
        defer { condition.unlock() }
        return time
    }

    // MARK: Sleepers

    func newSleeper() -> UInt64 {
        condition.lock()
        defer { condition.unlock() }
        lastSleeper += 1
        return lastSleeper
    }

    func addSleeper(_ id: UInt64, until deadline: Int64, _ continuation: CheckedContinuation<Void, Never>) {
        condition.lock()
        sleepers[id] = continuation
        let isCancelled = cancelledBeforeAdded.remove(id) != nil
        condition.unlock()
        schedule(.wake(id), named: "sleeper", at: isCancelled ? nil : deadline)
    }

    func cancelSleeper(_ id: UInt64) {
        condition.lock()
        let isAsleep = sleepers[id] != nil
        if !isAsleep { cancelledBeforeAdded.insert(id) }
        condition.unlock()
        if isAsleep { schedule(.wake(id), named: "sleeper") }
    }

    private func takeSleeper(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        condition.lock()
        defer { condition.unlock() }
        cancelledBeforeAdded.remove(id)
        return sleepers.removeValue(forKey: id)
    }

    // MARK: The record

    var record: VirtualRecord {
        condition.lock()
        defer { condition.unlock() }
        let digest = String(digest, radix: 16)
        return VirtualRecord(
            events: events, digest: String(repeating: "0", count: 16 - digest.count) + digest,
            serviceTimes: ledger.times, strayJobs: strayJobs, exhaustedWorker: ledger.exhausted)
    }
}
