// A result in which every part is filled, for reports, schemas and the history.

import AssistantInterface
import Foundation

@testable import SerenaBench

/// Ten runs of four steps, with failures of every kind, comparisons, readiness and planted faults.
func richResult() -> BenchResult {
    let latencies = (0..<20).map { index -> Int? in index == 7 ? nil : 250 + index * 13 }
    var result = sampleResult(latencies) { turn in
        turn.intent = "tip"
        turn.expectedIntent = "tip"
        turn.firstPartialNs = 90_000_000
        turn.endpointingNs = 240_000_000
        turn.cpuNs = 31_000_000
        turn.residentBytes = 80 << 20
        turn.bargeInStopNs = 180_000_000
        turn.answerAudio = "audio/run\(turn.run)-\(turn.step).wav"
        turn.events = ["intent tip"]
        turn.speculation = SpeculationResult(used: 2, wasted: 1, wastedCPUNs: 3_000_000)
        turn.fellBehind = turn.run == 2 ? ["recognition"] : nil
        turn.stopsWithoutCause = turn.run == 3 ? 1 : 0
        turn.tags = ["pause"]
    }
    for index in result.turns.indices {
        switch (result.turns[index].step, result.turns[index].run) {
        case ("one", 2), ("one", 3):
            result.turns[index].passed = false
            result.turns[index].falseCutOff = true
            result.turns[index].failures = ["the assistant cut the user off"]
        case ("two", let run) where run < 9:
            result.turns[index].passed = false
            result.turns[index].failures = ["the transcript misses 3 words"]
            result.turns[index].expectedFailure = "heavy noise is not understood yet"
            result.turns[index].problem = "the recogniser gave up"
        case ("two", _): result.turns[index].expectedFailure = "heavy noise is not understood yet"
        default: break
        }
    }
    result.summary = Summary(turns: result.turns)
    result.settings.variant = ["voice": "amy"]
    result.comparisons = richComparisons
    result.exactDifferences = [ExactDifference(step: "one", metric: "instructions", baseline: "12", value: "14")]
    result.readiness = richReadiness
    result.planted = (1...10).map {
        PlantedFault(run: $0, kind: .delayedAnswer, caught: $0 != 4, detail: "120 ms planted, 120.2 ms seen")
    }
    result.calibration = CalibrationResult(delays: [.init(delayNs: 50_000_000, errorsNs: [10_000, -20_000])])
    result.notices = ["a note"]
    result.verdict = .failed
    result.exitCode = .failed
    return result
}

private var richComparisons: [Comparison] {
    let verdicts: [(String?, Double, Comparison.Verdict, Bool)] = [
        (nil, 1.09, .regressed, true), ("one", 0.9, .improved, false), ("two", 1.02, .inconclusive, true),
        ("three", 1.0, .ok, true),
    ]
    return verdicts.map { step, ratio, verdict, gated in
        Comparison(
            baseline: "main", step: step, metric: "p(50)", baselineNs: 300_000_000, valueNs: Int64(300_000_000 * ratio),
            differenceNs: Int64(300_000_000 * (ratio - 1)), ratio: ratio, ratioLow: ratio - 0.03,
            ratioHigh: ratio + 0.03,
            margin: 0.03, pWorse: 0.01, pBetter: 1, baselineRuns: 10, runs: 10, baselineTurns: 20, turns: 20,
            verdict: verdict, gated: gated, runsToSettle: verdict == .inconclusive ? 34 : nil,
            movedStage: verdict == .regressed ? "transcript" : nil,
            movedStageNs: verdict == .regressed ? 21_000_000 : nil)
    }
}

private var richReadiness: Readiness {
    let cause = ReadinessCause(
        text: "the assistant cut the user off", step: "one", run: 2, recording: "one.wav", offsetNs: 1_940_000_000,
        replay: "serena-bench run tiny --seed 2 --runs 1")
    return Readiness(
        verdict: .notReady,
        gates: [
            ReadinessGate(id: "A", name: "Validity", state: .passed, causes: []),
            ReadinessGate(id: "B", name: "Must pass", state: .failed, causes: [cause]),
            ReadinessGate(id: "C", name: "Budget", state: .notProven, causes: []),
            ReadinessGate(id: "D", name: "Regression", state: .notJudged, causes: []),
        ],
        confidence: ShowConfidence(runs: 10, cleanRuns: 8, level: 0.95, lowerBound: 0.4931, formula: "8 of 10: 0.493"),
        checklist: [
            ChecklistItem(name: "model loaded", state: .ok, detail: "54 MB", remedy: nil),
            ChecklistItem(name: "power", state: .warning, detail: "on battery", remedy: "plug it in"),
            ChecklistItem(name: "disk", state: .failed, detail: "1 GB free", remedy: "free 5 GB"),
            ChecklistItem(name: "microphone", state: .askPerson, detail: "is it the right one?", remedy: nil),
        ],
        recommendations: [
            Recommendation(text: "Wait less", savesNs: 118_000_000, evidence: "endpointing takes 61 % of p95")
        ],
        risks: ["one step depends on the network"], holdsFor: ["code": "1", "machine": "abc"], runsToProve: 20)
}
