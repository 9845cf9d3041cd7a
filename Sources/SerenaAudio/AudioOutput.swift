// Sound on its way out of an assistant.

import Instrumentation

/// A piece of the assistant's voice: mono, full scale ±1.
public struct AudioChunk: Sendable {
    public let samples: [Float]
    /// In Hz; each voice has its own.
    public let sampleRate: Int

    public init(samples: [Float], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    public var duration: Duration {
        .samples(samples.count, at: sampleRate)
    }
}

/// Where an assistant's voice goes: a device, a file, or a measuring instrument.
public protocol AudioOutput: Sendable {
    /// Hands over `chunk`, to be played as soon as everything handed over before has been.
    ///
    /// - Returns: when the first sample of `chunk` is due at the loudspeaker.
    @discardableResult
    func play(_ chunk: AudioChunk) -> Instant

    /// Drops what was handed over and has not been played yet.
    func stop()

    /// The same, but the sound fades away within `fade` instead of breaking off, if the output can take its sound back so finely.
    func stop(fading fade: Duration)
}

extension AudioOutput {
    /// Breaks off at once.
    public func stop(fading fade: Duration) { stop() }
}

/// The level above which a listener hears a sample.
public enum Audibility {
    /// −50 dBFS as an absolute sample value: 24 dB below the −26 dBFS of active speech (ITU-T P.56 levels as used in
    /// speech testing), above the noise of 16-bit synthesis.
    public static let floor: Float = 0.003_162_277_7

    /// The index of the first sample whose magnitude is above ``floor``.
    public static func firstAudibleSample(in samples: [Float]) -> Int? {
        samples.firstIndex { abs($0) > floor }
    }

    /// The index of the last sample whose magnitude is above ``floor``.
    public static func lastAudibleSample(in samples: [Float]) -> Int? {
        samples.lastIndex { abs($0) > floor }
    }
}
