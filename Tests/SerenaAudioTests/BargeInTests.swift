// The judgement of a sound in the middle of an answer, and how a voice stops and goes on.

import Foundation
import Testing

@testable import SerenaAudio

@Suite struct BargeInTests {
    /// A network that says the same of everything.
    private static func network(saying output: Float) throws -> OnsetNetwork {
        var parameters = [Float](repeating: 0, count: OnsetNetwork.parameterCount)
        parameters[OnsetNetwork.parameterCount - 1] = output
        return try #require(OnsetNetwork(parameters: parameters))
    }

    /// Lets a sound of so many frames be judged, with quiet before and after it; gives what is found, and in which of its frames.
    private static func bids(saying output: Float, frames: Int) throws -> [(bid: FloorBid, frame: Int)] {
        var detector = BargeInDetector(network: try network(saying: output))
        var bids: [(FloorBid, Int)] = []
        for frame in -5..<frames + 40 {
            let isLoud = (0..<frames).contains(frame)
            let samples = (0..<AudioFrame.sampleCount).map { Float(sin(Double($0) * 0.3)) * (isLoud ? 0.3 : 0.001) }
            if let bid = detector.step(samples, isLoud: isLoud) { bids.append((bid, frame)) }
        }
        return bids
    }

    @Test(
        arguments: [
            // A voice that goes on, one that does not, something that could be one, and something that cannot.
            (9, 120, [.claim, .speech]), (9, 40, [.claim, .remark]), (2.5, 25, [.claim, .nothing]),
            (2.5, 120, [.claim, .nothing]), (-3, 120, []), (9, 1, []),
        ] as [(Float, Int, [FloorBid])])
    func aSoundClaimsTheFloorAndIsThenJudged(_ output: Float, _ frames: Int, _ expected: [FloorBid]) throws {
        #expect(try Self.bids(saying: output, frames: frames).map(\.bid) == expected)
    }

    @Test func aClearVoiceClaimsTheFloorWithItsSecondFrame() throws {
        let bids = try Self.bids(saying: 9, frames: 120)
        #expect(bids.map(\.frame) == [1, 89])
    }

    @Test func aVoiceGoesOnAtTheLastQuietPlaceWithinReach() {
        // Silence from 100 to 120 ms and from 300 to 320 ms before the stop; only the first is within reach.
        let heard = (0..<16_000).map { index -> Float in
            let before = 16_000 - index
            return (1_600..<1_920).contains(before) || (4_850..<5_120).contains(before) ? 0 : 0.3
        }
        #expect(SoundFade.repeated(of: heard[...], rate: 16_000) == 1_760)
        #expect(SoundFade.repeated(of: heard[..<100], rate: 16_000) == 100)
        #expect(SoundFade.repeated(of: [], rate: 16_000) == 0)
    }

    @Test func fadesReachSilenceAndNeverRise() {
        var samples = [Float](repeating: 1, count: 200)
        SoundFade.fadeOut(&samples, last: 128)
        SoundFade.fadeIn(&samples, first: 500)
        #expect(samples.first == 0 && samples.last == 0)
        #expect(samples.allSatisfy { $0 >= 0 && $0 <= 1 })
        var none: [Float] = []
        SoundFade.fadeOut(&none, last: 10)
        #expect(none.isEmpty)
    }
}
