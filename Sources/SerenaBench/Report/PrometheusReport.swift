// The report for Prometheus: the figures of a result in its text format.

import Foundation

/// Renders `metrics.prom` (Prometheus, "Exposition formats", text format 0.0.4), for a text-file collector or a push gateway.
///
/// Times are in seconds. A quantile that a missing answer makes infinite is `+Inf`.
enum PrometheusReport {
    private struct Metric {
        var name: String
        var help: String
        var samples: [(labels: [(String, String)], value: String)]
    }

    static func text(_ result: BenchResult) -> String {
        let common = labels(of: result)
        let metrics = [latency(result)] + counts(result) + state(result)
        return metrics.map { metric in
            let name = "serena_bench_\(metric.name)"
            let samples = metric.samples.map { sample in
                let labels = (common + sample.labels).map { "\($0.0)=\"\(escapeLabel($0.1))\"" }.joined(separator: ",")
                return "\(name){\(labels)} \(sample.value)\n"
            }
            return "# HELP \(name) \(escapeHelp(metric.help))\n# TYPE \(name) gauge\n" + samples.joined()
        }.joined()
    }

    private static func labels(of result: BenchResult) -> [(String, String)] {
        let variant = result.settings.variant.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            ("scenario", result.scenario.name), ("variant", variant.joined(separator: ",")),
            ("clock", result.settings.clock.rawValue), ("assistant", result.assistant.name),
            ("version", result.assistant.version), ("machine", result.machine.fingerprint),
        ]
    }

    private static func latency(_ result: BenchResult) -> Metric {
        let summary = result.summary
        let quantiles: [(String, Int64?)] = [
            ("0.5", summary.p50Ns), ("0.9", summary.p90Ns), ("0.95", summary.p95Ns), ("0.99", summary.p99Ns),
            ("1", summary.maxNs),
        ]
        return Metric(
            name: "latency_seconds",
            help: "End of speech to first audible sample of the answer, nearest-rank quantiles over all turns.",
            samples: summary.answerable == 0
                ? [] : quantiles.map { (labels: [("quantile", $0.0)], value: seconds($0.1)) })
    }

    private static func counts(_ result: BenchResult) -> [Metric] {
        let summary = result.summary
        func metric(_ name: String, _ help: String, _ value: Int) -> Metric {
            Metric(name: name, help: help, samples: [(labels: [], value: String(value))])
        }
        return [
            metric("runs", "Counted runs.", Set(result.turns.map(\.run)).count),
            metric("turns", "Turns in all counted runs.", summary.turns),
            metric("answerable_turns", "Turns that should be answered.", summary.answerable),
            metric("answered_turns", "Turns that were answered.", summary.answered),
            metric(
                "failed_turns", "Required turns that failed although they were expected to pass.",
                result.turns.count(where: \.isFailure)),
            metric(
                "expected_failures", "Turns that failed as they are marked to.",
                result.turns.count { !$0.passed && $0.expectedFailure != nil }),
            metric(
                "unexpected_passes", "Turns that passed although they are marked to fail.",
                result.turns.count(where: \.isUnexpectedPass)),
            metric(
                "false_cut_offs", "Turns in which the assistant spoke before the user had finished.",
                summary.falseCutOffs),
            metric(
                "speculation_used", "Pieces of work done ahead of the endpoint that the answer was made from.",
                SpeculationTotals(result.turns)?.used ?? 0),
            metric(
                "speculation_wasted", "Pieces of work done ahead of the endpoint that were thrown away.",
                SpeculationTotals(result.turns)?.wasted ?? 0),
            metric(
                "stops_without_cause", "Answers that the assistant broke off although nobody had asked it anything.",
                Stops(result.turns)?.withoutCause ?? 0),
            Metric(
                name: "word_error_ratio", help: "Mean word error rate over the turns.",
                samples: [(labels: [], value: "\(summary.meanWordErrorRate)")]),
        ]
    }

    private static func state(_ result: BenchResult) -> [Metric] {
        var metrics = [
            Metric(
                name: "verdict", help: "1 for the verdict of the result, 0 for all others.",
                samples: Verdict.allCases.map { verdict in
                    (labels: [("verdict", verdict.rawValue)], value: verdict == result.verdict ? "1" : "0")
                }),
            Metric(
                name: "exit_code", help: "The exit code of the run.",
                samples: [(labels: [], value: String(result.exitCode.rawValue))]),
            Metric(
                name: "pacing_error_p99_seconds", help: "How late frames were delivered.",
                samples: [(labels: [], value: seconds(result.pacing.p99Ns))]),
        ]
        if let readiness = result.readiness {
            metrics.append(
                Metric(
                    name: "readiness", help: "1 for the readiness verdict, 0 for all others.",
                    samples: Readiness.Verdict.allCases.map { verdict in
                        (labels: [("verdict", verdict.rawValue)], value: verdict == readiness.verdict ? "1" : "0")
                    }))
        }
        if let started = try? Date(result.startedAt, strategy: .iso8601) {
            metrics.append(
                Metric(
                    name: "started_timestamp_seconds", help: "When the result was measured, in Unix time.",
                    samples: [(labels: [], value: String(Int(started.timeIntervalSince1970)))]))
        }
        return metrics
    }

    private static func seconds(_ nanoseconds: Int64?) -> String {
        nanoseconds.map { "\(Double($0) / 1e9)" } ?? "+Inf"
    }

    static func escapeHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    static func escapeLabel(_ text: String) -> String {
        // A lone carriage return would end a line for some readers.
        escapeHelp(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")).replacing("\"", with: "\\\"")
    }
}
