// The three files of a report, all made from the result alone.

import Foundation

/// Writes `result.json`, `report.md` and `report.html`.
enum ReportFiles {
    static let resultName = "result.json"

    static func write(_ result: BenchResult, to folder: RunFolder) throws {
        try folder.write(try JSONDocument.encode(result), to: resultName)
        for (name, data) in try rendered(result) { try folder.write(data, to: name) }
    }

    /// The files that are pure functions of the result, by name.
    static func rendered(_ result: BenchResult) throws -> [(name: String, data: Data)] {
        [
            ("report.md", Data(MarkdownReport.text(result).utf8)),
            ("report.html", Data(try HTMLReport.text(result).utf8)),
        ]
    }

    /// Reads a result from its file, or from the folder that holds it.
    static func read(_ path: String) throws(BenchError) -> BenchResult {
        try JSONDocument.read(
            BenchResult.self, kind: BenchResult.kind, version: BenchResult.currentSchemaVersion,
            from: isFolder(path) ? "\(path)/\(resultName)" : path,
            failure: .usage)
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
