// What the engine needs on this machine, part by part, tried rather than guessed.

import Foundation
import SerenaAudio
import SerenaSpeech

/// The state of one part of the engine.
public struct EngineHealth: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case working
        /// Another part stands in for it.
        case replaced
        case missing
    }

    /// What the part does.
    public let part: String
    public let state: State
    /// What was found, in a phrase.
    public let finding: String
    /// The command that mends it.
    public let remedy: String?

    /// Loads every part, and tries it.
    public static func examine() -> [EngineHealth] {
        [moonshine(), pocketSphinx(), voiceActivity(), voice(), tasks()]
    }

    private static func moonshine() -> EngineHealth {
        do {
            let recognizer = try MoonshineRecognizer(try MoonshineInstallation.find())
            return EngineHealth(part: "recogniser", state: .working, finding: recognizer.name, remedy: nil)
        } catch {
            return EngineHealth(
                part: "recogniser", state: .replaced, finding: "\(error)", remedy: MoonshineInstallation.remedy)
        }
    }

    private static func pocketSphinx() -> EngineHealth {
        do {
            let recognizer = try PocketSphinxRecognizer()
            return EngineHealth(part: "fall-back", state: .working, finding: recognizer.name, remedy: nil)
        } catch {
            return EngineHealth(
                part: "fall-back", state: .missing, finding: "\(error)",
                remedy: "apt-get install pocketsphinx-en-us")
        }
    }

    private static func voiceActivity() -> EngineHealth {
        do {
            let choice = try VoiceActivityChoice.load()
            return EngineHealth(
                part: "activity", state: choice.notice == nil ? .working : .replaced,
                finding: choice.notice ?? choice.detector.name,
                remedy: choice.notice == nil ? nil : SileroInstallation.remedy)
        } catch {
            return EngineHealth(
                part: "activity", state: .missing, finding: "\(error)", remedy: SileroInstallation.remedy)
        }
    }

    private static func voice() -> EngineHealth {
        do {
            let synthesizer = try FliteSynthesizer()
            var samples = 0
            try synthesizer.synthesize("Ready.") { chunk in
                samples += chunk.samples.count
                return true
            }
            guard samples > 0 else { throw SynthesisError.failed("it made no sound") }
            return EngineHealth(part: "voice", state: .working, finding: synthesizer.name, remedy: nil)
        } catch {
            return EngineHealth(
                part: "voice", state: .missing, finding: "\(error)", remedy: "apt-get install flite1-dev")
        }
    }

    private static func tasks() -> EngineHealth {
        do {
            let library = try TaskLibrary(paths: [])
            let count = library.patterns.count
            return EngineHealth(part: "tasks", state: .working, finding: "\(count) that can be asked for", remedy: nil)
        } catch {
            return EngineHealth(part: "tasks", state: .missing, finding: "\(error)", remedy: nil)
        }
    }
}
