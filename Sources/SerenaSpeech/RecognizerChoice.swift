// Which recogniser is used on this machine.

import Foundation

/// The best recogniser that this machine has, and what to tell the user about it.
public struct RecognizerChoice: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case moonshine, pocketsphinx
    }

    /// The environment variable that forces a recogniser.
    public static let environmentVariable = "SERENA_RECOGNIZER"

    public let kind: Kind
    public let recognizer: any SpeechRecognizer
    /// One line that says what is missing and what stands in for it; nil when all is as it should be.
    public let notice: String?

    /// Loads Moonshine, or PocketSphinx where Moonshine cannot be loaded. A recogniser that the environment forces is the
    /// only one that is tried.
    public static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        searchRoots: [String] = MoonshineInstallation.defaultSearchRoots,
        pocketSphinxFolder: String = PocketSphinxRecognizer.defaultModelFolder
    ) throws(RecognitionError) -> RecognizerChoice {
        let forced = environment[environmentVariable].flatMap { $0.isEmpty ? nil : $0.lowercased() }
        if let forced, Kind(rawValue: forced) == nil { throw .unknownRecognizer(forced) }
        if forced == Kind.pocketsphinx.rawValue {
            return RecognizerChoice(
                kind: .pocketsphinx, recognizer: try PocketSphinxRecognizer(modelFolder: pocketSphinxFolder),
                notice: nil)
        }
        do {
            let installation = try MoonshineInstallation.find(environment: environment, searchRoots: searchRoots)
            return RecognizerChoice(kind: .moonshine, recognizer: try MoonshineRecognizer(installation), notice: nil)
        } catch {
            guard forced == nil else { throw error }
            return try fallBack(because: error, pocketSphinxFolder)
        }
    }

    private static func fallBack(
        because problem: RecognitionError, _ folder: String
    ) throws(RecognitionError) -> RecognizerChoice {
        guard let recognizer = try? PocketSphinxRecognizer(modelFolder: folder) else {
            // Moonshine is the recogniser to install; PocketSphinx only stands in for it.
            throw problem
        }
        return RecognizerChoice(
            kind: .pocketsphinx, recognizer: recognizer,
            notice: "\(problem); PocketSphinx, which understands less, stands in for it")
    }
}
