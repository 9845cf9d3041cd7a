// The files of a report, all made from the result.

import Foundation

/// Writes `result.json` and the reports beside it.
enum ReportFiles {
    static let resultName = "result.json"

    /// - Parameter trend: earlier results of the same kind, for the page.
    static func write(_ result: BenchResult, trend: HistoryTrend? = nil, to folder: RunFolder) throws {
        try folder.write(try JSONDocument.encode(result), to: resultName)
        let clips = ClipChoice.clips(of: result) { path, limit in folder.read(path, limit: limit) }
        for (name, data) in try rendered(ReportMaterial(result: result, clips: clips, trend: trend)) {
            try folder.write(data, to: name)
        }
    }

    /// The files that are pure functions of the material, by name.
    static func rendered(_ material: ReportMaterial) throws -> [(name: String, data: Data)] {
        try ReportFormat.files.compactMap { format in
            guard let name = format.fileName else { return nil }
            return (name, Data(try material.text(as: format).utf8))
        }
    }

    /// Reads a result from its file, or from the folder that holds it.
    static func read(_ path: String) throws(BenchError) -> BenchResult {
        try JSONDocument.read(
            BenchResult.self, kind: BenchResult.kind, version: BenchResult.currentSchemaVersion,
            from: isFolder(path) ? "\(path)/\(resultName)" : path, failure: .usage)
    }

    /// The bytes of a small file; nil when it is missing, no plain file, or larger than `limit` bytes.
    static func small(_ path: String, limit: Int) -> Data? {
        try? FileReading.bytes(of: path, limit: limit)
    }

    /// The folder that belongs to the result at `path`, which may be that folder.
    static func folder(of path: String) -> String {
        isFolder(path) ? path : (path as NSString).deletingLastPathComponent
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
