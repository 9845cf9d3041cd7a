// That resampling keeps the sound, its level and its time.

import Foundation
import Testing

@testable import SerenaAudio

@Suite struct ResamplerTests {
    @Test(arguments: [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 16_000, 16_001])
    func aToneKeepsItsShape(rate: Int) throws {
        let source = Signal.tone(1_000, seconds: 0.25, rate: rate)
        let output = try Resampler(from: rate, to: 16_000).resample(source)
        let expected = Signal.tone(1_000, seconds: 0.25)
        #expect(output.count == (source.count * 16_000 + rate - 1) / rate)
        // Within 20 ms of either end the tone is not whole.
        let middle = 320..<min(output.count, expected.count) - 320
        let error = Level.rms(of: middle.map { output[$0] - expected[$0] }) - Level.rms(of: expected)
        #expect(error < -60)
    }

    @Test(arguments: [
        (from: 48_000, frequency: 8_050.0), (from: 48_000, frequency: 9_000), (from: 48_000, frequency: 20_000),
        (from: 44_100, frequency: 8_200), (from: 44_100, frequency: 15_000), (from: 22_050, frequency: 10_000),
        (from: 96_000, frequency: 15_900), (from: 16_001, frequency: 8_000.4),
    ])
    func whatTheTargetCannotHoldIsTakenOut(from rate: Int, frequency: Double) throws {
        let output = try Resampler(from: rate, to: 16_000).resample(Signal.tone(frequency, seconds: 0.3, rate: rate))
        let middle = output[800..<output.count - 800]
        #expect(Level.rms(of: middle) < Level.rms(of: Signal.tone(frequency, seconds: 0.3, rate: rate)) - 60)
    }

    @Test(arguments: [8_000, 22_050, 44_100, 48_000, 192_000], [0.01, 0.1234, 0.25])
    func aClickKeepsItsTime(rate: Int, seconds: Double) throws {
        var source = Signal.silence(0.3, rate: rate)
        let position = Int(seconds * Double(rate))
        source[position] = 1
        let output = try Resampler(from: rate, to: 16_000).resample(source)
        let loudest = output.indices.max { abs(output[$0]) < abs(output[$1]) } ?? 0
        #expect(abs(Double(loudest) / 16_000 - Double(position) / Double(rate)) <= 1 / 16_000.0)
    }

    @Test(arguments: [8_000, 44_100, 48_000])
    func aConstantStaysConstant(rate: Int) throws {
        let output = try Resampler(from: rate, to: 16_000).resample(Array(repeating: 0.5, count: rate / 5))
        #expect(output[800..<output.count - 800].allSatisfy { abs($0 - 0.5) < 1e-4 })
    }

    @Test(arguments: [(0, 16_000), (16_000, 0), (-8_000, 16_000), (16_000, 999), (1_000_000, 16_000)])
    func impossibleRatesAreRefused(from source: Int, to target: Int) {
        #expect(throws: ResamplerError.self) { try Resampler(from: source, to: target) }
    }

    @Test func theSameRateChangesNothing() throws {
        let samples = Signal.noise(-20, seconds: 0.1, seed: 3)
        #expect(try Resampler(from: 16_000, to: 16_000).resample(samples) == samples)
        #expect(try Resampler(from: 44_100, to: 16_000).resample([]).isEmpty)
        #expect(try Resampler(from: 44_100, to: 16_000).resample([1]).count == 1)
    }
}
