// The folder in which baselines are kept: names, reading, writing.

import Crypto
import Foundation

/// The folder in which baselines are kept.
public struct BaselineFolder: Sendable {
    let path: String

    public init(path: String) {
        self.path = path
    }

    /// Where the baseline of that name is or would be.
    public func file(of name: String) throws(BenchError) -> String {
        let isSafe = name.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                || "-_.".unicodeScalars
                    .contains($0)
        }
        guard isSafe, !name.isEmpty, !name.hasPrefix("."), name.count <= 64 else {
            throw BenchError(
                .usage, "'\(name)' is no name for a baseline; use letters, digits, '-', '_' and '.'")
        }
        return "\(path)/\(name).json"
    }

    /// - Throws: ``BenchError`` with ``ExitCode/baseline`` when it is missing or damaged.
    public func read(_ name: String) throws(BenchError) -> Baseline {
        let file = try file(of: name)
        guard FileManager.default.fileExists(atPath: file) else {
            let known = names().isEmpty ? "there is none yet" : "there are \(names().joined(separator: ", "))"
            throw BenchError(
                .baseline, "there is no baseline '\(name)' in \(path); \(known)",
                remedy: "serena-bench baseline set \(name) --from RESULT")
        }
        return try JSONDocument.read(
            Baseline.self, kind: Baseline.kind, version: Baseline.currentSchemaVersion, from: file,
            failure: .baseline)
    }

    /// SHA-256 of a baseline's file.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/baseline`` when it cannot be read.
    func sha256(of name: String) throws(BenchError) -> String {
        do {
            return Digest.sha256(of: try FileReading.bytes(of: try file(of: name), limit: JSONDocument.largestFile))
        } catch {
            throw BenchError(.baseline, error.message, remedy: error.remedy)
        }
    }

    /// Writes a baseline whole or not at all.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/output`` when it cannot be written.
    public func write(_ baseline: Baseline) throws(BenchError) {
        let file = try file(of: baseline.name)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try JSONDocument.encode(baseline).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw BenchError(
                .output, "the baseline cannot be written to \(file): \(FileProblem.describe(error))")
        }
    }

    /// The names of all baselines, sorted.
    public func names() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map {
            String($0.dropLast(5))
        }.sorted()
    }
}
