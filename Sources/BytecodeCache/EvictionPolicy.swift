// Which program makes room for others when the memory is full.

/// What decides the rank of a program in memory; the lowest goes first.
public enum EvictionPolicy: String, CaseIterable, Sendable {
    /// GreedyDual-Size with frequency: rank = floor + uses · cost / size, where the floor is the rank of what went last, so that programs age by
    /// standing still while it rises (Cherkasova, "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy", HP Labs 1998).
    case greedyDualSizeFrequency
    /// What was not used for the longest time goes first: the yardstick.
    case leastRecentlyUsed

    /// - Parameters:
    ///   - floor: the rank of the program that was evicted last.
    ///   - uses: how often the program was asked for since it is kept.
    ///   - cost: what making it again takes, in nanoseconds.
    ///   - size: in bytes.
    ///   - turn: counts the uses of all programs.
    func rank(floor: Double, uses: Int, cost: Double, size: Int, turn: UInt64) -> Double {
        switch self {
        case .greedyDualSizeFrequency: floor + Double(uses) * max(cost, 1) / Double(max(size, 1))
        case .leastRecentlyUsed: Double(turn)
        }
    }
}
