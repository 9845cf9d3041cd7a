// A map from ints holds what was set and not removed, in the order in which it was set, whatever the keys are.

import Instrumentation
import Testing

@testable import SerenaNetVM

@Suite struct IntMapTests {
    /// Kinds of keys that a careless hash sends to few places: steps of any width, and differences in high bits alone.
    private static let families: [(name: String, key: @Sendable (Int64) -> Int64)] = [
        ("small", { $0 - 50 }), ("steps", { $0 &* 7_919 }), ("steps of a Fibonacci number", { $0 &* 102_334_155 }),
        ("powers of two", { $0 &* (1 << 32) }), ("high bits", { $0 &* (1 << 56) }),
        ("the inverse of the factor", { $0 &* -0x0E21_7C1E_66C8_8CC3 }),
    ]

    @Test(arguments: families.indices)
    func agreesWithAListOfPairs(family: Int) throws {
        let key = Self.families[family].key
        let heap = Heap(limit: 1 << 24, clock: SteppingClock())
        let map = try #require(heap.makeIntMap(capacity: 0, ofReferences: false))
        var expected: [(key: Int64, value: UInt64)] = []
        var numbers = SeededGenerator(seed: UInt64(family))
        for round in 0..<4_000 {
            // Mostly set at first, mostly removed in the end.
            let key = key(Int64.random(in: 0..<100, using: &numbers))
            let found = map.find(key)
            let place = expected.firstIndex { $0.key == key }
            #expect((found.entry == nil) == (place == nil))
            if Int.random(in: 0..<4_000, using: &numbers) < round {
                if found.entry != nil { _ = map.remove(at: found.index, place: found.place) }
                if let place { expected.remove(at: place) }
            } else if let place {
                found.entry?.set(8, UInt64(round))
                expected[place].value = UInt64(round)
            } else {
                if map.used == map.capacity { #expect(heap.makeRoom(in: map, for: map.count + 1)) }
                map.append(key, value: UInt64(round), place: map.find(key).place)
                expected.append((key, UInt64(round)))
            }
            #expect(map.count == expected.count)
            guard round % 50 == 0 else { continue }
            let entries = (0..<map.used).filter(map.isEntry).map { (map.key(at: $0), map.value(at: $0)) }
            #expect(entries.elementsEqual(expected) { $0.0 == $1.key && $0.1 == $1.value })
        }
    }

    /// Half as many entries as places: few steps each, on average, even in a family of keys.
    @Test(arguments: families.indices)
    func keysOfAFamilyAreSpread(family: Int) throws {
        let heap = Heap(limit: 1 << 24, clock: SteppingClock())
        let map = try #require(heap.makeIntMap(capacity: 256, ofReferences: false))
        var steps = 0
        for number in 0..<Int64(256) {
            let key = Self.families[family].key(number)
            let found = map.find(key)
            if found.entry == nil { map.append(key, value: 0, place: found.place) }
            steps += found.steps
        }
        #expect(steps < 256 * 3, "\(Self.families[family].name): \(steps)")
    }
}
