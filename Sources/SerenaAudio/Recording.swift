// Sound that is at hand as a whole.

import Instrumentation

/// A recording: mono, full scale ±1, at the rate of its file.
public struct Recording: Hashable, Sendable {
    public let samples: [Float]
    /// In Hz.
    public let sampleRate: Int

    public init(samples: [Float], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    public var duration: Duration {
        sampleRate > 0 ? .samples(samples.count, at: sampleRate) : .zero
    }

    /// The same sound at another rate, each sample at the time that it had.
    public func resampled(to rate: Int) throws(ResamplerError) -> Recording {
        if rate == sampleRate { return self }
        return Recording(samples: try Resampler(from: sampleRate, to: rate).resample(samples), sampleRate: rate)
    }
}
