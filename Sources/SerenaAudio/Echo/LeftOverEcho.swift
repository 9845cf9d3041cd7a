// How much of an echo that was taken out may be left all the same.

import Foundation

/// The share of the predicted echo that the canceller leaves behind, by experience.
///
/// The canceller knows how unsure it is of a way that stays as it is. A new way, a loudspeaker that distorts, and clocks that drift apart leave
/// more than it thinks; that shows in what is left while nobody speaks.
struct LeftOverEcho: Sendable {
    /// Whatever the canceller says, −11 dB.
    private static let least = 0.08
    /// When nothing was heard of the way of the echo yet, and at the most; falls by ``learning`` with every frame of echo.
    private static let most = 0.5
    private static let learning = 0.97
    /// An echo below this level, in dBFS, teaches nothing.
    private static let audible = -55.0
    /// The share of a mean that is kept from frame to frame: half a second.
    private static let memory = 0.98
    /// Single frames hold more than the mean of many, by this factor of power.
    private static let margin = 3.0

    /// Frames of echo since the way was last found to be new.
    private var frames = 0
    private var predicted = 0.0
    private var left = 0.0

    /// Of the power of the echo.
    var share: Double {
        let measured = predicted > 0 ? Self.margin * left / predicted : 0
        return max(Self.least, Self.most * pow(Self.learning, Double(frames)), min(Self.most, measured))
    }

    /// Takes the power of the echo that was predicted for a frame, and of what was left of the frame.
    ///
    /// - Parameter isOther: whether somebody else speaks, so that what is left says nothing.
    mutating func note(predicted echo: Double, residual: Double, isOther: Bool) {
        if Level.ofPower(echo) > Self.audible { frames += 1 }
        guard !isOther else { return }
        predicted = Self.memory * predicted + echo
        left = Self.memory * left + residual
    }

    /// Forgets the experience with a way that is no more.
    mutating func beginAnew() {
        frames = 0
    }
}
