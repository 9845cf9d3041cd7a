// `serena-bench history`, and how a run gets into it.

import BenchStatistics
import Foundation
import Instrumentation

/// How the history is shown.
public enum HistoryFormat: String, CaseIterable, Sendable {
    case text, json, html
}

extension BenchEnvironment {
    /// Results of one series that a report draws.
    private static let pointsOfTrend = 60

    /// Finds where the level of a figure changed over time.
    ///
    /// The permutations of the test have a fixed seed, so that the same history always shows the same points.
    static let changePoints: ChangePointDetection = { series in
        var generator = SeededGenerator(seed: 1)
        return ChangePoints.find(in: series, using: &generator)
    }

    private var historyPath: String {
        projectFolder + "/Reports/" + HistoryStore.fileName
    }

    /// Earlier results of the same kind, with `result` at the end; nil when there are none.
    ///
    /// A history that cannot be read is a note, not a failure.
    func trend(before result: BenchResult, sha256: String) -> HistoryTrend? {
        guard FileManager.default.fileExists(atPath: historyPath) else { return nil }
        do {
            let series = SeriesKey(result)
            let rows = try HistoryStore(path: historyPath)
                .rows(of: series, before: result.startedAt, limit: Self.pointsOfTrend)
            let own = HistoryRow(result, sha256: sha256, folder: "")
            let trend = HistoryTrend(series: series, rows: rows + [own], detect: Self.changePoints)
            return trend.points.count > 1 ? trend : nil
        } catch {
            terminal.note("note: the report shows no trend: \(error.message)")
            return nil
        }
    }

    /// Adds a committed result to the history; what keeps it from that is a note, for the result itself is safe.
    func remember(_ result: BenchResult, sha256: String, folder: String) {
        do {
            _ = try HistoryStore(path: historyPath).add(HistoryRow(result, sha256: sha256, folder: display(folder)))
        } catch {
            let remedy = error.remedy.map { "; \($0)" } ?? ""
            terminal.note("note: the run was not added to the history: \(error.message)\(remedy)")
        }
    }

    /// Shows the newest `limit` results of each series, and where their level changed.
    public func showHistory(of scenario: String?, format: HistoryFormat, limit: Int) async -> ExitCode {
        await reporting {
            guard FileManager.default.fileExists(atPath: historyPath) else {
                throw BenchError(
                    .usage, "there is no history yet at \(display(historyPath))",
                    remedy: "serena-bench run smoke, or serena-bench history import RESULT")
            }
            let store = try HistoryStore(path: historyPath)
            let keys = try store.series(of: scenario)
            if let scenario, keys.isEmpty {
                let known = Set(try store.series(of: nil).map(\.scenario)).sorted()
                throw BenchError(
                    .usage,
                    "the history holds no result of '\(scenario)'"
                        + Suggestion.phrase(for: scenario, among: known))
            }
            var series: [(rows: [HistoryRow], trend: HistoryTrend)] = []
            for key in keys {
                let rows = try store.rows(of: key, limit: limit)
                series.append((rows, HistoryTrend(series: key, rows: rows, detect: Self.changePoints)))
            }
            switch format {
            case .text: terminal.result(HistoryText.text(series))
            case .json: terminal.result(String(decoding: try JSONDocument.encode(HistoryExport(series)), as: UTF8.self))
            case .html: terminal.result(try HistoryPage.text(series))
            }
            return .pass
        }
    }

    /// Adds results that were measured elsewhere or before.
    public func importHistory(_ results: [String]) async -> ExitCode {
        await reporting {
            // All of them are read first, so that one that cannot be used leaves the history as it was.
            var rows: [HistoryRow] = []
            for path in results {
                let result = try ReportFiles.read(absolute(path))
                let folder = ReportFiles.folder(of: absolute(path))
                rows.append(HistoryRow(result, sha256: try Self.fingerprint(of: result), folder: display(folder)))
            }
            let store = try HistoryStore(path: historyPath)
            var added = 0
            for row in rows where try store.add(row) { added += 1 }
            terminal.result(
                "\(Figures.count(added, "result")) added, \(rows.count - added) there already: \(display(historyPath))")
            return .pass
        }
    }

    /// What tells a result from every other.
    static func fingerprint(of result: BenchResult) throws -> String {
        Digest.sha256(of: try JSONDocument.encode(result))
    }
}

/// The history as a table of text.
enum HistoryText {
    static func text(_ series: [(rows: [HistoryRow], trend: HistoryTrend)]) -> String {
        series.map { section($0.rows, $0.trend) }.joined(separator: "\n\n")
    }

    private static func section(_ rows: [HistoryRow], _ trend: HistoryTrend) -> String {
        let machine = rows.last.map { "\($0.machine.cpu), \(Figures.count($0.machine.cores, "core"))" } ?? ""
        var lines = [Terminal.plain("\(trend.series.text) on \(machine)")]
        let spark = Sparkline.text(trend.points.map(\.summary.p50Ns))
        if trend.points.count > 1 { lines.append("p50  \(spark)") }
        let table =
            [["started", "verdict", "p50", "p95", "turns", "cut-offs", "version"]]
            + rows.map { row in
                [
                    row.startedAt, row.verdict, Figures.milliseconds(row.summary.p50Ns),
                    Figures.milliseconds(row.summary.p95Ns), "\(row.summary.turns)", "\(row.summary.falseCutOffs)",
                    row.assistantVersion,
                ].map(Terminal.plain)
            }
        let widths = (0..<7).map { column in table.map { $0[column].count }.max() ?? 0 }
        lines += table.map { cells in
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return (2...5).contains(column) ? space + cell : cell + space
            }
            return padded.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }
        lines += trend.changes.map { change in
            let row = trend.points[change.index]
            return Terminal.plain(
                "level changed at \(row.startedAt) (version \(row.assistantVersion)): p50 "
                    + "\(Figures.milliseconds(change.beforeNs)) → \(Figures.milliseconds(change.afterNs))")
        }
        return lines.joined(separator: "\n")
    }
}
