// The forms in which a result can be read, and what they are made from.

import Foundation

/// A form of report.
public enum ReportFormat: String, CaseIterable, Sendable {
    case html, md, json, junit, github, prometheus

    /// The name of the file in a run's folder; nil for what is only printed.
    var fileName: String? {
        switch self {
        case .html: "report.html"
        case .md: "report.md"
        case .json: "result.json"
        case .junit: "junit.xml"
        case .prometheus: "metrics.prom"
        case .github: nil
        }
    }

    /// The forms that are made from the result, and left beside it.
    static let files: [ReportFormat] = [.md, .html, .junit, .prometheus]
}

/// A result with what stands beside it. Every report is a pure function of this.
struct ReportMaterial: Sendable {
    var result: BenchResult
    /// The sound of answers that goes into the page, by its path relative to the result.
    var clips: [String: Data] = [:]
    /// Earlier results of the same kind with this one at the end; nil when none are known.
    var trend: HistoryTrend?
    /// The line of each step in the scenario's file, where it is known.
    var stepLines: [String: Int] = [:]

    func text(as format: ReportFormat) throws -> String {
        switch format {
        case .html: try HTMLReport.text(self)
        case .md: MarkdownReport.text(result)
        case .json: String(decoding: try JSONDocument.encode(result), as: UTF8.self)
        case .junit: JUnitReport.text(result)
        case .github: GitHubReport.annotations(result, stepLines: stepLines)
        case .prometheus: PrometheusReport.text(result)
        }
    }
}

/// Which answers are put into the page itself.
enum ClipChoice {
    /// The largest sound that is embedded, in bytes: about six seconds of an answer.
    static let largest = 200 << 10
    /// All embedded sounds together, in bytes.
    static let largestSum = 512 << 10
    /// Turns of one step whose answer can be played: of a step that is expected to fail only one.
    private static func playedTurns(of turn: TurnResult) -> Int {
        turn.expectedFailure == nil ? 3 : 1
    }

    /// The turns whose answer can be played from the report, in their order: those that failed, expected or not.
    static func turns(of result: BenchResult) -> [TurnResult] {
        var counts: [String: Int] = [:]
        return result.turns.filter { turn in
            guard !turn.passed, let path = turn.answerAudio, isSafe(path) else { return false }
            counts[turn.step, default: 0] += 1
            return counts[turn.step, default: 0] <= playedTurns(of: turn)
        }
    }

    /// The sounds to embed; `read` gives nil for a file that is missing or larger than its limit.
    static func clips(of result: BenchResult, read: (_ path: String, _ limit: Int) -> Data?) -> [String: Data] {
        var clips: [String: Data] = [:]
        var room = largestSum
        let turns = turns(of: result)
        // What failed unexpectedly goes first, in case there is not room for all.
        for path in (turns.filter(\.isFailure) + turns.filter { !$0.isFailure }).compactMap(\.answerAudio) {
            guard let data = read(path, min(largest, room)) else { continue }
            clips[path] = data
            room -= data.count
        }
        return clips
    }

    /// Whether a path stays below the folder of the result, and cannot be taken for the address of something else.
    static func isSafe(_ path: String) -> Bool {
        let allowed = path.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_./".unicodeScalars.contains($0))
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return allowed && !path.isEmpty && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }
}
