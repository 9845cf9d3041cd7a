// The choice of the parts of a session, and how they are named in a report.

import AssistantInterface
import Crypto
import Foundation
import Instrumentation
import SerenaAudio
import SerenaNetBridge
import SerenaNetBytecode
import SerenaSpeech

/// The parts of an assistant that another implementation can stand in for.
public struct EngineParts: Sendable {
    public var recognizer: any SpeechRecognizer
    public var synthesizer: any SpeechSynthesizer
    public var detector: any VoiceActivityDetector
    /// The file of the detector's weights; nil where it has none.
    public var detectorWeights: String?
    /// Loads the recogniser that takes over when ``recognizer`` fails during a talk; nil for none.
    public var loadStandIn: (@Sendable () throws -> any SpeechRecognizer)?
    /// One line for each part that is missing and what stands in for it.
    public var notices: [String]

    public init(
        recognizer: any SpeechRecognizer, synthesizer: any SpeechSynthesizer,
        detector: any VoiceActivityDetector = EnergyVoiceActivityDetector(), notices: [String] = []
    ) {
        self.recognizer = recognizer
        self.synthesizer = synthesizer
        self.detector = detector
        self.notices = notices
    }

    /// The best parts that are installed.
    ///
    /// They are loaded on a yielding worker, because a recogniser starts threads of its own as it is loaded, and these too must let
    /// the ear go first.
    ///
    /// - Parameter wanted: the recogniser, `moonshine` or `pocketsphinx`; nil for the best one.
    /// - Throws: ``AssistantError`` when no recogniser or no voice can be loaded.
    public static func installed(recognizer wanted: String? = nil, clock: any EngineClock) async throws -> EngineParts {
        try await clock.makeWorker(named: "loading", precedence: .yielding).run { try load(recognizer: wanted) }
    }

    static func load(recognizer wanted: String?) throws -> EngineParts {
        var environment = ProcessInfo.processInfo.environment
        if let wanted { environment[RecognizerChoice.environmentVariable] = wanted }
        do {
            let choice = try RecognizerChoice.load(environment: environment)
            let activity = try VoiceActivityChoice.load(environment: environment)
            var parts = EngineParts(
                recognizer: choice.recognizer, synthesizer: try FliteSynthesizer(), detector: activity.detector,
                notices: [choice.notice, activity.notice].compactMap(\.self))
            parts.detectorWeights = activity.weightsFile
            if choice.kind != .pocketsphinx { parts.loadStandIn = { try PocketSphinxRecognizer() } }
            return parts
        } catch {
            throw AssistantError("\(error)", remedy: "scripts/serena-bench doctor")
        }
    }
}

extension Session {
    /// Everything that can change the figures.
    static func identity(
        _ configuration: EngineConfiguration, library: TaskLibrary, parts: EngineParts
    ) -> AssistantIdentity {
        let waits = configuration.endpointer
        var inputs = library.inputs
        if let model = parts.recognizer as? MoonshineRecognizer {
            for file in model.modelFiles {
                inputs["model/" + URL(filePath: file).lastPathComponent] = sha256(ofFile: file)
            }
        }
        if let file = parts.detectorWeights {
            inputs["model/" + URL(filePath: file).lastPathComponent] = sha256(ofFile: file)
        }
        return AssistantIdentity(
            name: configuration.name.lowercased(), version: SerenaVersion.current,
            settings: [
                "recognizer": parts.recognizer.name,
                "voice": parts.synthesizer.name,
                "voiceActivity": parts.detector.name,
                "optimization": library.program.optimizationLevel.rawValue,
                "waitCompleteMs": "\(Int(waits.complete.milliseconds))",
                "waitExtendableMs": "\(Int(waits.extendable.milliseconds))",
                "waitBrokenMs": "\(Int(waits.broken.milliseconds))",
                "waitUnfinishedMs": "\(Int(waits.unfinished.milliseconds))",
                "wakeWord": configuration.wakeWord ?? "none",
                "profile": configuration.voiceProfile?.userId ?? "none",
                "patience": "\(waits.patience)",
                "speculationShare": "\(configuration.speculationShare)",
                "waitUnknownMs": "\(Int(waits.unknown.milliseconds))",
                "waitUndecidedMs": "\(Int(waits.undecided.milliseconds))",
            ],
            inputs: inputs, notices: parts.notices)
    }

    private static func sha256(ofFile path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var hash = SHA256()
        while let part = try? handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
}

extension BridgeRequest {
    /// What the bridge needs to know of what was understood.
    init(transcript: String, _ classification: IntentClassification) {
        self.init(
            transcript: transcript, intent: classification.intent, confidence: classification.confidence,
            slots: classification.parameters.mapValues(VMValue.init), isAddressed: classification.isAddressed,
            hasContent: classification.hasContent)
    }
}

extension VMValue {
    init(_ slot: SlotValue) {
        switch slot {
        case .int(let value): self = .int(value)
        case .float(let value): self = .float(value)
        case .bool(let value): self = .bool(value)
        case .string(let value): self = .string(value)
        }
    }

    /// The value as text, for reports: whole numbers without a fraction.
    var spoken: String {
        switch self {
        case .int(let value): "\(value)"
        case .float(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value): value
        case .list(let values): values.map(\.spoken).joined(separator: ", ")
        case .map(let entries): entries.map { "\($0.key) \($0.value.spoken)" }.joined(separator: ", ")
        case .null: ""
        }
    }
}
