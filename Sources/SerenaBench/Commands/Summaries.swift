// What a command says at its end, in a few lines.

extension BenchEnvironment {
    /// The verdict, why, and where the report is.
    func show(_ result: BenchResult, at folder: String) {
        let colour: Terminal.Colour = result.exitCode == .pass ? .green : .red
        let words = VerdictText(result)
        terminal.note("")
        terminal.note(
            terminal.coloured(result.verdict.rawValue, colour) + "  " + Terminal.plain(words.headline))
        for reason in words.reasons.dropFirst().prefix(8) {
            terminal.note("  " + Terminal.plain(reason))
        }
        for line in [words.expectedFailures, words.unexpectedPasses].compactMap(\.self) {
            terminal.note("  " + Terminal.plain(line))
        }
        if let readiness = result.readiness { show(readiness) }
        showFigures(result)
        for notice in result.notices { terminal.note("  note: " + Terminal.plain(notice)) }
        terminal.note("  next: " + Terminal.plain(words.nextStep))
        terminal.note("  report: \(display(folder))/report.html")
    }

    private func show(_ readiness: Readiness) {
        let gates = readiness.gates.map { "\($0.id) \($0.state.rawValue)" }.joined(separator: ", ")
        terminal.note("  readiness: \(readiness.verdict.rawValue) (\(Terminal.plain(gates)))")
        terminal.note("  confidence: \(Terminal.plain(readiness.confidence.formula))")
    }

    private func showFigures(_ result: BenchResult) {
        let summary = result.summary
        guard summary.answerable > 0 else { return }
        terminal.note(
            "  p50 \(Figures.milliseconds(summary.p50Ns)), p95 \(Figures.milliseconds(summary.p95Ns)), "
                + "p99 \(Figures.milliseconds(summary.p99Ns)), max \(Figures.milliseconds(summary.maxNs)) over "
                + "\(Figures.count(summary.answerable, "turn")); "
                + Figures.count(summary.falseCutOffs, "false cut-off"))
    }
}
