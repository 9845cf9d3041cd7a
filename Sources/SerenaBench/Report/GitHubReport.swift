// What GitHub Actions shows beside the lines of a change.

/// Renders workflow commands (GitHub, "Workflow commands for GitHub Actions"): one line each, an error or a warning at a place.
enum GitHubReport {
    /// GitHub shows so many errors, and so many warnings, of one step; later ones are lost.
    static let shown = 10

    private struct Annotation {
        var title: String
        var message: String
        var line: Int?
    }

    /// - Parameter stepLines: the line of each step in the scenario's file, where it is known.
    static func annotations(_ result: BenchResult, stepLines: [String: Int]) -> String {
        let errors = limited(errors(in: result, stepLines))
        let warnings = limited(warnings(in: result, stepLines))
        let words = VerdictText(result)
        let verdict = Annotation(title: "\(result.scenario.title): \(result.verdict.rawValue)", message: words.headline)
        let lines =
            [line("notice", verdict, result)] + errors.map { line("error", $0, result) }
            + warnings.map { line("warning", $0, result) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func errors(in result: BenchResult, _ stepLines: [String: Int]) -> [Annotation] {
        var found = result.runFailures.map { Annotation(title: "Run broken off", message: $0) }
        let failed = Dictionary(grouping: result.turns.filter(\.isFailure), by: \.step)
        let order = result.turns.map(\.step).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        var seen: Set<String> = []
        for step in order where seen.insert(step).inserted {
            guard let turns = failed[step], let first = turns.first else { continue }
            let runs = turns.map { String($0.run) }.prefix(8).joined(separator: ", ")
            found.append(
                Annotation(
                    title: "Step \(step) failed",
                    message: "\(first.failures.joined(separator: "; ")) (run \(runs)). Heard: \(first.transcript)",
                    line: stepLines[step]))
        }
        found += result.invalidReasons.map { Annotation(title: "Invalid", message: $0) }
        found += result.budgets.filter { $0.state == .failed && $0.gated }.map {
            Annotation(
                title: "Budget exceeded",
                message: "\($0.metric) is \(Figures.milliseconds($0.valueNs)), the limit "
                    + Figures.milliseconds($0.limitNs))
        }
        return found
            + result.comparisons.filter { $0.gated && $0.verdict == .regressed }.map {
                Annotation(
                    title: "Regression", message: ComparisonWords.sentence($0), line: $0.step.flatMap { stepLines[$0] })
            }
    }

    private static func warnings(in result: BenchResult, _ stepLines: [String: Int]) -> [Annotation] {
        let words = VerdictText(result)
        var found: [Annotation] = []
        if let text = words.unexpectedPasses { found.append(Annotation(title: "Passed unexpectedly", message: text)) }
        if let text = words.expectedFailures { found.append(Annotation(title: "Failed as expected", message: text)) }
        found += result.budgets.filter { $0.state == .failed && !$0.gated }.map {
            Annotation(
                title: "Budget exceeded (warning)",
                message: "\($0.metric) is \(Figures.milliseconds($0.valueNs)), the limit "
                    + Figures.milliseconds($0.limitNs))
        }
        found += result.comparisons.filter { $0.gated && $0.verdict == .inconclusive }.map {
            Annotation(title: "Inconclusive", message: ComparisonWords.sentence($0))
        }
        found += result.exactDifferences.map {
            Annotation(
                title: "Exact figure changed", message: "\($0.step): \($0.metric) is \($0.value), was \($0.baseline)",
                line: stepLines[$0.step])
        }
        return found
    }

    private static func limited(_ annotations: [Annotation]) -> [Annotation] {
        guard annotations.count > shown else { return annotations }
        let rest = annotations.count - shown + 1
        return annotations.prefix(shown - 1) + [
            Annotation(title: "And \(rest) more", message: "The report has all of them.")
        ]
    }

    private static func line(_ level: String, _ annotation: Annotation, _ result: BenchResult) -> String {
        let place = annotation.line.map { ",line=\($0)" } ?? ""
        return "::\(level) file=\(escapeProperty(result.scenario.path))\(place),"
            + "title=\(escapeProperty(String(annotation.title.prefix(200))))::"
            + escape(String(annotation.message.prefix(2_000)))
    }

    /// As GitHub's own toolkit escapes the message of a command.
    static func escape(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            default: scalar.properties.generalCategory == .control ? " " : String(scalar)
            }
        }.joined()
    }

    /// As GitHub's own toolkit escapes a property of a command.
    static func escapeProperty(_ text: String) -> String {
        escape(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }

    /// The line on which each step of a scenario begins, found by its `id`; steps that are not in the text are left out.
    static func stepLines(in scenario: String) -> [String: Int] {
        var lines: [String: Int] = [:]
        for (index, line) in scenario.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
        {
            guard let match = line.firstMatch(of: /(?:^|[\s{,-])id:\s*["']?([A-Za-z0-9_-]+)/) else { continue }
            let id = String(match.1)
            if lines[id] == nil { lines[id] = index + 1 }
        }
        return lines
    }
}
