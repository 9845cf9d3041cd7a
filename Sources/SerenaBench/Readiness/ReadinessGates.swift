// The gates of readiness: validity, must pass, budget, regression. Pure functions of a result.

import AssistantInterface

/// What readiness is judged from.
struct ReadinessEvidence {
    var result: BenchResult
    /// The steps of the scenario, which know the faults.
    var steps: [Step]

    /// Fewer runs say too little about the next one, whatever they show.
    static let fewestRuns = 10

    /// Every counted run, those that broke off at the start included.
    var runs: [Int] {
        let failed = result.runFailures.compactMap { Self.run(namedIn: $0) }
        return Set(result.turns.map(\.run) + failed).sorted()
    }

    /// Runs in which nothing failed.
    var cleanRuns: [Int] {
        let broken = Set(result.runFailures.compactMap { Self.run(namedIn: $0) })
        let stained = Set(result.turns.filter { $0.isFailure || isUnintended($0) }.map(\.run))
        return runs.filter { !broken.contains($0) && !stained.contains($0) }
    }

    /// Whether the assistant did something that nobody asked for.
    func isUnintended(_ turn: TurnResult) -> Bool {
        // A step may ask for something that is done in silence; then it names the intent.
        !turn.answerExpected && turn.expectedIntent == nil && turn.expectedFailure == nil
            && (turn.latencyNs != nil || turn.route == .vm)
    }

    /// The faults that are brought about with a step.
    func faults(of step: String) -> [Fault] {
        steps.first { $0.id == step }?.faults ?? []
    }

    /// A cause that lies in a turn, with the way to see it again.
    func cause(_ text: String, _ turn: TurnResult) -> ReadinessCause {
        let offset = Int64(turn.audio.speechEndSample + 1) * 1_000_000_000 / Int64(max(1, turn.audio.sampleRate))
        return ReadinessCause(
            text: text, step: turn.step, run: turn.run, recording: turn.audio.file, offsetNs: offset,
            replay: replay(run: turn.run))
    }

    /// A cause that lies in no single turn.
    func cause(_ text: String, run: Int? = nil) -> ReadinessCause {
        ReadinessCause(
            text: text, step: nil, run: run, recording: nil, offsetNs: nil, replay: run.map { replay(run: $0) })
    }

    /// The command that makes one run again. The whole talk, because a step rests on what was said before it.
    func replay(run: Int) -> String {
        let seed = result.settings.seed &+ UInt64(max(1, run) - 1)
        let clock = result.settings.clock == .virtual ? " --clock virtual" : ""
        return "serena-bench run \(ShellWord.quoted(result.scenario.path)) --seed \(seed) --runs 1\(clock)"
    }

    /// The number in `run 3: …` or `run 3, …`.
    static func run(namedIn text: String) -> Int? {
        guard text.hasPrefix("run ") else { return nil }
        return Int(text.dropFirst(4).prefix { $0.isASCII && $0.isNumber })
    }

    /// The state of a gate without a failure.
    static func state(risks: Bool, notProven: Bool = false) -> ReadinessGate.State {
        notProven ? .notProven : (risks ? .passedWithRisks : .passed)
    }
}

/// Words of a command line.
enum ShellWord {
    /// `text` so that a shell takes it for one word.
    static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                || "-_./:=+,@".unicodeScalars.contains($0)
        }
        return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

// MARK: A, validity

extension ReadinessEvidence {
    /// Whether the figures can be trusted at all.
    func validity() -> ReadinessGate {
        var causes = result.invalidReasons.map(located)
        if result.inputs.isEmpty { causes.append(cause("no input of the run was hashed")) }
        if result.machine.fingerprint.isEmpty { causes.append(cause("the machine is not known")) }
        let isFailed = !causes.isEmpty
        let unobserved = unobservedFaults()
        causes += unobserved
        return ReadinessGate(
            id: "A", name: "Validity", state: isFailed ? .failed : Self.state(risks: !unobserved.isEmpty),
            causes: causes)
    }

    /// Planted faults that could not be observed: the measurement was not shown to be blind, nor to see.
    private func unobservedFaults() -> [ReadinessCause] {
        let complete = result.turns.isEmpty || result.interrupted ? [] : cleanRuns
        return PlantedFault.Kind.allCases.compactMap { kind in
            let seen = Set(result.planted.filter { $0.kind == kind }.map(\.run))
            let missing = complete.filter { !seen.contains($0) }
            guard let first = missing.first else { return nil }
            return cause(
                "a planted fault, \(kind.rawValue), could not be observed in \(Figures.count(missing.count, "run"))",
                run: first)
        }
    }

    /// A reason with the turn that it names, where it names one.
    private func located(_ reason: String) -> ReadinessCause {
        let turn = result.turns.first { reason.hasPrefix("run \($0.run), step \($0.step):") }
        return turn.map { cause(reason, $0) } ?? cause(reason, run: Self.run(namedIn: reason))
    }
}

// MARK: B, must pass

extension ReadinessEvidence {
    /// Whether everything happened that had to, and nothing that must not.
    func mustPass() -> ReadinessGate {
        let failures = result.runFailures.map { cause($0, run: Self.run(namedIn: $0)) } + turnCauses(weighing: true)
        let risks = mustPassRisks()
        var open: [ReadinessCause] = []
        if runs.count < Self.fewestRuns {
            open.append(
                cause(
                    "this is \(Figures.count(runs.count, "run")); \(Self.fewestRuns) are the least that say something of the next"
                ))
        }
        return ReadinessGate(
            id: "B", name: "Must pass",
            state: failures.isEmpty ? Self.state(risks: !risks.isEmpty, notProven: !open.isEmpty) : .failed,
            causes: failures + open + risks)
    }

    /// What a show runs a risk with, although no step that had to pass failed; each once.
    func mustPassRisks() -> [ReadinessCause] {
        var seen: Set<String> = []
        return turnCauses(weighing: false).filter { seen.insert($0.text).inserted }
    }

    /// What speaks against turns: where it weighs against the show, or where it is a risk only.
    private func turnCauses(weighing: Bool) -> [ReadinessCause] {
        result.turns.compactMap { turn in
            let weighs = turn.isFailure || isUnintended(turn) || (turn.required && isSilentTooLong(turn))
            guard weighs == weighing else { return nil }
            return complaint(about: turn).map { cause($0, turn) }
        }
    }

    /// What speaks against a turn; nil when nothing does.
    private func complaint(about turn: TurnResult) -> String? {
        let faults = faults(of: turn.step).map(\.rawValue).joined(separator: ", ")
        let behind = faults.isEmpty ? "" : ", with \(faults)"
        let name = "run \(turn.run), \(turn.step)\(behind)"
        if let expected = turn.expectedFailure {
            return turn.passed
                ? "\(turn.step) passes although it is marked as expected to fail; the mark can go"
                : "\(turn.step) fails as expected: \(expected)"
        }
        if isUnintended(turn) { return "\(name): the assistant acted on talk that was not meant for it" }
        if !turn.passed { return "\(name): \(turn.failures.joined(separator: "; "))" }
        if isSilentTooLong(turn), let latency = turn.latencyNs {
            return "\(name): silence of \(Figures.milliseconds(latency)), longer than the limit of "
                + Figures.milliseconds(result.settings.patienceNs)
        }
        return turn.problem.map { "\(turn.step) was answered although a part failed: \($0)" }
    }

    private func isSilentTooLong(_ turn: TurnResult) -> Bool {
        turn.answerExpected && turn.expectedFailure == nil && (turn.latencyNs ?? .min) > result.settings.patienceNs
    }
}

// MARK: C, budget

extension ReadinessEvidence {
    /// Whether the budgets are proven. Every turn is answered on the machine today, so there is one class of turns.
    func budget() -> ReadinessGate {
        var causes: [ReadinessCause] = []
        var states: Set<BudgetResult.State> = []
        var hasWarning = false
        for budget in result.budgets {
            let limit = "\(budget.metric) < \(Figures.milliseconds(budget.limitNs))"
            switch (budget.state, budget.level) {
            case (.proven, _), (.notProven, .warn): continue
            case (.failed, let level):
                causes.append(cause("\(limit) is exceeded: \(Figures.milliseconds(budget.valueNs))"))
                causes += lateTurns(limit: budget.limitNs)
                if level == .warn { hasWarning = true } else { states.insert(.failed) }
            case (.notProven, .error):
                let more = budget.turnsToSettle.map { "; \(Figures.count($0, "turn")) would tell" } ?? ""
                causes.append(
                    cause(
                        "\(limit) is not proven: \(budget.over) of \(Figures.count(budget.turns, "turn")) were late\(more)"
                    ))
                states.insert(.notProven)
            }
        }
        let state: ReadinessGate.State =
            result.budgets.isEmpty
            ? .notJudged
            : (states.contains(.failed)
                ? .failed : Self.state(risks: hasWarning, notProven: states.contains(.notProven)))
        return ReadinessGate(id: "C", name: "Budget", state: state, causes: causes)
    }

    /// The latest turns over a limit: those without an answer first.
    private func lateTurns(limit: Int64) -> [ReadinessCause] {
        result.turns.filter { $0.answerExpected && ($0.countedLatency ?? .max) >= limit }
            .sorted { ($0.countedLatency ?? .max) > ($1.countedLatency ?? .max) }.prefix(3)
            .map { cause("run \($0.run), \($0.step): \(Figures.milliseconds($0.countedLatency))", $0) }
    }
}

// MARK: D, regression

extension ReadinessEvidence {
    /// Whether anything became worse; not judged without a baseline.
    func regression() -> ReadinessGate {
        let judged = result.comparisons.filter { $0.verdict != .described }
        var failures = result.exactDifferences.map {
            cause("\($0.step): \($0.metric) is \($0.value), was \($0.baseline)")
        }
        var open: [ReadinessCause] = []
        var risks: [ReadinessCause] = []
        for comparison in judged {
            let text =
                "\(comparison.step ?? "all turns") \(comparison.metric) beside \(comparison.baseline): "
                + "\(comparison.verdict.rawValue)\(comparison.gated ? "" : " (advisory)")"
                + (comparison.movedStage.map { ", most of it in \($0)" } ?? "")
            switch (comparison.verdict, comparison.gated) {
            case (.regressed, true): failures.append(cause(text))
            case (.regressed, false): risks.append(cause(text))
            case (.inconclusive, true): open.append(cause(text))
            default: continue
            }
        }
        let state: ReadinessGate.State =
            judged.isEmpty && failures.isEmpty
            ? .notJudged : (failures.isEmpty ? Self.state(risks: !risks.isEmpty, notProven: !open.isEmpty) : .failed)
        return ReadinessGate(id: "D", name: "Regression", state: state, causes: failures + open + risks)
    }
}
