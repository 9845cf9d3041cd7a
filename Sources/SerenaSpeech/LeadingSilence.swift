// Cuts the silence before a voice begins.

import SerenaAudio

/// Drops the samples of a stream before its first audible one, but for a short run-up.
///
/// A synthesiser begins every utterance with a pause, which the listener would wait through.
struct LeadingSilence {
    /// What is kept before the first audible sample, so that the onset is not cut hard, in seconds.
    static let runUpSeconds = 0.005

    private let runUp: Int
    private var held: [Float] = []
    private var hasBegun = false

    init(sampleRate: Int) {
        runUp = Int(Double(sampleRate) * Self.runUpSeconds)
    }

    /// What is left of `samples`, the next piece of the stream; empty while all is silence.
    mutating func cut(_ samples: [Float]) -> [Float] {
        if hasBegun { return samples }
        held += samples
        guard let first = Audibility.firstAudibleSample(in: held) else {
            held.removeFirst(max(0, held.count - runUp))
            return []
        }
        hasBegun = true
        defer { held = [] }
        return Array(held[max(0, first - runUp)...])
    }
}
