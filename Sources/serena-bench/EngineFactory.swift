// Which assistant a run is made with.

import AssistantInterface
import Foundation
import SerenaBench
import SerenaEngine

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
    var recognizer: String?
    for (name, values) in request.settings {
        switch name {
        case "tasks": configuration.taskFiles = values.map { path($0, in: request.scenarioFolder) }
        case "recognizer": recognizer = values.first
        case "patience": configuration.endpointPatience = try endpointPatience(values.first ?? "")
        case "name": configuration.name = values.first ?? configuration.name
        default:
            throw AssistantError(
                "the engine has no setting '\(name)'",
                remedy: "use tasks, recognizer, patience or name under 'assistant'")
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

/// Reads the factor on the engine's waits.
private func endpointPatience(_ text: String) throws(AssistantError) -> Double {
    guard let factor = Double(text), (0.1...10).contains(factor) else {
        throw AssistantError("'\(text)' is no patience", remedy: "a factor from 0.1 to 10; 1 is the engine's own")
    }
    return factor
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
