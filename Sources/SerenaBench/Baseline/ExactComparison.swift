// Exact figures beside those of a baseline: the gate that noise cannot touch.

/// Compares what must not change by itself: instructions, allocations, bytecode size, and the sequence of events.
struct ExactComparison {
    private(set) var differences: [ExactDifference] = []
    /// Names what was skipped, and why.
    private(set) var notices: [String] = []

    /// Holds the first run of `result` against `baseline`, step by step.
    ///
    /// A figure on which the baseline's own runs disagree is not exact; it is skipped and named. A figure that only
    /// the result has is new, and no difference.
    init(_ result: [TurnResult], beside baseline: [Baseline.Sample]) {
        var skipped: [String] = []
        var seen: Set<String> = []
        let old = Dictionary(grouping: baseline, by: \.step)
        for turn in result where seen.insert(turn.step).inserted {
            guard let samples = old[turn.step] else { continue }
            for metric in Set(samples.flatMap(\.exact.keys)).sorted() {
                let before = Set(samples.map { $0.exact[metric] })
                guard before.count == 1, let expected = before.first ?? nil else {
                    skipped.append("\(turn.step) \(metric)")
                    continue
                }
                if turn.exact[metric] != expected {
                    let found = turn.exact[metric].map(String.init) ?? "none"
                    differences.append(
                        ExactDifference(step: turn.step, metric: metric, baseline: String(expected), value: found))
                }
            }
            let sequences = Set(samples.map(\.events))
            guard sequences.count == 1, let expected = sequences.first else {
                skipped.append("\(turn.step) events")
                continue
            }
            // An empty sequence says that events were not recorded.
            if !expected.isEmpty, let difference = Self.firstDifference(expected, turn.events) {
                differences.append(
                    ExactDifference(step: turn.step, metric: "events", baseline: difference.old, value: difference.new))
            }
        }
        if !skipped.isEmpty {
            let named = skipped.prefix(10).joined(separator: ", ") + (skipped.count > 10 ? ", …" : "")
            notices = ["not exact, because the baseline's own runs disagree: \(named)"]
        }
    }

    /// The first place in which two sequences differ.
    private static func firstDifference(_ old: [String], _ new: [String]) -> (old: String, new: String)? {
        guard old != new else { return nil }
        let place = zip(old, new).prefix { $0 == $1 }.reduce(0) { count, _ in count + 1 }
        func event(_ events: [String]) -> String {
            "\(place + 1): " + (place < events.count ? events[place] : "(end)")
        }
        return (event(old), event(new))
    }
}

extension Finding {
    /// What comparisons and exact figures say. An improvement is a finding only where somebody asks to be told.
    static func of(
        _ comparisons: [Comparison], _ exact: [ExactDifference], reportingImprovement: Bool = false
    ) -> Set<Finding> {
        let verdicts = Set(comparisons.filter(\.gated).map(\.verdict))
        var findings: Set<Finding> = []
        if verdicts.contains(.regressed) || !exact.isEmpty { findings.insert(.regression) }
        if verdicts.contains(.inconclusive) { findings.insert(.inconclusive) }
        if verdicts.contains(.improved), reportingImprovement { findings.insert(.improvement) }
        return findings
    }
}
