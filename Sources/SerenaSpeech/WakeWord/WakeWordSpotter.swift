// Listens for one phrase and nothing else.

import SerenaAudio

/// A place in the sound that may be the wake phrase.
public struct WakeWordHit: Hashable, Sendable {
    /// Samples that were heard when the phrase was noticed, since the spotter began or was reset.
    public var end: Int
    /// About how many samples the phrase took.
    public var length: Int
    /// How much better the phrase explains the sound than any other sequence of phones does, as the natural logarithm of the ratio of the
    /// likelihoods; 0 is the best there is.
    public var score: Double

    public init(end: Int, length: Int, score: Double) {
        self.end = end
        self.length = length
        self.score = score
    }
}

/// Finds a phrase in a stream of sound, for far less than the price of recognition. Computes: to be called on a worker.
public protocol WakeWordSpotter: Sendable {
    /// What it listens for.
    var phrase: String { get }

    /// Takes what was heard next, at ``AudioFrame/sampleRate``; keeps a bounded part of it.
    ///
    /// - Returns: the best hit in it, if there is one. The spotter then begins anew after `samples`.
    func hear(_ samples: ArraySlice<Float>) throws(RecognitionError) -> WakeWordHit?

    /// Forgets the stream so far.
    func reset()
}
