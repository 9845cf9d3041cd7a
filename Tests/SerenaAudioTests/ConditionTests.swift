// Conditions, measured: levels, ratios, decay, loss and drift come out as they were asked for.

import Foundation
import Instrumentation
import Testing

@testable import SerenaAudio

@Suite struct ConditionTests {
    private static let rate = AudioFrame.sampleRate

    private static func tone(_ frequency: Double, seconds: Double, amplitude: Double = 0.5) -> [Float] {
        (0..<Int(seconds * Double(rate))).map {
            Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate)))
        }
    }

    /// The mean power of the differences beside that of the samples: higher the more of the power lies at high frequencies.
    private static func brightness(_ samples: [Float]) -> Double {
        let slopes = zip(samples.dropFirst(), samples).map { $0 - $1 }
        return Level.rms(of: slopes) - Level.rms(of: samples)
    }

    @Test(arguments: [-40.0, -26, -10])
    func pausesDoNotLowerTheLevelOfSpeech(_ level: Double) throws {
        let speech = Self.tone(300, seconds: 8, amplitude: 2.squareRoot() * pow(10, level / 20))
        let talk = speech + [Float](repeating: 0, count: 8 * Self.rate)
        let found = try #require(ActiveSpeechLevel.measure(talk, sampleRate: Self.rate))
        #expect(abs(found - level) < 0.3)
        // The plain mean is 3 dB too low.
        #expect(abs(Level.rms(of: talk) - (level - 3)) < 0.1)
    }

    @Test func silenceHasNoSpeechLevel() {
        #expect(ActiveSpeechLevel.measure([Float](repeating: 0, count: 16_000), sampleRate: 16_000) == nil)
        #expect(ActiveSpeechLevel.measure([], sampleRate: 16_000) == nil)
    }

    @Test func speechIsBroughtToTheLevelAskedFor() throws {
        let talk = Self.tone(300, seconds: 3, amplitude: 0.05) + [Float](repeating: 0, count: Self.rate)
        let found = try #require(
            ActiveSpeechLevel.measure(SpeechChannel.normalised(talk, to: -26), sampleRate: Self.rate))
        #expect(abs(found + 26) < 0.1)
    }

    @Test(arguments: NoiseKind.allCases, [20.0, 0])
    func noiseReachesItsRatio(_ kind: NoiseKind, _ ratio: Double) throws {
        let speech = Self.tone(250, seconds: 4, amplitude: 0.1)
        let level = try #require(ActiveSpeechLevel.measure(speech, sampleRate: Self.rate))
        var generator = NoiseGenerator(seed: 5, voices: [speech])
        let bed = NoiseBed(kind, signalToNoise: ratio, speechLevel: level, generator: &generator)
        #expect(abs(level - bed.level - ratio) < 0.5)
        #expect(bed.samples.allSatisfy(\.isFinite) && bed.samples.count == NoiseBed.length)
    }

    @Test func noisesDifferInColour() {
        let order: [NoiseKind] = [.hum, .speechShaped, .pink, .white]
        let brightness = order.map { kind in
            var generator = NoiseGenerator(seed: 1)
            return Self.brightness(generator.loop(kind, count: 64_000))
        }
        #expect(brightness == brightness.sorted(), "\(brightness)")
    }

    @Test(arguments: NoiseKind.allCases)
    func aLoopHasNoSeam(_ kind: NoiseKind) throws {
        var generator = NoiseGenerator(seed: 2)
        let loop = generator.loop(kind, count: 32_000)
        let slopes = zip(loop.dropFirst(), loop).map { abs($0 - $1) }
        let seam = abs(try #require(loop.first) - (try #require(loop.last)))
        #expect(seam <= (slopes.max() ?? 0))
    }

    @Test func theSeedAloneDecidesTheNoise() {
        func loop(_ seed: UInt64) -> [Float] {
            var generator = NoiseGenerator(seed: seed)
            return generator.loop(.applause, count: 16_000)
        }
        #expect(loop(3) == loop(3))
        #expect(loop(3) != loop(4))
    }

    @Test(arguments: [300, 800, 1_500])
    func aRoomDecaysInItsTime(_ milliseconds: Int) throws {
        let click: [Float] = [1] + [Float](repeating: 0, count: 99)
        let heard = SpeechChannel.reverberated(click, time: .milliseconds(milliseconds), seed: 7)
        #expect(abs(heard[0]) > 0.5, "the direct sound stays where it was")
        // Schroeder's backward integration (1965), without the direct sound; the slope from −5 to −35 dB.
        var energy = 0.0
        var decay = heard.dropFirst(96).reversed().map { sample -> Double in
            energy += Double(sample) * Double(sample)
            return energy
        }
        decay.reverse()
        let levels = decay.map { 10 * log10($0 / energy + 1e-12) }
        let from = try #require(levels.firstIndex { $0 < -5 })
        let to = try #require(levels.firstIndex { $0 < -35 })
        let time = 2 * Double(to - from) / Double(Self.rate)
        #expect(abs(time / (Double(milliseconds) / 1_000) - 1) < 0.2, "\(time)")
    }

    @Test(arguments: [(100.0, -20.0), (5_000, -20)])
    func aTelephoneCarriesSpeechAlone(_ frequency: Double, _ limit: Double) {
        let lost = Self.tone(frequency, seconds: 1)
        #expect(Level.rms(of: SpeechChannel.telephone(lost)) - Level.rms(of: lost) < limit)
        let kept = Self.tone(1_000, seconds: 1)
        let heard = SpeechChannel.telephone(kept)
        #expect(heard.count == kept.count)
        let middle = 4_000..<12_000
        #expect(zip(heard[middle], kept[middle]).allSatisfy { abs($0 - $1) < 0.02 }, "in time and at its level")
    }

    @Test func clippedSamplesAreCounted() {
        let (samples, count) = SpeechChannel.clipped([0.2, -0.9, 0.6, 0.5], at: 0.5)
        #expect(samples == [0.2, -0.5, 0.5, 0.5] && count == 2)
    }

    @Test(arguments: [-6.0, 0, 12])
    func gainIsInDecibels(_ gain: Double) {
        let tone = Self.tone(440, seconds: 0.5, amplitude: 0.1)
        #expect(abs(Level.rms(of: SpeechChannel.amplified(tone, by: gain)) - Level.rms(of: tone) - gain) < 0.01)
    }

    @Test(arguments: [200.0, 50, -50, -200])
    func aClockThatIsOffShiftsWhatComesLate(_ partsPerMillion: Double) throws {
        var pulse = [Float](repeating: 0, count: 160_000)
        for offset in -20...20 { pulse[150_000 + offset] = Float(0.5 + 0.5 * cos(.pi * Double(offset) / 20)) }
        let heard = SpeechChannel.drifted(pulse, partsPerMillion: partsPerMillion)
        let weights = heard.enumerated().filter { $1 > 0.1 }
        let sum = weights.reduce(0.0) { $0 + Double($1.element) }
        let centre = weights.reduce(0.0) { $0 + Double($1.offset) * Double($1.element) } / sum
        #expect(abs(centre - 150_000 * (1 + partsPerMillion * 1e-6)) < 0.1, "\(centre)")
    }

    @Test func longFiltersGiveWhatTheDefinitionSays() {
        var random = SeededGenerator(seed: 9)
        let signal = (0..<50).map { _ in Float.random(in: -1...1, using: &random) }
        let kernel = (0..<13).map { _ in Float.random(in: -1...1, using: &random) }
        let fast = FastConvolution.convolve(signal, with: kernel)
        #expect(fast.count == 62)
        for index in fast.indices {
            let direct = kernel.indices.reduce(Float(0)) { sum, tap in
                signal.indices.contains(index - tap) ? sum + signal[index - tap] * kernel[tap] : sum
            }
            #expect(abs(direct - fast[index]) < 1e-4)
        }
    }
}

@Suite struct TransportLineTests {
    /// Whether each of `count` frames is lost.
    private static func lost(_ conditions: [Condition], count: Int = 400_000, seed: UInt64 = 1) -> [Bool] {
        var line = TransportLine(conditions, seed: seed)
        return (0..<count).map { _ in !line.carriesNextFrame() }
    }

    /// The lengths of the runs of lost frames.
    private static func gaps(_ lost: [Bool]) -> [Int] {
        lost.split(separator: false).map(\.count)
    }

    @Test(arguments: [0.01, 0.03, 0.1], [nil, 100] as [Int?])
    func packetsGetLostAtTheirRate(_ share: Double, _ burst: Int?) {
        let lost = Self.lost([.loss(share: share, burst: burst.map { .milliseconds($0) })])
        let rate = Double(lost.count { $0 }) / Double(lost.count)
        // Bursts are few, so their number varies.
        #expect(abs(rate / share - 1) < (burst == nil ? 0.1 : 0.2), "\(rate)")
        guard let burst else { return }
        let gaps = Self.gaps(lost)
        let mean = Double(gaps.reduce(0, +)) / Double(gaps.count) * 10
        #expect(abs(mean / Double(burst) - 1) < 0.1, "\(mean) ms")
    }

    @Test(arguments: [50, 200, 500])
    func dropoutsHaveTheirLengthAndShare(_ milliseconds: Int) {
        let lost = Self.lost([.dropouts(length: .milliseconds(milliseconds), share: 0.05)])
        let rate = Double(lost.count { $0 }) / Double(lost.count)
        #expect(abs(rate / 0.05 - 1) < 0.15, "\(rate)")
        // Two may follow each other without a frame between them.
        #expect(Self.gaps(lost.dropLast(100).map(\.self)).allSatisfy { $0 % (milliseconds / 10) == 0 || $0 < 100 })
    }

    @Test func theSeedAloneDecidesWhatIsLost() {
        let conditions: [Condition] = [.loss(share: 0.1, burst: nil), .dropouts(length: .milliseconds(50), share: 0.1)]
        #expect(Self.lost(conditions, count: 2_000) == Self.lost(conditions, count: 2_000))
        #expect(Self.lost(conditions, count: 2_000) != Self.lost(conditions, count: 2_000, seed: 2))
        #expect(TransportLine([.telephone], seed: 1).isPerfect)
    }
}
