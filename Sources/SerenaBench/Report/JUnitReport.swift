// The report for systems of continuous integration that read JUnit XML.

/// Renders `junit.xml`: a suite for each run with a case for each step, and a suite for what holds for all runs.
///
/// The time of a case is the latency of its answer, in seconds. A failure that is expected, or of a step that is not required, counts
/// as skipped and gives its reason.
enum JUnitReport {
    private enum Outcome {
        case passed(note: String?)
        case failed(message: String, detail: String)
        case error(message: String)
        case skipped(reason: String)
    }

    private struct Case {
        var name: String
        var nanoseconds: Int64?
        var outcome: Outcome
    }

    static func text(_ result: BenchResult) -> String {
        text([result])
    }

    /// Several results in one file.
    static func text(_ results: [BenchResult]) -> String {
        let titles = Set(results.map(\.scenario.title)).sorted().joined(separator: ", ")
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"\(escape(titles))\">\n"
            + results.map(suites).joined() + "</testsuites>\n"
    }

    private static func suites(of result: BenchResult) -> String {
        let runs = Dictionary(grouping: result.turns, by: \.run)
        let variant = result.settings.variant.sorted { $0.key < $1.key }.map { ", \($0.key)=\($0.value)" }.joined()
        let suites =
            runs.keys.sorted().map { run in
                suite("\(result.scenario.name)\(variant), run \(run)", result, (runs[run] ?? []).map(testCase))
            } + [suite("\(result.scenario.name)\(variant), all runs", result, judgements(of: result))]
        return suites.joined()
    }

    private static func testCase(_ turn: TurnResult) -> Case {
        let outcome: Outcome
        if turn.passed {
            outcome = .passed(
                note: turn.expectedFailure.map { "This step passed although it is marked as expected to fail: \($0)" })
        } else if let reason = turn.expectedFailure {
            outcome = .skipped(reason: "expected failure: \(reason)")
        } else if !turn.required {
            outcome = .skipped(reason: "not required: \(turn.failures.joined(separator: "; "))")
        } else {
            let detail = """
                \(turn.failures.joined(separator: "\n"))
                said: \(turn.expectedTranscript)
                heard: \(turn.transcript)
                intent: \(turn.intent ?? "none")
                answer: \(turn.response)
                """
            outcome = .failed(message: turn.failures.first ?? "failed", detail: detail)
        }
        return Case(name: turn.step, nanoseconds: turn.countedLatency, outcome: outcome)
    }

    /// Budgets, comparisons and whether the measurement can be trusted, each as a case.
    private static func judgements(of result: BenchResult) -> [Case] {
        var cases = [
            Case(
                name: "validity", nanoseconds: nil,
                outcome: result.invalidReasons.isEmpty
                    ? .passed(note: nil) : .error(message: result.invalidReasons.joined(separator: "\n")))
        ]
        cases += result.runFailures.enumerated().map { index, failure in
            Case(name: "broken run \(index + 1)", nanoseconds: nil, outcome: .error(message: failure))
        }
        cases += result.budgets.map { budget in
            Case(
                name: "\(budget.metric) < \(Figures.milliseconds(budget.limitNs))", nanoseconds: budget.valueNs,
                outcome: outcome(of: budget))
        }
        return cases
            + result.comparisons.filter { $0.verdict != .described }.map { comparison in
                Case(
                    name: "\(ComparisonWords.subject(comparison)) against \(comparison.baseline)",
                    nanoseconds: comparison.valueNs, outcome: outcome(of: comparison))
            }
    }

    private static func outcome(of budget: BudgetResult) -> Outcome {
        let found =
            "\(budget.metric) is \(Figures.milliseconds(budget.valueNs)) over \(Figures.count(budget.turns, "turn"))"
        switch budget.state {
        case .proven: return .passed(note: nil)
        case .failed where budget.gated: return .failed(message: found, detail: found)
        case .failed: return .skipped(reason: "warning only: \(found)")
        case .notProven: return .skipped(reason: "not proven: \(found)")
        }
    }

    private static func outcome(of comparison: Comparison) -> Outcome {
        let sentence = ComparisonWords.sentence(comparison)
        switch comparison.verdict {
        case .ok, .improved, .described: return .passed(note: nil)
        case .regressed where comparison.gated: return .failed(message: sentence, detail: sentence)
        case .regressed, .inconclusive: return .skipped(reason: sentence)
        }
    }

    private static func suite(_ name: String, _ result: BenchResult, _ cases: [Case]) -> String {
        func count(_ isCounted: (Outcome) -> Bool) -> Int { cases.count { isCounted($0.outcome) } }
        let failures = count { if case .failed = $0 { true } else { false } }
        let errors = count { if case .error = $0 { true } else { false } }
        let skipped = count { if case .skipped = $0 { true } else { false } }
        let time = seconds(cases.compactMap(\.nanoseconds).reduce(0, +))
        let stamp = result.startedAt.hasSuffix("Z") ? String(result.startedAt.dropLast()) : result.startedAt
        let body = cases.map { element($0, in: result.scenario.name) }.joined()
        return "  <testsuite name=\"\(escape(name))\" tests=\"\(cases.count)\" failures=\"\(failures)\" "
            + "errors=\"\(errors)\" skipped=\"\(skipped)\" time=\"\(time)\" timestamp=\"\(escape(stamp))\">\n\(body)"
            + "  </testsuite>\n"
    }

    private static func element(_ testCase: Case, in scenario: String) -> String {
        let time = testCase.nanoseconds.map { " time=\"\(seconds($0))\"" } ?? ""
        let head = "    <testcase classname=\"\(escape(scenario))\" name=\"\(escape(testCase.name))\"\(time)"
        let body: String
        switch testCase.outcome {
        case .passed(nil): return head + "/>\n"
        case .passed(let note?): body = "<system-out>\(escape(note))</system-out>"
        case .failed(let message, let detail):
            body = "<failure message=\"\(escape(message))\">\(escape(detail))</failure>"
        case .error(let message): body = "<error message=\"\(escape(message))\"/>"
        case .skipped(let reason): body = "<skipped message=\"\(escape(reason))\"/>"
        }
        return "\(head)>\n      \(body)\n    </testcase>\n"
    }

    /// Seconds with microseconds; never negative, which readers of the format refuse.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let microseconds = max(0, nanoseconds) / 1_000
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }

    /// Text that is legal in XML 1.0 (section 2.2), in an element and in an attribute.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: escaped += "&amp;"
            case 0x3C: escaped += "&lt;"
            case 0x3E: escaped += "&gt;"
            case 0x22: escaped += "&quot;"
            // Written as they are, an attribute would turn them into spaces.
            case 0x09, 0x0A, 0x0D: escaped += "&#\(scalar.value);"
            case 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: escaped.unicodeScalars.append(scalar)
            default: escaped += "\u{FFFD}"
            }
        }
        return escaped
    }
}
