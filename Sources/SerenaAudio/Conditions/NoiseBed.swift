// The noise of a room, which does not care whether anybody speaks.

import Foundation

/// A noise that goes on through a whole talk, at one level.
public struct NoiseBed: Hashable, Sendable {
    /// One round of the loop, at ``AudioFrame/sampleRate``.
    public let samples: [Float]

    /// Samples in one round: 16 s.
    public static let length = 16 * AudioFrame.sampleRate

    public init(samples: [Float]) {
        self.samples = samples
    }

    /// A loop whose level lies `signalToNoise` decibels below `speechLevel`, in dBFS.
    public init(
        _ kind: NoiseKind, signalToNoise: Double, speechLevel: Double, generator: inout NoiseGenerator
    ) {
        self.init(generator.loop(kind, count: Self.length), signalToNoise: signalToNoise, speechLevel: speechLevel)
    }

    /// The same of one person who speaks.
    public init(secondSpeakerAt signalToNoise: Double, speechLevel: Double, generator: inout NoiseGenerator) {
        self.init(
            generator.speakerLoop(count: Self.length), signalToNoise: signalToNoise, speechLevel: speechLevel)
    }

    private init(_ loop: [Float], signalToNoise: Double, speechLevel: Double) {
        let gain = Float(Level.amplitude(of: speechLevel - signalToNoise - Level.rms(of: loop)))
        samples = loop.map { $0 * gain }
    }

    /// Both at once.
    public func mixed(with other: NoiseBed) -> NoiseBed {
        NoiseBed(samples: zip(samples, other.samples).map { $0 + $1 })
    }

    /// In dBFS.
    public var level: Double { Level.rms(of: samples) }

    /// The sample that is heard `position` samples after the beginning of the talk.
    public subscript(position: Int) -> Float {
        samples.isEmpty ? 0 : samples[position % samples.count]
    }
}
