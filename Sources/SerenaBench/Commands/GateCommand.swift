// `serena-bench gate`: one command for a pipeline, which runs, judges strictly, and decides.

import Foundation

/// What `gate` was asked for.
public struct GateRequest: Sendable {
    /// How the decision is printed.
    public enum Format: String, CaseIterable, Sendable {
        case text, json
        /// Annotations of GitHub Actions, and the summary of the job.
        case github
        /// One JUnit file for all scenarios.
        case junit
    }

    /// Paths, or names of scenarios.
    public var scenarios: [String]
    /// What every scenario is run with; its `scenario`, `baseline` and `output` are filled in for each.
    public var run: RunRequest
    /// The name of a baseline. With several scenarios, each is held against the baseline `NAME-SCENARIO`.
    public var baseline: String?
    /// The folder that gets one report for each scenario, and `gate.json`; nil leaves the reports in `Reports`.
    public var output: String?
    public var format: Format

    /// The least that a sound figure is made from.
    public static let standardRuns = 10

    public init(
        scenarios: [String], run: RunRequest, baseline: String? = nil, output: String? = nil, format: Format = .text
    ) {
        self.scenarios = scenarios
        self.run = run
        self.baseline = baseline
        self.output = output
        self.format = format
    }

    /// The requests of the scenarios, in order.
    func runRequests() -> [RunRequest] {
        var used: [String: Int] = [:]
        return scenarios.map { scenario in
            let name = Self.shortName(scenario)
            used[name, default: 0] += 1
            let count = used[name] ?? 1
            var request = run
            request.scenario = scenario
            request.prints = nil
            request.baseline = baseline.map { scenarios.count == 1 ? $0 : "\($0)-\(name)" }
            request.output = output.map { "\($0)/\(name)\(count == 1 ? "" : "-\(count)")" }
            return request
        }
    }

    /// `ted` for `Scenarios/Ted.yaml`.
    static func shortName(_ scenario: String) -> String {
        let file = (scenario as NSString).lastPathComponent.lowercased()
        return file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
    }
}

extension BenchEnvironment {
    /// Runs every scenario and decides over all of them. A scenario that cannot be run does not keep the others from it.
    public func gate(_ request: GateRequest) async -> ExitCode {
        await reporting {
            var entries: [GateEntry] = []
            var findings: Set<Finding> = []
            var errors: Set<ExitCode> = []
            var results: [(result: BenchResult, folder: String)] = []
            for run in request.runRequests() where !Task.isCancelled {
                do {
                    for (result, folder) in try await runAll(run) {
                        let found = GateJudgement.findings(result)
                        findings.formUnion(found)
                        results.append((result, folder))
                        entries.append(
                            GateEntry(run.scenario, result, code: ExitCode.of(found), report: display(folder)))
                    }
                } catch {
                    let problem = error as? BenchError ?? BenchError(.internalError, "\(error)")
                    terminal.problem(problem.description)
                    if let finding = GateJudgement.finding(of: problem.exitCode) { findings.insert(finding) }
                    errors.insert(problem.exitCode)
                    entries.append(GateEntry(run.scenario, problem))
                }
            }
            if entries.count < request.scenarios.count { findings.insert(.invalid) }
            let code = GateJudgement.exitCode(findings: findings, errors: errors)
            let decision = GateResult(exitCode: code, scenarios: entries)
            let json = try JSONDocument.encode(decision)
            if let output = request.output { try writeDecision(json, into: absolute(output)) }
            switch request.format {
            case .text: terminal.result(GateText.text(decision))
            case .json: terminal.result(String(decoding: json, as: UTF8.self))
            case .github:
                for (result, folder) in results { try publish(result, from: folder, as: .github) }
                terminal.result(GateText.text(decision))
            case .junit: terminal.result(JUnitReport.text(results.map(\.result)))
            }
            return code
        }
    }

    private func writeDecision(_ data: Data, into folder: String) throws(BenchError) {
        let file = "\(folder)/gate.json"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw BenchError(.output, "\(file) cannot be written: \(FileProblem.describe(error))")
        }
    }
}

extension GateEntry {
    init(_ scenario: String, _ result: BenchResult, code: ExitCode, report: String) {
        self.init(
            scenario: scenario, exitCode: code, verdict: Verdict(code, isTrusted: result.invalidReasons.isEmpty),
            readiness: result.readiness?.verdict,
            turns: result.turns.count, failedTurns: result.summary.failedTurns, p50Ns: result.summary.p50Ns,
            p95Ns: result.summary.p95Ns, reasons: code == .pass ? [] : GateJudgement.reasons(result), report: report)
    }

    init(_ scenario: String, _ problem: BenchError) {
        self.init(
            scenario: scenario, exitCode: problem.exitCode, verdict: nil, readiness: nil, turns: 0, failedTurns: 0,
            p50Ns: nil,
            p95Ns: nil, reasons: [problem.message], report: nil)
    }
}

/// The decision as a table of text.
enum GateText {
    static func text(_ decision: GateResult) -> String {
        let rows =
            [["scenario", "code", "readiness", "p50", "p95", "failed turns"]]
            + decision.scenarios.map { entry in
                [
                    entry.scenario, "\(entry.exitCode.rawValue)", entry.readiness?.rawValue ?? "no run",
                    entry.turns == 0 ? "" : Figures.milliseconds(entry.p50Ns),
                    entry.turns == 0 ? "" : Figures.milliseconds(entry.p95Ns), "\(entry.failedTurns) of \(entry.turns)",
                ]
            }
        var lines = TextTable.lines(rows)
        for entry in decision.scenarios where !entry.reasons.isEmpty {
            lines += ["", "\(entry.scenario): \(entry.exitCode.meaning)"]
            lines += entry.reasons.prefix(8).map { "  " + $0 }
            if let report = entry.report { lines.append("  report: \(report)/report.html") }
        }
        let isPassed = decision.exitCode == .pass
        lines += [
            "", isPassed ? "gate passed" : "gate closed: \(decision.exitCode.meaning) (\(decision.exitCode.rawValue))",
        ]
        return lines.map(Terminal.plain).joined(separator: "\n")
    }
}

/// Cells in columns: the first flush left, the others flush right.
enum TextTable {
    static func lines(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
    }
}
