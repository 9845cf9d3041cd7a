// Whether a sound in the middle of an answer is somebody who wants to speak.

import Foundation

/// Judges each sound from its onset on: speech that takes the floor, or a cough, clapping, humming in agreement.
///
/// A small neural network looks at ``OnsetFeatures``, again with every frame, up to ``patience``. What the last looks say is added up, so
/// that a clear beginning is settled at once and an unclear one later.
public struct BargeInDetector: Sendable {
    /// Beyond this a sound that was not found to be speech is left alone until it pauses.
    static let patience = AudioFrame.duration * 40
    /// Frames of quiet that end a sound: stops such as /k/ are shorter.
    private static let quietFrames = 8
    /// Frames that must be heard before anything is said.
    static let leastFrames = 4
    /// The looks whose findings are added up.
    private static let agreeing = 3

    private let network: OnsetNetwork
    private var eye = FrameEye()
    private var looks: [FrameLook] = []
    /// The last look, which belongs to a sound that is found to have begun with it.
    private var previous: FrameLook?
    /// What the network said of the sound so far, before its logistic function.
    private var activations: [Float] = []
    private var quiet = 0
    private var hasSpoken = false

    /// What the network was last asked, for training; nil when it was not.
    public private(set) var question: [Float]?

    public init() {
        self.init(network: .shipped)
    }

    init(network: OnsetNetwork) {
        self.network = network
    }

    /// Takes the next frame, without the assistant's own voice.
    ///
    /// - Parameter isLoud: whether it stands out of the background and of what may be left of an echo.
    /// - Returns: whether it is settled now, and only now, that somebody speaks.
    public mutating func step(_ samples: [Float], isLoud: Bool) -> Bool {
        let look = eye.look(at: samples, isLoud: isLoud)
        question = nil
        defer { previous = isLoud ? look : nil }
        if looks.isEmpty {
            guard isLoud, let previous else { return false }
            looks = [previous]
            quiet = 0
        }
        quiet = isLoud ? 0 : quiet + 1
        guard quiet < Self.quietFrames else {
            forgetSound()
            return false
        }
        guard !hasSpoken, AudioFrame.duration * looks.count < Self.patience else { return false }
        looks.append(look)
        guard looks.count >= Self.leastFrames, isLoud else { return false }
        let values = OnsetFeatures.values(of: looks)
        question = values
        activations.append(network.activation(of: values).output)
        hasSpoken = Self.evidence(activations) >= OnsetWeights.leastEvidence
        return hasSpoken
    }

    /// What the last looks say together: a very clear one may stand for three.
    ///
    /// - Parameter activations: what the network said of a sound so far, before its logistic function.
    public static func evidence(_ activations: [Float]) -> Float {
        activations.suffix(agreeing).reduce(0, +)
    }

    /// Forgets the sound that goes on.
    public mutating func reset() {
        forgetSound()
        previous = nil
        question = nil
    }

    private mutating func forgetSound() {
        looks = []
        activations = []
        quiet = 0
        hasSpoken = false
    }
}
