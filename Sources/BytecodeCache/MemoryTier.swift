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
        /// Also of the time before it was evicted and came back.
        var uses: Int
        /// Hits that were not taken by ``MemoryTier/takeHits()`` yet.
        var hits = 0
        var rank: Double
    }

    let limit: Int
    let policy: EvictionPolicy
    /// More programs that are gone are not remembered.
    private static var longestPast: Int { 4_096 }

    /// In bytes.
    private(set) var size = 0
    private(set) var evictions = 0

    private var slots: ContiguousArray<Slot> = []
    private var places: [CacheKey: Int] = [:]
    /// How often what is not there any more was used, so that a program that comes back is not a stranger.
    private var past: [CacheKey: Int] = [:]
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
        slots[place].hits += 1
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
    /// - Returns: what had to go, with the hits that were not taken yet.
    @discardableResult
    mutating func insert(
        _ value: Value, for key: CacheKey, size: Int, cost: Double
    ) -> [(key: CacheKey, value: Value, hits: Int)] {
        var gone = remove(key).map { [$0] } ?? []
        guard size <= limit else { return gone }
        turn &+= 1
        places[key] = slots.count
        let uses = (past.removeValue(forKey: key) ?? 0) + 1
        slots.append(
            Slot(
                key: key, value: value, size: size, cost: cost, sequence: turn, uses: uses,
                rank: policy.rank(floor: floor, uses: uses, cost: cost, size: size, turn: turn)))
        self.size += size
        while self.size > limit, let evicted = evict() { gone.append(evicted) }
        return gone
    }

    @discardableResult
    mutating func remove(_ key: CacheKey) -> (key: CacheKey, value: Value, hits: Int)? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        let removed = slots[place]
        size -= removed.size
        let last = slots.removeLast()
        if place < slots.count {
            slots[place] = last
            places[last.key] = place
        }
        return (key, removed.value, removed.hits)
    }

    /// The hits of each value since this was asked for last.
    mutating func takeHits() -> [(key: CacheKey, value: Value, hits: Int)] {
        slots.indices.filter { slots[$0].hits > 0 }.map { place in
            defer { slots[place].hits = 0 }
            return (slots[place].key, slots[place].value, slots[place].hits)
        }
    }

    mutating func removeAll() {
        self = MemoryTier(limit: limit, policy: policy)
    }

    private mutating func evict() -> (key: CacheKey, value: Value, hits: Int)? {
        guard let lowest = slots.min(by: { ($0.rank, $0.sequence) < ($1.rank, $1.sequence) }) else { return nil }
        floor = lowest.rank
        evictions += 1
        if past.count >= Self.longestPast { past = past.mapValues { $0 / 2 }.filter { $0.value > 0 } }
        if past.count >= Self.longestPast { past = [:] }
        past[lowest.key] = lowest.uses
        return remove(lowest.key)
    }
}
