// `serena-bench baseline` and `serena-bench compare`.

import BenchStatistics

extension BenchEnvironment {
    private var baselines: BaselineFolder {
        BaselineFolder(path: projectFolder + "/Baselines")
    }

    /// Keeps the samples of a result under a name.
    public func setBaseline(_ name: String, from result: String) async -> ExitCode {
        await reporting {
            let baseline = try Baseline(name: name, of: try ReportFiles.read(absolute(result)))
            try baselines.write(baseline)
            terminal.result(
                "baseline \(name): \(Figures.count(baseline.samples.count, "turn")) of \(baseline.scenario.name), "
                    + "measured \(baseline.measuredAt)")
            return .pass
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
                measured   \(baseline.measuredAt)
                latency    p50 \(quantile(0.5)), p95 \(quantile(0.95)), max \(quantile(1)) over \
                \(Figures.count(answerable.count, "turn"))
                """)
            return .pass
        }
    }

    /// Describes a result beside a baseline.
    public func compare(baseline name: String, result path: String) async -> ExitCode {
        await reporting {
            let baseline = try baselines.read(name)
            let result = try ReportFiles.read(absolute(path))
            let problems = baseline.problems(comparingScenario: result.scenario, inputs: result.inputs)
            guard problems.isEmpty else { throw BenchError(.baseline, problems.joined(separator: "\n")) }
            terminal.result(ComparisonText.table(Comparison.describe(result.turns, beside: baseline)))
            for notice in baseline.notices(comparing: result) {
                terminal.note("note: " + Terminal.plain(notice))
            }
            return .pass
        }
    }
}

/// A comparison as a table of text.
enum ComparisonText {
    static let caveat = "No statistics yet: differences are described, not judged."

    static func table(_ comparisons: [Comparison]) -> String {
        let rows =
            [["", "baseline", "result", "difference"]]
            + comparisons.map { comparison in
                [
                    "\(comparison.step ?? "all turns") \(comparison.metric)",
                    Figures.milliseconds(comparison.baselineNs), Figures.milliseconds(comparison.valueNs),
                    difference(comparison),
                ]
            }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
        return (lines + ["", caveat]).joined(separator: "\n")
    }

    static func difference(_ comparison: Comparison) -> String {
        guard let difference = comparison.differenceNs else { return "not known" }
        return (difference > 0 ? "+" : "") + Figures.milliseconds(difference)
    }
}
