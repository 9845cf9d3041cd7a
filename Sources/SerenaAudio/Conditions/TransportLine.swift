// What a line does to the sound that it carries: parts of it get lost.

import Foundation
import Instrumentation

/// A line that loses packets and breaks off, frame by frame, the same way for the same seed.
public struct TransportLine: Sendable {
    /// The frames of one packet.
    public static let framesPerPacket = 2
    /// The time that one packet carries.
    public static let packet = AudioFrame.duration * framesPerPacket

    /// A chain of two states, good and bad, in the latter of which everything is lost (Gilbert, 1960; Elliott, 1963).
    struct Chain: Sendable {
        /// The probability of going from good to bad, and from bad to good, at each step.
        let (worse, better): (Double, Double)
        var isBad = false

        /// - Parameters:
        ///   - share: of steps that are bad.
        ///   - burst: the mean number of bad steps in a row; nil when each stands for itself.
        init(share: Double, burst: Double?) {
            if let burst {
                better = 1 / max(1, burst)
                worse = share >= 1 ? 1 : min(1, better * share / (1 - share))
            } else {
                (worse, better) = (share, 1 - share)
            }
        }

        mutating func step(_ chance: Double) -> Bool {
            isBad = isBad ? chance >= better : chance < worse
            return isBad
        }
    }

    /// Gaps of a fixed length at random times.
    struct Gaps: Sendable {
        let frames: Int
        /// The probability that a gap begins at a frame outside of one.
        let chance: Double
        var remaining = 0

        init(length: Duration, share: Double) {
            frames = max(1, Int(length.nanoseconds / AudioFrame.duration.nanoseconds))
            chance = share >= 1 ? 1 : min(1, share / (Double(frames) * (1 - share)))
        }

        mutating func step(_ draw: Double) -> Bool {
            if remaining == 0, draw < chance { remaining = frames }
            guard remaining > 0 else { return false }
            remaining -= 1
            return true
        }
    }

    private var chains: [Chain] = []
    private var gaps: [Gaps] = []
    private var random: SeededGenerator
    private var frame = 0
    private var isPacketLost = false

    /// - Parameters:
    ///   - conditions: those that concern a line; others are passed over.
    ///   - seed: decides what is lost.
    public init(_ conditions: [Condition], seed: UInt64) {
        random = SeededGenerator(seed: seed)
        for condition in conditions {
            switch condition {
            case .loss(let share, let burst):
                let packets = burst.map { Double($0.nanoseconds) / Double(Self.packet.nanoseconds) }
                chains.append(Chain(share: share, burst: packets))
            case .dropouts(let length, let share): gaps.append(Gaps(length: length, share: share))
            default: break
            }
        }
    }

    /// Whether the line does nothing at all.
    public var isPerfect: Bool { chains.isEmpty && gaps.isEmpty }

    /// Whether the next frame arrives.
    public mutating func carriesNextFrame() -> Bool {
        if frame % Self.framesPerPacket == 0 {
            isPacketLost = false
            for index in chains.indices where chains[index].step(uniform()) { isPacketLost = true }
        }
        frame += 1
        var isInGap = false
        for index in gaps.indices where gaps[index].step(uniform()) { isInGap = true }
        return !isPacketLost && !isInGap
    }

    private mutating func uniform() -> Double {
        Double(random.next() >> 11) * 0x1p-53
    }
}
