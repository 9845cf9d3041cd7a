// Which assistant a run is made with.

import AssistantInterface
import BytecodeCache
import Foundation
import SerenaBench
import SerenaEngine
import SerenaSpeech

/// The assistants that `--assistant` can name.
enum AssistantChoice {
    /// The reference engine.
    case serena
    /// The harness's own assistant, which answers a burst of known length after a known delay.
    case calibration(delay: Duration)

    /// Reads `serena` or `calibration:250ms`.
    init?(_ text: String) {
        if text == "serena" {
            self = .serena
            return
        }
        guard text.hasPrefix("calibration:"), let delay = DurationText.parse(String(text.dropFirst(12))) else {
            return nil
        }
        self = .calibration(delay: delay)
    }

    /// Makes a fresh assistant for each run.
    var factory: AssistantFactory {
        switch self {
        case .serena: { try await makeEngine($0) }
        case .calibration(let delay): { CalibrationAssistant(delay: delay, clock: $0.clock) }
        }
    }
}

/// The reference engine with the settings of a scenario.
private func makeEngine(_ request: AssistantRequest) async throws -> SerenaAssistant {
    var configuration = EngineConfiguration()
    configuration.folder = request.folder
    configuration.cache = ProgramCache.shared
    var recognizer: String?
    for (name, values) in request.settings {
        let value = values.first ?? ""
        switch name {
        case "tasks": configuration.taskFiles = values.map { path($0, in: request.scenarioFolder) }
        case "recognizer": recognizer = value
        case "name": configuration.name = value
        case "wakeWord": configuration.wakeWord = value
        case "profile": configuration.voiceProfile = try voiceProfile(path(value, in: request.scenarioFolder))
        case "patience": configuration.endpointer.patience = try number(value, name, within: 0.1...10)
        case "speculation": configuration.speculationShare = try number(value, name, within: 0...1)
        case "script": configuration.script = values
        default:
            throw AssistantError(
                "the engine has no setting '\(name)'",
                remedy:
                    "use tasks, recognizer, name, wakeWord, profile, patience, speculation or script under 'assistant'")
        }
    }
    let parts =
        if request.mayRememberSpeech {
            try await RememberedParts.shared.parts(recognizer: recognizer, clock: request.clock)
        } else {
            try await EngineParts.installed(recognizer: recognizer, clock: request.clock)
        }
    return SerenaAssistant(configuration: configuration, parts: parts, clock: request.clock)
}

private func voiceProfile(_ path: String) throws -> VoiceProfile {
    do {
        return try VoiceProfileFolder.read(URL(filePath: path))
    } catch {
        throw AssistantError("\(error)", remedy: "serena-bench profile enrol")
    }
}

private func number(_ text: String, _ name: String, within range: ClosedRange<Double>) throws(AssistantError) -> Double
{
    guard let value = Double(text), range.contains(value) else {
        throw AssistantError(
            "'\(text)' is no value for the setting '\(name)'",
            remedy: "give a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
}

private func path(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") ? path : URL(filePath: folder).appending(path: path).path(percentEncoded: false)
}

/// What the engine needs, part by part.
func engineChecks() async -> [DoctorCheck] {
    EngineHealth.examine().map { part in
        let state: DoctorCheck.State =
            switch part.state {
            case .working: .ok
            case .replaced: .warning
            case .missing: .missing
            }
        return DoctorCheck(name: part.part, state: state, detail: part.finding, remedy: part.remedy)
    }
}
