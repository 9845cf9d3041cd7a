// Parts that several assistants of one process share, and that do the same thing only once.

import Instrumentation
import SerenaSpeech
import Synchronization

/// Recogniser and voice for runs on a clock that states their times, loaded once.
public final class RememberedParts: Sendable {
    public static let shared = RememberedParts()

    private let kept = Mutex<[String: EngineParts]>([:])

    private init() {}

    /// - Throws: ``AssistantError`` when no recogniser or no voice can be loaded.
    public func parts(recognizer: String?, clock: any EngineClock) async throws -> EngineParts {
        try await clock.makeWorker(named: "loading", precedence: .yielding).run { [self] in
            try kept.withLock { kept in
                let known = try kept[recognizer ?? ""] ?? Self.remembering(try EngineParts.load(recognizer: recognizer))
                kept[recognizer ?? ""] = known
                return known
            }
        }
    }

    private static func remembering(_ parts: EngineParts) -> EngineParts {
        var parts = parts
        parts.recognizer = RememberingRecognizer(parts.recognizer)
        parts.synthesizer = RememberingSynthesizer(parts.synthesizer)
        if let load = parts.loadStandIn {
            let standIn = Mutex<RememberingRecognizer?>(nil)
            parts.loadStandIn = {
                try standIn.withLock { standIn in
                    let recognizer = try standIn ?? RememberingRecognizer(try load())
                    standIn = recognizer
                    return recognizer
                }
            }
        }
        return parts
    }
}
