// A profile as tables on a terminal.

import SerenaNetBytecode

/// The lines and the tasks of a profile, those with the most instructions first.
public struct ProfileTable: Sendable {
    private let profile: ExecutionProfile
    private let sources: [String: [Substring]]

    /// - Parameter sources: the texts of the program by file, whose lines are shown.
    public init(of profile: ExecutionProfile, sources: [String: String]) {
        self.profile = profile
        self.sources = sources.mapValues { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// Every line of the source that was executed, whichever functions its code stands in, the hottest first.
    public var lines: [LineProfile] {
        var lines: [Line: LineProfile] = [:]
        for line in profile.functions.flatMap(\.lines) {
            let key = Line(file: line.file, line: line.line)
            guard let known = lines[key] else {
                lines[key] = line
                continue
            }
            lines[key] = LineProfile(
                file: line.file, line: line.line, visits: known.visits &+ line.visits,
                instructions: known.instructions &+ line.instructions,
                allocations: known.allocations &+ line.allocations, bytes: known.bytes &+ line.bytes)
        }
        return lines.values.sorted {
            ($1.instructions, $0.file ?? "", $0.line) < ($0.instructions, $1.file ?? "", $1.line)
        }
    }

    private struct Line: Hashable {
        let file: String?
        let line: Int
    }

    /// - Parameter limit: how many lines of the source are shown.
    public func text(limit: Int) -> String {
        let all = profile.instructionsExecuted
        let lines = self.lines
        let head = "\(Figures.grouped(all)) instructions in task \(profile.task), level \(profile.level.rawValue)"
        var rows = [["share", "instructions", "visits", "allocations", "bytes", "line", ""]]
        for line in lines.prefix(limit) {
            rows.append([
                Figures.share(line.instructions, of: all), Figures.grouped(line.instructions),
                Figures.grouped(line.visits), Figures.grouped(line.allocations), Figures.grouped(line.bytes),
                (line.file.map { "\($0):" } ?? "") + "\(line.line)", text(of: line),
            ])
        }
        var text = head + "\n\n" + Self.aligned(rows, textColumn: 6)
        if lines.count > limit { text += "… and \(lines.count - limit) more lines\n" }
        var tasks = [["share", "instructions", "calls", "task"]]
        let executed = profile.functions.filter { $0.instructionsExecuted > 0 }
            .sorted { ($1.instructionsExecuted, $0.name) < ($0.instructionsExecuted, $1.name) }
        for function in executed {
            tasks.append([
                Figures.share(function.instructionsExecuted, of: all), Figures.grouped(function.instructionsExecuted),
                Figures.grouped(function.calls), function.name,
            ])
        }
        return text + "\n" + Self.aligned(tasks, textColumn: 3)
    }

    private func text(of line: LineProfile) -> String {
        guard let source = sources[line.file ?? profile.sourceFile], source.indices.contains(line.line - 1) else {
            return ""
        }
        return TerminalText.printable(source[line.line - 1].drop { $0.isWhitespace }.prefix(80))
    }

    /// Numbers stand on the right of their columns, the text of the last one on the left.
    private static func aligned(_ rows: [[String]], textColumn: Int) -> String {
        let widths = (0..<textColumn).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let numbers = zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
            let line = (numbers + [row[textColumn]]).joined(separator: "  ")
            return line.replacing(/\s+$/, with: "") + "\n"
        }.joined()
    }
}
