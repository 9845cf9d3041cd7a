// Where the files of the Moonshine recogniser are.

import Foundation

/// The model of Moonshine and the library that computes it, ONNX Runtime, as Moonshine's Python wheel lays them out.
public struct MoonshineInstallation: Hashable, Sendable {
    /// The environment variable that names the folder of the models.
    public static let environmentVariable = "SERENA_MODELS"
    /// The command that brings what is missing.
    public static let remedy = "scripts/serena-bench setup"

    public let libraryPath: String
    /// The folder of the files of the model.
    public let modelFolder: String

    /// The files of the model, all of which are needed.
    public var modelFiles: [String] { [encoderFile, decoderFile, vocabularyFile] }

    var encoderFile: String { modelFolder + "/encoder_model.ort" }
    var decoderFile: String { modelFolder + "/decoder_model_merged.ort" }
    var vocabularyFile: String { modelFolder + "/tokenizer.bin" }

    /// What the name of the library begins with; a wheel puts a hash and a version behind it.
    private static let libraryName = "libonnxruntime"
    /// Where wheels keep their libraries, seen from the package's folder: auditwheel beside it, delocate in it.
    private static let libraryFolders = [".libs", "/.dylibs", ""]
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
            missing: missing ?? "\(libraryName) in \(folders.first ?? ".models/moonshine")",
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
        guard exists(folder), let library = library(of: folder) else { return .absent }
        let installation = MoonshineInstallation(libraryPath: library, modelFolder: folder + "/" + modelName)
        if let missing = installation.modelFiles.first(where: { !exists($0) }) { return .incomplete(missing: missing) }
        return .complete(installation)
    }

    private static func library(of folder: String) -> String? {
        for place in libraryFolders.map({ folder + $0 }) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            if let name = names.filter({ $0.hasPrefix(libraryName) }).min() { return place + "/" + name }
        }
        return nil
    }
}
