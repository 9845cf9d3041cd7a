// Changes the sample rate of sound that comes piece by piece.

/// Gives exactly what ``Resampler`` gives for the whole, as soon as enough of what follows is known: 48 samples at the lower of the two
/// rates, 3 ms at 16 kHz. Keeps only the few hundred samples that the filter still needs.
public struct StreamingResampler: Sendable {
    private let resampler: Resampler
    private let isNeeded: Bool
    private let sourceRate: Int
    private var kept: [Float] = []
    /// The index of the first kept sample in the whole input.
    private var offset = 0
    private var given = 0

    /// - Parameters:
    ///   - sourceRate: in Hz.
    ///   - targetRate: in Hz.
    public init(from sourceRate: Int, to targetRate: Int) throws(ResamplerError) {
        resampler = try Resampler(from: sourceRate, to: targetRate)
        isNeeded = sourceRate != targetRate
        self.sourceRate = sourceRate
    }

    /// How long a sample is held back, until enough of what follows is known.
    public var delay: Duration {
        isNeeded ? .samples(resampler.reach, at: sourceRate) : .zero
    }

    /// Takes the next samples and gives those that they complete.
    public mutating func process(_ samples: [Float]) -> [Float] {
        guard isNeeded else { return samples }
        kept += samples
        return give(upTo: resampler.outputCount(forInput: offset + kept.count - resampler.reach))
    }

    /// Gives what is left, as if silence followed, and begins anew.
    public mutating func finish() -> [Float] {
        guard isNeeded else { return [] }
        let rest = give(upTo: resampler.outputCount(forInput: offset + kept.count))
        (kept, offset, given) = ([], 0, 0)
        return rest
    }

    private mutating func give(upTo end: Int) -> [Float] {
        guard end > given else { return [] }
        let result = resampler.resample(kept, from: offset, outputs: given..<end)
        given = end
        let unneeded = min(kept.count, max(0, resampler.inputIndex(ofOutput: given) - resampler.reach - offset))
        kept.removeFirst(unneeded)
        offset += unneeded
        return result
    }
}
