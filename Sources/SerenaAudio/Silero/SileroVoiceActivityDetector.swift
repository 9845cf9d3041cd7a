// Voice activity from the Silero network alone.

import Foundation

/// Tells speech by the Silero network, with the thresholds that are published with it.
public struct SileroVoiceActivityDetector: VoiceActivityDetector {
    /// How often the network looks.
    public enum Pace: Hashable, Sendable {
        /// Every 32 ms, as it was made to.
        case chunks
        /// Every 10 ms: three networks take turns, each of which looks every 30 ms with a memory of its own.
        case frames
    }

    public let name = "silero alone"

    /// Speech begins at this probability…
    private static let onset = 0.5
    /// …and ends below this one (the published difference is 0.15).
    private static let offset = 0.35

    private var stream: SileroStream
    private var isSpeech = false

    public init(_ weights: SileroWeights, pace: Pace) {
        stream = SileroStream(weights, pace: pace)
    }

    public mutating func reset() {
        stream.reset()
        isSpeech = false
    }

    public mutating func process(_ frame: AudioFrame) -> VoiceActivity {
        let probability = stream.probability(after: frame.samples)
        isSpeech = probability >= (isSpeech ? Self.offset : Self.onset)
        return VoiceActivity(
            isSpeech: isSpeech, probability: probability, level: Level.rms(of: frame.samples),
            noiseFloor: Level.silence)
    }
}

/// The Silero network on a stream of frames.
struct SileroStream: Sendable {
    private let pace: SileroVoiceActivityDetector.Pace
    private var network: SileroNetwork
    private var memories: [SileroNetwork.Memory]
    /// The network whose turn it is.
    private var turn = 0
    /// The last samples, of which the network sees the first ``SileroNetwork/chunk``.
    private var recent = [Float](repeating: 0, count: SileroNetwork.chunk)
    /// Samples at the end of ``recent`` that the network has not seen yet.
    private var unseen = 0
    private var probability = 0.0

    /// The samples that are kept, of which there are never many.
    var heldSamples: Int { recent.count }

    init(_ weights: SileroWeights, pace: SileroVoiceActivityDetector.Pace) {
        self.pace = pace
        network = SileroNetwork(weights)
        memories = Self.memories(pace)
    }

    private static func memories(_ pace: SileroVoiceActivityDetector.Pace) -> [SileroNetwork.Memory] {
        let count =
            switch pace {
            case .chunks: 1
            case .frames: 3
            }
        return [SileroNetwork.Memory](repeating: .init(), count: count)
    }

    mutating func reset() {
        memories = Self.memories(pace)
        turn = 0
        recent = [Float](repeating: 0, count: SileroNetwork.chunk)
        unseen = 0
        probability = 0
    }

    /// Takes the samples of a frame; gives how likely there is speech, as far as the network has looked.
    mutating func probability(after samples: [Float]) -> Double {
        // A frame that is longer than a frame can be is cut, so that memory is bounded.
        let heard = samples.suffix(SileroNetwork.chunk).lazy.map { $0.isFinite ? max(-1, min(1, $0)) : 0 }
        recent.append(contentsOf: heard)
        unseen += heard.count
        switch pace {
        case .frames:
            recent.removeFirst(recent.count - SileroNetwork.chunk)
            unseen = 0
            probability = network.probability(of: recent, memory: &memories[turn])
            turn = (turn + 1) % memories.count
        case .chunks:
            while unseen >= SileroNetwork.stride {
                unseen -= SileroNetwork.stride
                let end = recent.count - unseen
                probability = network.probability(
                    of: recent[end - SileroNetwork.chunk..<end], memory: &memories[0])
            }
            recent.removeFirst(max(0, recent.count - SileroNetwork.chunk - unseen))
        }
        return probability
    }
}
