// That packed times come out as they went in, and take the memory that they should.

import Testing

@testable import Instrumentation

@Suite struct PackedTimesTests {
    @Test func timesComeOutAsTheyWentIn() {
        var times: [Int64] = [0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, 1_000_000_000, .max, .min, .max - 1, .min + 1]
        var generator = SeededGenerator(seed: 4)
        for bits in 0..<64 { times.append(Int64.random(in: .min ... .max, using: &generator) >> bits) }
        var packed = PackedTimes()
        for time in times { packed.append(time) }
        #expect(packed.nanoseconds == times)
        #expect(packed.count == times.count)
    }

    @Test func aShortTimeTakesTwoBytes() {
        var packed = PackedTimes()
        for time in 64..<8_192 { packed.append(Int64(time)) }
        #expect(packed.byteCount == 2 * packed.count)
    }

    @Test func nothingIsNothing() {
        #expect(PackedTimes().nanoseconds.isEmpty)
    }
}
