// Cuts sound that comes in pieces of any length and rate into frames.

/// Makes frames of 10 ms at 16 kHz out of pieces of any length, at one rate.
struct FrameCutter: Sendable {
    private var resampler: StreamingResampler
    private var rest: [Float] = []

    init(from sampleRate: Int) throws(ResamplerError) {
        resampler = try StreamingResampler(from: sampleRate, to: AudioFrame.sampleRate)
    }

    /// The samples of every frame that `samples` complete.
    mutating func add(_ samples: [Float]) -> [[Float]] {
        rest += resampler.process(samples)
        return wholeFrames()
    }

    /// The samples of the last frames, filled up with silence.
    mutating func finish() -> [[Float]] {
        rest += resampler.finish()
        let odd = rest.count % AudioFrame.sampleCount
        if odd > 0 { rest += [Float](repeating: 0, count: AudioFrame.sampleCount - odd) }
        return wholeFrames()
    }

    private mutating func wholeFrames() -> [[Float]] {
        let size = AudioFrame.sampleCount
        let count = rest.count / size
        defer { rest.removeFirst(count * size) }
        return (0..<count).map { Array(rest[$0 * size..<($0 + 1) * size]) }
    }
}
