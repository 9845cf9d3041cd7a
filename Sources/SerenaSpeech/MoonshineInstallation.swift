// Where the files of the Moonshine recogniser are.

import Foundation

/// The library and the model of Moonshine, as its Python wheel lays them out.
public struct MoonshineInstallation: Hashable, Sendable {
    /// The environment variable that names the folder of the models.
    public static let environmentVariable = "SERENA_MODELS"
    /// The command that brings what is missing.
    public static let remedy = "scripts/serena-bench setup"

    public let libraryPath: String
    /// The folder of the model, by which the library finds its files.
    public let modelFolder: String

    /// The files of the model, all of which are needed.
    public var modelFiles: [String] {
        Self.modelFileNames.map { modelFolder + "/" + $0 }
    }

    private static let modelFileNames = ["encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"]
    private static let libraryNames = ["libmoonshine.so", "libmoonshine.dylib"]
    private static let modelName = "assets/tiny-en"

    /// Looks for an installation.
    ///
    /// Where `SERENA_MODELS` is set, only that folder (or its `moonshine`) is looked at; else `.models/moonshine` in each of
    /// `searchRoots`.
    public static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        searchRoots: [String] = defaultSearchRoots
    ) throws(RecognitionError) -> MoonshineInstallation {
        let folders: [String]
        if let models = environment[environmentVariable], !models.isEmpty {
            folders = [models + "/moonshine", models]
        } else {
            folders = searchRoots.map { $0 + "/.models/moonshine" }
        }
        // An incomplete installation says more about what to do than the absence of any.
        var missing: String?
        for folder in folders.flatMap({ [$0 + "/moonshine_voice", $0] }) {
            switch inspect(folder) {
            case .complete(let installation): return installation
            case .incomplete(let file): missing = missing ?? file
            case .absent: continue
            }
        }
        throw .notInstalled(
            recognizer: "Moonshine",
            missing: missing ?? "\(libraryNames[0]) in \(folders.first ?? ".models/moonshine")",
            remedy: remedy)
    }

    /// The current folder, the folder of the program, and the folders around both.
    public static var defaultSearchRoots: [String] {
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
        var roots: [String] = []
        for start in [FileManager.default.currentDirectoryPath, program].compactMap({ $0 }) {
            var folder = URL(fileURLWithPath: start)
            while !roots.contains(folder.path) {
                roots.append(folder.path)
                folder = folder.deletingLastPathComponent()
            }
        }
        return roots
    }

    private enum Finding {
        case complete(MoonshineInstallation)
        case incomplete(missing: String)
        case absent
    }

    private static func inspect(_ folder: String) -> Finding {
        let exists = FileManager.default.fileExists(atPath:)
        guard let library = libraryNames.map({ folder + "/" + $0 }).first(where: exists) else { return .absent }
        let installation = MoonshineInstallation(libraryPath: library, modelFolder: folder + "/" + modelName)
        if let missing = installation.modelFiles.first(where: { !exists($0) }) { return .incomplete(missing: missing) }
        return .complete(installation)
    }
}
