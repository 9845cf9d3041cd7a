// The one thing that the harness knows about an assistant: it hears frames, plays sound, and tells what it did.

import Instrumentation
import SerenaAudio

/// A voice assistant under test.
///
/// One value lives for one run: it is started once, hears every frame of the run in order, and is stopped.
public protocol Assistant: Sendable {
    /// What is being tested, for the report.
    var identity: AssistantIdentity { get async }

    /// Loads what the assistant needs and makes it ready to hear.
    ///
    /// - Parameters:
    ///   - output: where its voice goes.
    ///   - observer: told about every turn. An assistant that cannot see inside itself never calls it.
    /// - Throws: ``AssistantError`` when it cannot work.
    func start(output: any AudioOutput, observer: any TurnObserver) async throws

    /// Takes one frame. Returns as soon as the frame is accepted; the work that it causes goes on behind it.
    func hear(_ frame: AudioFrame) async

    /// Brings about, or ends, a fault around the assistant.
    func inject(_ fault: Fault) async

    /// Finishes what must be kept and lets everything go. Nothing is heard or played afterwards.
    func stop() async
}

/// Something that goes wrong in or around the assistant, or is mended, because a scenario says so.
public enum Fault: String, CaseIterable, Codable, Sendable {
    case networkDown = "network-down"
    case networkUp = "network-up"
    /// Recognition takes 150 ms longer than it does, as on a machine that has other work.
    case recognizerSlow = "recognizer-slow"
    /// The recogniser fails on everything.
    case recognizerFails = "recognizer-fails"
    case recognizerRecovers = "recognizer-recovers"
    /// Synthesis fails on everything.
    case voiceFails = "voice-fails"
    case voiceRecovers = "voice-recovers"
    /// Nothing more can be written.
    case diskFull = "disk-full"
    case diskRecovers = "disk-recovers"

    /// What mends it; nil for what mends others.
    public var recovery: Fault? {
        switch self {
        case .networkDown: .networkUp
        case .recognizerSlow, .recognizerFails: .recognizerRecovers
        case .voiceFails: .voiceRecovers
        case .diskFull: .diskRecovers
        case .networkUp, .recognizerRecovers, .voiceRecovers, .diskRecovers: nil
        }
    }
}

/// Names what is under test, so that two results can be compared, or refused.
public struct AssistantIdentity: Hashable, Codable, Sendable {
    /// Such as `serena`.
    public var name: String
    /// The build or release.
    public var version: String
    /// Everything that can change the figures, by name: recogniser, model, voice, thresholds.
    public var settings: [String: String]
    /// SHA-256 of every file that the assistant works from, by name.
    public var inputs: [String: String]
    /// One line for each part that is missing and what stands in for it.
    public var notices: [String]

    public init(
        name: String, version: String, settings: [String: String] = [:], inputs: [String: String] = [:],
        notices: [String] = []
    ) {
        self.name = name
        self.version = version
        self.settings = settings
        self.inputs = inputs
        self.notices = notices
    }
}

/// Why an assistant cannot work, and what mends it.
public struct AssistantError: Error, CustomStringConvertible, Sendable {
    public let reason: String
    /// The command or the change that helps, if there is one.
    public let remedy: String?

    public init(_ reason: String, remedy: String? = nil) {
        self.reason = reason
        self.remedy = remedy
    }

    public var description: String {
        remedy.map { "\(reason)\n  try: \($0)" } ?? reason
    }
}
