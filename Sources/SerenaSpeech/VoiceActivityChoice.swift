// Which voice activity detector is used on this machine.

import Foundation
import SerenaAudio

/// The best voice activity detector that this machine has, and what to tell the user about it.
public struct VoiceActivityChoice: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// The Silero network and the level together.
        case silero
        /// The level alone.
        case energy
    }

    /// Why no detector can be used.
    public struct Problem: Error, CustomStringConvertible, Hashable, Sendable {
        public let description: String
    }

    /// The environment variable that forces a detector.
    public static let environmentVariable = "SERENA_VOICE_ACTIVITY"

    public let kind: Kind
    public let detector: any VoiceActivityDetector
    /// The file of the network's weights; nil where none is used.
    public let weightsFile: String?
    /// One line that says what is missing and what stands in for it; nil when all is as it should be.
    public let notice: String?

    /// Loads the network, or takes the level alone where it cannot be loaded. A detector that the environment forces is
    /// the only one that is tried.
    public static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        searchRoots: [String] = MoonshineInstallation.defaultSearchRoots
    ) throws(Problem) -> VoiceActivityChoice {
        let forced = environment[environmentVariable].flatMap { $0.isEmpty ? nil : $0.lowercased() }
        if let forced, Kind(rawValue: forced) == nil {
            let names = Kind.allCases.map(\.rawValue).joined(separator: " and ")
            throw Problem(description: "there is no voice activity detector '\(forced)'; there are \(names)")
        }
        if forced == Kind.energy.rawValue { return energy(notice: nil) }
        let problem: String
        let (path, exists) = SileroInstallation.path(in: searchRoots, environment: environment)
        if exists {
            do {
                let weights = try SileroWeights(try SafeTensors(path: path))
                return VoiceActivityChoice(
                    kind: .silero, detector: BlendedVoiceActivityDetector(weights), weightsFile: path, notice: nil)
            } catch {
                problem = "the voice activity network cannot be used: \(error)"
            }
        } else {
            problem = "the voice activity network is missing: \(path)"
        }
        guard forced == nil else { throw Problem(description: "\(problem) (try \(SileroInstallation.remedy))") }
        return energy(
            notice:
                "\(problem) (try \(SileroInstallation.remedy)); the level of the sound, which takes noise for speech, "
                + "stands in for it")
    }

    private static func energy(notice: String?) -> VoiceActivityChoice {
        VoiceActivityChoice(
            kind: .energy, detector: EnergyVoiceActivityDetector(), weightsFile: nil, notice: notice)
    }
}
