// Where the weights of the Silero network are.

import Foundation

/// The file of the weights, as `scripts/serena-bench setup` lays it out.
public enum SileroInstallation {
    /// The environment variable that names the folder of the models.
    public static let environmentVariable = "SERENA_MODELS"
    /// The command that brings what is missing.
    public static let remedy = "scripts/serena-bench setup"

    private static let fileName = "silero_vad_16k.safetensors"

    /// Where the file is, or the place in which it should be.
    ///
    /// Where `SERENA_MODELS` is set, only that folder (or its `silero`) is looked at; else `.models/silero` in each of `roots`.
    public static func path(in roots: [String], environment: [String: String]) -> (path: String, exists: Bool) {
        let folders: [String]
        if let models = environment[environmentVariable], !models.isEmpty {
            folders = [models + "/silero", models]
        } else {
            folders = roots.map { $0 + "/.models/silero" }
        }
        let paths = folders.map { $0 + "/" + fileName }
        if let path = paths.first(where: FileManager.default.fileExists(atPath:)) { return (path, true) }
        return (paths.first ?? ".models/silero/" + fileName, false)
    }
}
