// `serena-bench baseline set, promote, list, show` and `serena-bench compare`.

import BenchStatistics
import Foundation

extension BenchEnvironment {
    var baselines: BaselineFolder {
        BaselineFolder(path: projectFolder + "/Baselines")
    }

    /// Keeps the samples of results under a name; each result is a session.
    public func setBaseline(_ name: String, from results: [String]) async -> ExitCode {
        await reporting {
            let baseline = try Baseline(name: name, of: try results.map { try ReportFiles.read(absolute($0)) })
            try baselines.write(baseline)
            tell(baseline)
            return .pass
        }
    }

    /// Puts the samples of results in the place of those of a baseline, after a change that is explained.
    ///
    /// The new file keeps the reason, and the hash of the file that it replaces.
    public func promoteBaseline(_ name: String, from results: [String], because reason: String) async -> ExitCode {
        await reporting {
            let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !reason.isEmpty else {
                throw BenchError(.usage, "a promotion needs a reason: --because TEXT")
            }
            let old = try baselines.read(name)
            var baseline = try Baseline(name: name, of: try results.map { try ReportFiles.read(absolute($0)) })
            guard old.scenario.name == baseline.scenario.name else {
                throw BenchError(
                    .baseline,
                    "the baseline '\(name)' measured the scenario '\(old.scenario.name)', "
                        + "not '\(baseline.scenario.name)'",
                    remedy: "serena-bench baseline set with another name")
            }
            baseline.promotedBecause = reason
            baseline.replacesSHA256 = try baselines.sha256(of: name)
            try baselines.write(baseline)
            tell(baseline)
            return .pass
        }
    }

    private func tell(_ baseline: Baseline) {
        terminal.result(
            "baseline \(baseline.name): \(Figures.count(baseline.samples.count, "turn")) of "
                + "\(baseline.scenario.name) in \(Figures.count(baseline.sessions.count, "session")), measured \(baseline.measuredAt)"
        )
        if baseline.sessions.count < Baseline.fewestSessions {
            terminal.note(
                "note: verdicts beside it are advisory; it takes results of \(Baseline.fewestSessions) sessions "
                    + "(--from more than once)")
        }
    }

    /// Names every baseline; one that is damaged is named with its problem.
    public func listBaselines() async -> ExitCode {
        await reporting {
            let names = baselines.names()
            if names.isEmpty { terminal.result("no baselines in \(display(baselines.path))") }
            var code = ExitCode.pass
            for name in names {
                do throws(BenchError) {
                    let baseline = try baselines.read(name)
                    terminal.result(
                        "\(name)  \(baseline.scenario.name)  \(Figures.count(baseline.samples.count, "turn"))  "
                            + "\(baseline.measuredAt)  \(baseline.machine.fingerprint)")
                } catch {
                    terminal.problem(error.message)
                    code = error.exitCode
                }
            }
            return code
        }
    }

    /// Shows where a baseline comes from and what its samples say.
    public func showBaseline(_ name: String) async -> ExitCode {
        await reporting {
            let baseline = try baselines.read(name)
            let answerable = baseline.samples.filter(\.answerExpected).map(\.countedLatency)
            func quantile(_ p: Double) -> String {
                Figures.milliseconds(Quantile.nearestRank(p, of: answerable))
            }
            terminal.result(
                """
                baseline   \(baseline.name)
                scenario   \(baseline.scenario.name), \(Figures.count(baseline.settings.runs, "run"))
                assistant  \(Terminal.plain(baseline.assistant.name)) \(Terminal.plain(baseline.assistant.version))
                machine    \(baseline.machine.cpu), \(baseline.machine.cores) cores, \(baseline.machine.os)
                measured   \(baseline.measuredAt), \(Figures.count(baseline.sessions.count, "session"))\
                \(baseline.promotedBecause.map { "\npromoted   " + Terminal.plain($0) } ?? "")
                latency    p50 \(quantile(0.5)), p95 \(quantile(0.95)), max \(quantile(1)) over \
                \(Figures.count(answerable.count, "turn"))
                """)
            return .pass
        }
    }

    /// Judges a result beside a baseline.
    ///
    /// - Parameter reportsImprovement: whether an improvement has an exit code of its own.
    public func compare(baseline name: String, result path: String, reportsImprovement: Bool = false) async -> ExitCode
    {
        await reporting {
            let baseline = try baselines.read(name)
            let result = try ReportFiles.read(absolute(path))
            let problems = baseline.problems(comparing: result)
            guard problems.isEmpty else { throw BenchError(.baseline, problems.joined(separator: "\n")) }
            let comparisons = Comparison.judge(result, beside: baseline)
            let exact = ExactComparison(result.turns, beside: baseline.samples)
            terminal.result(ComparisonText.table(comparisons))
            for line in ComparisonText.lines(exact.differences) { terminal.result("exact: " + line) }
            for notice in baseline.notices(comparing: result) + exact.notices {
                terminal.note("note: " + Terminal.plain(notice))
            }
            if !exact.differences.isEmpty {
                terminal.note(
                    "note: a change that is meant: serena-bench baseline promote \(name) --from … --because …")
            }
            for reason in result.invalidReasons { terminal.problem("the result is invalid: " + Terminal.plain(reason)) }
            var findings = Finding.of(
                comparisons, exact.differences, reportingImprovement: reportsImprovement)
            if !result.invalidReasons.isEmpty { findings.insert(.invalid) }
            return ExitCode.of(findings)
        }
    }
}
