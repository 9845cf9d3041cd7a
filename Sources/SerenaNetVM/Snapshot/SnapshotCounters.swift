// What an execution has used so far, as a snapshot keeps it.

/// Counters that go on where they were, in the order in which a snapshot has them.
struct SnapshotCounters {
    var instructions: UInt64 = 0
    /// Nanoseconds computed.
    var time: UInt64 = 0
    /// The most bytes in use.
    var peak: UInt64 = 0
    /// Objects and bytes that were handed out, for each ``MemoryUse``.
    var handedOut = [UInt64](repeating: 0, count: MemoryUse.allCases.count * 2)
    var collector = CollectorFigures()

    /// No honest counter comes near: sums of many cannot overflow.
    static let limit: UInt64 = 1 << 48

    init() {}

    init(of machine: Machine) {
        instructions = machine.instructionsExecuted
        time = UInt64(clamping: machine.meter.elapsed.nanoseconds)
        peak = UInt64(clamping: machine.heap.peak)
        for index in handedOut.indices { handedOut[index] = UInt64(clamping: machine.heap.counts[index]) }
        collector = machine.heap.collector.pointee.figures
    }

    /// All of them, in their order.
    var numbers: [UInt64] {
        let counts = [collector.cycles, collector.fullCollections, collector.steps, collector.liveBytes]
        let times = [collector.longestFullCollection, collector.longestPause, collector.totalPause]
        return
            ([instructions, time, peak] + handedOut + counts.map(UInt64.init(clamping:))
            + times.map { UInt64(clamping: $0.nanoseconds) }).map { min($0, Self.limit) }
    }

    /// - Parameter numbers: as many as ``count``, each no more than ``limit``.
    init(_ numbers: [UInt64]) {
        (instructions, time, peak) = (numbers[0], numbers[1], numbers[2])
        let uses = handedOut.count
        handedOut = Array(numbers[3..<3 + uses])
        let rest = numbers[(3 + uses)...].map { Int($0) }
        collector.cycles = rest[0]
        collector.fullCollections = rest[1]
        collector.steps = rest[2]
        collector.liveBytes = rest[3]
        collector.longestFullCollection = .nanoseconds(rest[4])
        collector.longestPause = .nanoseconds(rest[5])
        collector.totalPause = .nanoseconds(rest[6])
    }

    static let count = SnapshotCounters().numbers.count
}
