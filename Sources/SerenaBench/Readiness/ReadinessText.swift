// Readiness as text for a terminal: the verdict, why, what to do, and what it holds for.

/// Renders readiness. A pure function.
enum ReadinessText {
    /// - Parameters:
    ///   - expired: parts that changed since; empty when none did.
    ///   - unchecked: parts that could not be compared with what is here now.
    static func text(_ result: BenchResult, _ readiness: Readiness, expired: [String] = [], unchecked: [String] = [])
        -> String
    {
        var lines = [headline(readiness, expired: expired) + ": " + result.scenario.title]
        if !expired.isEmpty {
            lines.append(
                "  EXPIRED: \(expired.joined(separator: ", ")) changed since; it was \(readiness.verdict.rawValue). Run it again."
            )
        }
        if !unchecked.isEmpty {
            lines.append("  not compared with what is here now: \(unchecked.joined(separator: ", "))")
        }
        if let runs = readiness.runsToProve { lines.append("  \(Figures.count(runs, "more run")) would tell") }
        lines.append("")
        for gate in readiness.gates { lines += self.lines(gate) }
        lines += [
            "", "confidence that the whole next show succeeds, at \(percent(readiness.confidence.level)):",
        ]
        lines.append(
            "  at least \(percent(readiness.confidence.lowerBound))  (\(readiness.confidence.formula))")
        lines += ["", pairs(result), "", "checklist"]
        for item in readiness.checklist {
            lines.append("  \(mark(item.state)) \(item.name): \(item.detail)")
            if let remedy = item.remedy, item.state != .ok { lines.append("      try: \(remedy)") }
        }
        if !readiness.recommendations.isEmpty { lines += ["", "what would help, the most first"] }
        for (index, advice) in readiness.recommendations.enumerated() {
            let saving = advice.savesNs.map { " (up to \(Figures.milliseconds($0)))" } ?? ""
            lines += ["  \(index + 1). \(advice.text)\(saving)", "     \(advice.evidence)"]
        }
        lines += ["", "holds for"]
        lines += readiness.holdsFor.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
        return lines.map(Terminal.plain).joined(separator: "\n")
    }

    /// `READY`, or `EXPIRED` when it no longer holds.
    static func headline(_ readiness: Readiness, expired: [String]) -> String {
        expired.isEmpty ? readiness.verdict.rawValue : "EXPIRED"
    }

    private static func lines(_ gate: ReadinessGate) -> [String] {
        var lines = ["\(gate.id)  \(gate.name): \(gate.state.rawValue)"]
        for cause in gate.causes.prefix(12) {
            lines.append("     \(cause.text)")
            if let recording = cause.recording, let offset = cause.offsetNs {
                lines.append("       recording \(recording), the user had finished at \(Figures.milliseconds(offset))")
            }
            if let replay = cause.replay { lines.append("       replay: \(replay)") }
        }
        if gate.causes.count > 12 { lines.append("     and \(gate.causes.count - 12) more, in result.json") }
        return lines
    }

    /// Figures that can be won alone stand beside what they are won with.
    private static func pairs(_ result: BenchResult) -> String {
        "latency p95 \(Figures.milliseconds(result.summary.p95Ns)), with \(Figures.count(result.summary.falseCutOffs, "false cut-off"))"
    }

    /// A probability; whatever a file holds in its place is brought between 0 and 1.
    private static func percent(_ probability: Double) -> String {
        Figures.percent(min(max(0, probability), 1))
    }

    private static func mark(_ state: ChecklistItem.State) -> String {
        switch state {
        case .ok: "✓"
        case .warning: "!"
        case .failed: "✗"
        case .askPerson: "?"
        }
    }
}
