// What is done before it is known whether it is wanted: nothing of it may reach the outside until it is.

import Instrumentation
import SerenaAudio
import SerenaStore
import Synchronization
import Testing

@testable import SerenaEngine

/// A memory that keeps what was really remembered.
private actor RealMemory: MemoryStore {
    var writes: [String] = []
    func remember(key: String, value: String) { writes.append("\(key)=\(value)") }
    func recall(key: String) -> String? {
        writes.last { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }
    func flush() {}
}

/// A loudspeaker that keeps what was really played, by the first sample of each chunk.
private final class RealLoudspeaker: AudioOutput {
    private let heard = Mutex<[Float]>([])
    var played: [Float] { heard.withLock { $0 } }
    func play(_ chunk: AudioChunk) -> Instant {
        heard.withLock { $0 += chunk.samples.prefix(1) }
        return Instant(nanoseconds: 0)
    }
    func stop() {}
}

private func chunk(_ value: Float) -> AudioChunk { AudioChunk(samples: [value], sampleRate: 16_000) }

@Suite struct HeldEffectTests {
    @Test func heldMemoryIsSeenByItsTaskAlone() async throws {
        let real = RealMemory()
        let held = HeldMemory(of: real)
        try await held.remember(key: "Name", value: "Daniel")
        #expect(try await held.recall(key: "name") == "Daniel")
        #expect(await real.writes.isEmpty)
        try await held.commit()
        try await held.remember(key: "color", value: "green")
        #expect(await real.writes == ["name=Daniel", "color=green"])
    }

    @Test func whatWasDroppedNeverHappens() async throws {
        let (real, loudspeaker) = (RealMemory(), RealLoudspeaker())
        let (memory, output) = (HeldMemory(of: real), HeldOutput(to: loudspeaker))
        try await memory.remember(key: "name", value: "Daniel")
        #expect(output.take(chunk(0.5)))
        memory.drop()
        output.drop()
        #expect(!output.take(chunk(0.6)))
        try await memory.remember(key: "color", value: "green")
        // Neither does a late commit bring it about.
        try await memory.commit()
        output.commit()
        #expect(await real.writes.isEmpty)
        #expect(loudspeaker.played.isEmpty)
    }

    /// Everything that can happen to held effects, in random orders: what reaches the outside is what was committed, whole and in order.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noHeldEffectEverEscapes(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (real, loudspeaker) = (RealMemory(), RealLoudspeaker())
        let (memory, output) = (HeldMemory(of: real), HeldOutput(to: loudspeaker))
        var (isCommitted, isDropped) = (false, false)
        var made: [Float] = []
        for step in 1...30 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0 where !isDropped:
                try await memory.commit()
                output.commit()
                isCommitted = true
            case 1 where !isCommitted:
                memory.drop()
                output.drop()
                isDropped = true
            default:
                try await memory.remember(key: "k", value: "\(step)")
                _ = output.take(chunk(Float(step)))
                if !isDropped { made.append(Float(step)) }
            }
            let expected = isCommitted ? made : []
            #expect(loudspeaker.played == expected)
            #expect(await real.writes == expected.map { "k=\(Int($0))" })
        }
    }

    @Test func firstAudibleSampleCountsFromWhenItIsPlayed() {
        let output = HeldOutput(to: RealLoudspeaker())
        _ = output.take(AudioChunk(samples: [0, 0, 0.5], sampleRate: 1_000))
        #expect(output.firstAudible == nil)
        output.commit()
        #expect(output.firstAudible == Instant(nanoseconds: 2_000_000))
    }
}

@Suite struct SpeculationBudgetTests {
    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test func wasteIsBoundedToTheShare() {
        var budget = SpeculationBudget(share: 0.25)
        var wasted = Duration.zero
        // Whoever wastes 0.5 s whenever it is allowed, ten times a second.
        for tenth in 0..<1_000 where budget.allows(at: at(Double(tenth) / 10)) {
            budget.waste(.milliseconds(500), at: at(Double(tenth) / 10))
            wasted += .milliseconds(500)
        }
        #expect(wasted <= SpeculationBudget.depth + .seconds(100) * 0.25 + .milliseconds(500))
        #expect(wasted >= .seconds(100) * 0.25)
    }

    @Test(arguments: [0, -1, .nan]) func noShareAllowsNothing(share: Double) {
        var budget = SpeculationBudget(share: share)
        let isAllowed = budget.allows(at: at(1))
        #expect(!isAllowed)
    }
}

@Suite struct SpeakingRateTests {
    @Test func slowSpeakersAreGivenTime() {
        var slow = SpeakingRate()
        #expect(slow.pace == 1)
        slow.add(words: 2, in: .seconds(4))
        #expect(slow.pace == 1, "two words tell nothing")
        for _ in 0..<5 { slow.add(words: 6, in: .seconds(4)) }
        #expect(slow.pace == 1.25)
        #expect(slow.pace(words: 12, in: .seconds(4)) < 1.25, "who speaks faster now is waited for less")
        var fast = SpeakingRate(wordsPerMinute: 280)
        #expect(fast.pace == 0.9)
        fast.add(words: 10, in: .zero)
        #expect(fast.pace == 0.9)
    }
}
