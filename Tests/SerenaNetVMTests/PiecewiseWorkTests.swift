// What has much to do is stopped by the time budget before it is done.

import Instrumentation
import Testing

@testable import SerenaNetVM

@Suite struct PiecewiseWorkTests {
    @Test func aMapOfIntsThatFindsNoTimeToGrowStaysAsItIs() throws {
        let heap = Heap(limit: 1 << 24, clock: SteppingClock())
        let map = try #require(heap.makeIntMap(capacity: 20_000, ofReferences: false))
        for key in 0..<Int64(20_000) { map.append(key, value: UInt64(key), place: map.find(key).place) }
        let used = heap.used
        var work = 0
        let hasGrown = heap.makeRoom(in: map, for: 40_000) { bytes in
            work += bytes
            return work < 1_000_000
        }
        #expect(!hasGrown)
        #expect(heap.used == used)
        #expect((0..<Int64(20_000)).allSatisfy { map.find($0).index == Int($0) })
        #expect(heap.makeRoom(in: map, for: 40_000))
        #expect((0..<Int64(20_000)).allSatisfy { map.find($0).index == Int($0) })
    }

    @Test func aMapThatFindsNoTimeToGrowStaysAsItIs() throws {
        let heap = Heap(limit: 1 << 24, clock: SteppingClock())
        let map = try #require(heap.makeMap(capacity: 4, ofReferences: false))
        map.append(HeapText(nil), hash: HeapText(nil).hash, value: 7, place: 0)
        let used = heap.used
        #expect(!heap.makeRoom(in: map, for: 40_000) { _ in false })
        #expect(heap.used == used)
        #expect((map.used, map.count, map.capacity) == (1, 1, 4))
        #expect(map.value(at: 0) == 7)
    }
}
