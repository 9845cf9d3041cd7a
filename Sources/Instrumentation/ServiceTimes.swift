// How long work took, so that it can take as long again.

/// The service times of one run: what each worker's work took, stretch by stretch, in the order in which it was done.
///
/// A stretch ends where the work is over, or touches something that others see: it reads the clock, or hands a job to
/// another worker. A run that is given the times of an earlier one goes through the same events at the same times.
public struct ServiceTimes: Hashable, Codable, Sendable {
    /// Nanoseconds, by the name of the worker.
    public var stretchesNs: [String: [Int64]]

    public init(stretchesNs: [String: [Int64]] = [:]) {
        self.stretchesNs = stretchesNs
    }
}

/// Where a virtual clock takes the time that work takes from.
public enum ServiceTimeSource: Sendable {
    /// From the machine: each stretch takes as long as it really takes, and is recorded.
    case measured
    /// From an earlier run of the same thing.
    case recorded(ServiceTimes)
    /// From the times of an earlier run, drawn at random for each worker. The work itself may be done in another way, such as
    /// looking up what was recognised before.
    case drawn(from: ServiceTimes, seed: UInt64)
}

/// Gives the time that the next stretch of a worker takes, and keeps it.
struct ServiceTimeLedger {
    private let source: ServiceTimeSource
    private var generators: [String: SeededGenerator] = [:]
    private var positions: [String: Int] = [:]
    private(set) var times = ServiceTimes()
    /// The worker whose recorded times did not suffice; nil while all do.
    private(set) var exhausted: String?

    init(_ source: ServiceTimeSource) {
        self.source = source
    }

    /// Whether what the machine really takes counts.
    var isMeasuring: Bool {
        if case .measured = source { return true }
        return false
    }

    /// - Parameters:
    ///   - measured: what the stretch really took, in nanoseconds.
    ///   - prolonged: what it is to take in addition.
    mutating func next(for worker: String, measured: Int64, prolonged: Int64) -> Int64 {
        let time =
            switch source {
            case .measured: measured &+ prolonged
            case .recorded(let times): recorded(times, worker)
            case .drawn(let times, let seed): drawn(times, seed, worker) &+ prolonged
            }
        times.stretchesNs[worker, default: []].append(time)
        return max(0, time)
    }

    private mutating func recorded(_ times: ServiceTimes, _ worker: String) -> Int64 {
        let position = positions[worker, default: 0]
        positions[worker] = position + 1
        guard let stretches = times.stretchesNs[worker], position < stretches.count else {
            exhausted = exhausted ?? worker
            return 0
        }
        return stretches[position]
    }

    private mutating func drawn(_ times: ServiceTimes, _ seed: UInt64, _ worker: String) -> Int64 {
        guard let stretches = times.stretchesNs[worker], !stretches.isEmpty else { return 0 }
        // A sequence of its own for each worker, so that one that works more does not change the others' times.
        let nameSum = worker.utf8.reduce(UInt64(5_381)) { $0 &* 33 &+ UInt64($1) }
        var generator = generators[worker] ?? SeededGenerator(seed: seed ^ nameSum)
        defer { generators[worker] = generator }
        return stretches[Int.random(in: 0..<stretches.count, using: &generator)]
    }
}
