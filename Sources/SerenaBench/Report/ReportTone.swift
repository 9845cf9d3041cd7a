// The three colours of a report.

/// How a result or a part of it is coloured.
enum ReportTone: String {
    case pass, warn, fail

    init(_ result: BenchResult) {
        let own: ReportTone =
            switch result.exitCode {
            case .pass, .improvement: .pass
            case .invalid, .baseline: .warn
            case .internalError, .regression, .failed, .output, .budget, .usage: .fail
            }
        // A readiness with risks is not shown in the colour of one without.
        if own == .pass, let readiness = result.readiness {
            self = ReportTone(readiness.verdict)
        } else {
            self = own
        }
    }

    init(_ verdict: Readiness.Verdict) {
        switch verdict {
        case .ready: self = .pass
        case .readyWithRisks, .notProven, .invalid: self = .warn
        case .notReady: self = .fail
        }
    }
}
