// What stays in memory when there is not room for all.

import Crypto
import Testing

@testable import BytecodeCache

@Suite struct MemoryTierTests {
    private static func key(_ number: Int) -> CacheKey {
        var hasher = FieldHasher()
        hasher.add(UInt64(number))
        return CacheKey(hasher.digest)
    }

    private static func kept(_ tier: MemoryTier<Int>, of count: Int) -> [Int] {
        (0..<count).filter { tier.contains(key($0)) }
    }

    @Test func neverHoldsMoreBytesThanItMay() {
        for policy in EvictionPolicy.allCases {
            var tier = MemoryTier<Int>(limit: 1_000, policy: policy)
            for number in 0..<500 {
                tier.insert(number, for: Self.key(number % 90), size: 1 + number * 37 % 300, cost: Double(number % 11))
                _ = tier.value(for: Self.key(number * 13 % 90))
                #expect(tier.size <= 1_000)
            }
            #expect(tier.count > 2 && tier.evictions > 100)
        }
    }

    @Test func whatIsLargerThanAllRoomIsNotKeptAndDrivesNothingOut() {
        var tier = MemoryTier<Int>(limit: 100, policy: .greedyDualSizeFrequency)
        tier.insert(0, for: Self.key(0), size: 60, cost: 1)
        tier.insert(1, for: Self.key(1), size: 101, cost: 1_000)
        #expect(Self.kept(tier, of: 2) == [0])
    }

    @Test func leastRecentlyUsedGoesFirst() {
        var tier = MemoryTier<Int>(limit: 3, policy: .leastRecentlyUsed)
        for number in 0..<3 { tier.insert(number, for: Self.key(number), size: 1, cost: 1) }
        _ = tier.value(for: Self.key(0))
        tier.insert(3, for: Self.key(3), size: 1, cost: 1)
        #expect(Self.kept(tier, of: 4) == [0, 2, 3])
    }

    /// Of each, one that is worth more in one respect alone stays.
    @Test(arguments: [
        (uses: 5, cost: 10.0, size: 10), (uses: 1, cost: 50.0, size: 10), (uses: 1, cost: 10.0, size: 2),
    ])
    func frequentCostlyAndSmallStay(uses: Int, cost: Double, size: Int) {
        var tier = MemoryTier<Int>(limit: 40, policy: .greedyDualSizeFrequency)
        tier.insert(0, for: Self.key(0), size: size, cost: cost)
        for _ in 1..<max(uses, 2) where uses > 1 { _ = tier.value(for: Self.key(0)) }
        for number in 1...8 { tier.insert(number, for: Self.key(number), size: 10, cost: 10) }
        #expect(tier.contains(Self.key(0)))
    }

    @Test func whatWasOftenUsedLongAgoGoesInTheEnd() {
        var tier = MemoryTier<Int>(limit: 40, policy: .greedyDualSizeFrequency)
        tier.insert(0, for: Self.key(0), size: 10, cost: 10)
        for _ in 0..<5 { _ = tier.value(for: Self.key(0)) }
        for number in 1...60 {
            tier.insert(number, for: Self.key(number), size: 10, cost: 10)
            _ = tier.value(for: Self.key(number))
        }
        #expect(!tier.contains(Self.key(0)))
    }

    @Test func valueIsTheOneThatWasInsertedLast() {
        var tier = MemoryTier<Int>(limit: 40, policy: .greedyDualSizeFrequency)
        for number in 0..<4 { tier.insert(number, for: Self.key(number), size: 10, cost: 10) }
        tier.insert(7, for: Self.key(2), size: 10, cost: 10)
        tier.remove(Self.key(0))
        #expect(tier.value(for: Self.key(2)) == 7 && tier.value(for: Self.key(3)) == 3)
        #expect(tier.value(for: Self.key(0)) == nil && tier.size == 30)
    }
}
