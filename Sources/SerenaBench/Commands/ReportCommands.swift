// `serena-bench report` and `schema`, and how a result becomes a report.

import Foundation

extension BenchEnvironment {
    /// Renders the reports of a result again: beside it, or into another folder.
    public func renderReport(of path: String, into folder: String?) async -> ExitCode {
        await reporting {
            let material = try material(ofResultAt: path)
            let target = folder.map(absolute) ?? ReportFiles.folder(of: absolute(path))
            for (name, data) in try ReportFiles.rendered(material) {
                do {
                    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                    try data.write(to: URL(fileURLWithPath: "\(target)/\(name)"), options: .atomic)
                } catch {
                    throw BenchError(
                        .output, "\(target)/\(name) cannot be written: \(FileProblem.describe(error))")
                }
                terminal.result(display("\(target)/\(name)"))
            }
            return .pass
        }
    }

    /// Prints a result in one form.
    public func printReport(of path: String, as format: ReportFormat) async -> ExitCode {
        await reporting {
            try publish(try material(ofResultAt: path), as: format)
            return .pass
        }
    }

    /// Prints a schema, for editors and other programs.
    public func printSchema(_ kind: SchemaKind) async -> ExitCode {
        terminal.result(kind.text)
        return .pass
    }

    /// Leaves a result with its reports and its answers under the final name of `folder`, and keeps it in the history.
    ///
    /// - Returns: the final name, absolute.
    func keep(_ result: BenchResult, in folder: RunFolder) throws -> String {
        let sha256 = try Self.fingerprint(of: result)
        try ReportFiles.write(result, trend: trend(before: result, sha256: sha256), to: folder)
        let path = try folder.commit()
        remember(result, sha256: sha256, folder: path)
        return path
    }

    /// Prints a result that was left in `folder`.
    func publish(_ result: BenchResult, from folder: String, as format: ReportFormat) throws {
        try publish(try material(of: result, in: folder), as: format)
    }

    /// Prints a report. In a job of GitHub Actions, the form for it also adds the Markdown to the summary of the job.
    private func publish(_ material: ReportMaterial, as format: ReportFormat) throws {
        terminal.result(try material.text(as: format))
        guard format == .github, let stepSummary else { return }
        do {
            if !FileManager.default.fileExists(atPath: stepSummary) {
                try Data().write(to: URL(fileURLWithPath: stepSummary))
            }
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: stepSummary))
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(MarkdownReport.text(material.result).utf8))
        } catch {
            throw BenchError(.output, "\(stepSummary) cannot be written: \(FileProblem.describe(error))")
        }
    }

    private func material(ofResultAt path: String) throws -> ReportMaterial {
        let result = try ReportFiles.read(absolute(path))
        return try material(of: result, in: ReportFiles.folder(of: absolute(path)))
    }

    private func material(of result: BenchResult, in folder: String) throws -> ReportMaterial {
        let clips = ClipChoice.clips(of: result) { ReportFiles.small("\(folder)/\($0)", limit: $1) }
        return ReportMaterial(
            result: result, clips: clips, trend: trend(before: result, sha256: try Self.fingerprint(of: result)),
            stepLines: stepLines(of: result))
    }

    /// The line of each step, as long as the scenario is the one that was measured.
    private func stepLines(of result: BenchResult) -> [String: Int] {
        guard let data = ReportFiles.small(absolute(result.scenario.path), limit: Scenario.largestFile),
            Digest.sha256(of: data) == result.scenario.sha256
        else { return [:] }
        return GitHubReport.stepLines(in: String(decoding: data, as: UTF8.self))
    }
}
