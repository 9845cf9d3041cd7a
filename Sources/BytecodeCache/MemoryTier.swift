// The programs that are held in memory, up to so many bytes.

/// Values by key, bounded by their sizes. Used by one thread at a time.
///
/// A hit takes constant time. An eviction looks through all programs, of which there are hundreds, after a compilation, which takes far longer.
struct MemoryTier<Value> {
    private struct Slot {
        let key: CacheKey
        let value: Value
        let size: Int
        let cost: Double
        /// Settles which of two equal ranks goes first: the older.
        let sequence: UInt64
        var uses = 1
        var rank: Double
    }

    let limit: Int
    let policy: EvictionPolicy
    /// In bytes.
    private(set) var size = 0
    private(set) var evictions = 0

    private var slots: ContiguousArray<Slot> = []
    private var places: [CacheKey: Int] = [:]
    private var floor = 0.0
    private var turn: UInt64 = 0

    /// - Parameter limit: in bytes.
    init(limit: Int, policy: EvictionPolicy) {
        self.limit = limit
        self.policy = policy
    }

    var count: Int { slots.count }

    /// In no particular order.
    var keys: [CacheKey] { slots.map(\.key) }

    func contains(_ key: CacheKey) -> Bool { places[key] != nil }

    /// The value under a key, which counts as a use of it.
    mutating func value(for key: CacheKey) -> Value? {
        guard let place = places[key] else { return nil }
        turn &+= 1
        slots[place].uses += 1
        slots[place].rank = policy.rank(
            floor: floor, uses: slots[place].uses, cost: slots[place].cost, size: slots[place].size, turn: turn)
        return slots[place].value
    }

    /// Keeps a value, and lets others go until all fit. What is larger than the limit is not kept.
    ///
    /// - Parameters:
    ///   - size: in bytes.
    ///   - cost: what making it again takes, in nanoseconds.
    mutating func insert(_ value: Value, for key: CacheKey, size: Int, cost: Double) {
        remove(key)
        guard size <= limit else { return }
        turn &+= 1
        places[key] = slots.count
        slots.append(
            Slot(
                key: key, value: value, size: size, cost: cost, sequence: turn,
                rank: policy.rank(floor: floor, uses: 1, cost: cost, size: size, turn: turn)))
        self.size += size
        while self.size > limit { evict() }
    }

    mutating func remove(_ key: CacheKey) {
        guard let place = places.removeValue(forKey: key) else { return }
        size -= slots[place].size
        let last = slots.removeLast()
        guard place < slots.count else { return }
        slots[place] = last
        places[last.key] = place
    }

    mutating func removeAll() {
        self = MemoryTier(limit: limit, policy: policy)
    }

    private mutating func evict() {
        guard let lowest = slots.min(by: { ($0.rank, $0.sequence) < ($1.rank, $1.sequence) }) else { return }
        floor = lowest.rank
        evictions += 1
        remove(lowest.key)
    }
}
