// A profile as tables on a terminal.

import SerenaNetBytecode

/// The lines and the tasks of a profile, those with the most instructions first.
public struct ProfileTable: Sendable {
    private let profile: ExecutionProfile
    private let source: [Substring]

    /// - Parameter source: the text of the program, whose lines are shown.
    public init(of profile: ExecutionProfile, source: String?) {
        self.profile = profile
        self.source = source?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
    }

    /// Every line of the source that was executed, whichever functions its code stands in, the hottest first.
    public var lines: [LineProfile] {
        var lines: [Int: LineProfile] = [:]
        for line in profile.functions.flatMap(\.lines) {
            guard let known = lines[line.line] else {
                lines[line.line] = line
                continue
            }
            lines[line.line] = LineProfile(
                line: line.line, visits: known.visits &+ line.visits,
                instructions: known.instructions &+ line.instructions,
                allocations: known.allocations &+ line.allocations, bytes: known.bytes &+ line.bytes)
        }
        return lines.values.sorted { ($1.instructions, $0.line) < ($0.instructions, $1.line) }
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
                "\(line.line)", text(of: line.line),
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

    private func text(of line: Int) -> String {
        guard source.indices.contains(line - 1) else { return "" }
        return TerminalText.printable(source[line - 1].drop { $0.isWhitespace }.prefix(80))
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

/// Text that cannot change what a terminal shows.
enum TerminalText {
    /// On one line, without control characters.
    static func printable(_ text: some StringProtocol) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.properties.generalCategory == .control ? ($0 == "\t" ? " " : "\u{FFFD}") : $0
                }))
    }
}
