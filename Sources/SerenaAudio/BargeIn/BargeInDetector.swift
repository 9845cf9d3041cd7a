// Whether a sound in the middle of an answer is somebody who wants to speak.

import Foundation

/// Judges each sound from its onset on, in two stages: does somebody perhaps want to speak, and does anybody speak?
///
/// A small neural network looks at ``OnsetFeatures``, again with every frame, up to ``patience``. A single look that finds speech likelier than not is enough for a claim, which costs little
/// if it is wrong; the last looks together settle what is speech. Speech that lasts is meant to take the floor; of a short piece of it only its words can
/// tell: "stop" and "yeah" sound alike.
public struct BargeInDetector: Sendable {
    /// Beyond this a sound that was not found to be speech is left alone until it pauses.
    static let patience = AudioFrame.duration * 40
    /// Speech that has gone on for so long is no mere sign of attention. Nobody waits for it: the answer is silent meanwhile.
    static let longestRemark = AudioFrame.duration * 90
    /// Frames of quiet that end a sound: stops such as /k/ are shorter.
    private static let quietFrames = 8
    /// The same for a sound for which the answer was held: to go on in the middle of a word is worse than to wait a little.
    private static let quietFramesOfClaim = 12
    /// Frames that must be heard before anything is said.
    static let leastFrames = 2
    /// The looks whose findings are added up to settle what is speech.
    private static let agreeing = 3

    private let network: OnsetNetwork
    private var eye = FrameEye()
    private var looks: [FrameLook] = []
    /// The last look, which belongs to a sound that is found to have begun with it.
    private var previous: FrameLook?
    /// What the network said of the sound so far, before its logistic function.
    private var activations: [Float] = []
    private var quiet = 0
    /// Frames since the onset.
    private var age = 0
    private var hasClaimed = false
    private var isSpeech = false
    private var isSettled = false

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
    /// - Returns: what is known of the sound with this frame, and was not before.
    public mutating func step(_ samples: [Float], isLoud: Bool) -> FloorBid? {
        let look = eye.look(at: samples, isLoud: isLoud)
        question = nil
        defer { previous = isLoud ? look : nil }
        if looks.isEmpty {
            guard isLoud, let previous else { return nil }
            looks = [previous]
            age = 1
        }
        age += 1
        quiet = isLoud ? 0 : quiet + 1
        guard quiet < (hasClaimed && !isSettled ? Self.quietFramesOfClaim : Self.quietFrames) else {
            defer { forgetSound() }
            return hasClaimed && !isSettled ? (isSpeech ? .remark : .nothing) : nil
        }
        if AudioFrame.duration * looks.count < Self.patience { judge(look, isLoud: isLoud) }
        return bid()
    }

    private mutating func judge(_ look: FrameLook, isLoud: Bool) {
        looks.append(look)
        guard looks.count >= Self.leastFrames, isLoud else { return }
        let values = OnsetFeatures.values(of: looks)
        question = values
        activations.append(network.activation(of: values).output)
        isSpeech = isSpeech || Self.evidence(activations) >= OnsetWeights.leastEvidence
    }

    /// What the looks so far amount to.
    private mutating func bid() -> FloorBid? {
        if isSettled { return nil }
        guard hasClaimed else {
            guard let last = activations.last, question != nil else { return nil }
            let least = activations.count == 1 ? OnsetWeights.leastClaim : OnsetWeights.leastLaterClaim
            hasClaimed = last >= least || isSpeech
            return hasClaimed ? .claim : nil
        }
        if isSpeech {
            isSettled = AudioFrame.duration * (age - quiet) >= Self.longestRemark
            return isSettled ? .speech : nil
        }
        isSettled = AudioFrame.duration * age >= Self.patience
        return isSettled ? .nothing : nil
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
        (quiet, age) = (0, 0)
        (hasClaimed, isSpeech, isSettled) = (false, false, false)
    }
}
