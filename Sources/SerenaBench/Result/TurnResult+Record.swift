// From what was observed during a step to a line of the result.

import BenchStatistics
import AssistantInterface
import Instrumentation

extension TurnResult {
    /// The path of a turn's recorded answer, relative to the result.
    static func answerPath(run: Int, step: String) -> String {
        "audio/run\(run)-\(step).wav"
    }

    init(_ record: StepRecord, run: Int) {
        let step = record.prepared.step
        let observation = record.observation
        let turn = observation.answeringTurn
        let report = turn?.report
        let failures = TurnScoring.failures(step, observation)
        let account = observation.firstAudible.flatMap { audible in
            report.map {
                StageAccount(trace: $0.trace, speechEnd: observation.speechEnd, firstAudible: audible)
            }
        }
        func sinceSpeechEnd(_ instant: Instant) -> Int64 {
            (instant - observation.speechEnd).nanoseconds
        }
        let endpoint = report?.trace.end(of: .endpoint).map(sinceSpeechEnd)
        let firstPartial = turn?.firstPartial.map { ($0 - observation.speechStart).nanoseconds }
        let spans = (report?.trace.spans ?? []).sorted { $0.start < $1.start }
        self.init(
            run: run, step: step.id, required: step.isRequired, passed: failures.isEmpty,
            failures: failures,
            answerExpected: step.expect.isAnswered && !TurnScoring.failsByName(step, observation),
            latencyNs: observation.latency?.nanoseconds,
            transcript: observation.transcript, expectedTranscript: step.say,
            wordErrorRate: WordErrorRate.compute(reference: step.say, hypothesis: observation.transcript)
                .rate,
            intent: report?.intent, expectedIntent: step.expect.intent, slots: report?.slots ?? [:],
            response: report?.response ?? "", route: report?.route,
            routeReason: report?.routeReason ?? "",
            problem: report?.problem, stagesNs: account?.contributions ?? [:],
            stageResidualNs: account?.residual?.nanoseconds,
            spans: spans.map {
                SpanResult(
                    stage: $0.stage.rawValue, startNs: sinceSpeechEnd($0.start), endNs: sinceSpeechEnd($0.end)
                )
            },
            firstPartialNs: firstPartial, endpointingNs: endpoint,
            audio: record.prepared.utterance.source,
            answerAudio: record.answer.played.isEmpty ? nil : Self.answerPath(run: run, step: step.id),
            falseCutOff: TurnScoring.isCutOff(step, observation),
            exact: report?.exact ?? [:], events: report?.events ?? [], expectedFailure: step.expectedFailure,
            bargeInStopNs: observation.bargeInStop?.nanoseconds,
            cpuNs: record.cpu.nanoseconds, residentBytes: record.residentBytes,
            pacingErrorP99Ns: PacingSummary(errors: record.pacingErrors).p99Ns,
            speculation: SpeculationResult(observation.turns), fellBehind: Self.backlog(of: observation.turns),
            stopsWithoutCause: observation.stops == 0 ? nil : TurnScoring.stopsWithoutCause(step, observation),
            tags: step.tags.isEmpty ? nil : step.tags)
    }

    /// Every stage that fell behind in one of `turns`, once; nil for none.
    private static func backlog(of turns: [ObservedTurn]) -> [String]? {
        var stages: [String] = []
        for stage in turns.flatMap({ $0.report?.backlog ?? [] }) where !stages.contains(stage) { stages.append(stage) }
        return stages.isEmpty ? nil : stages
    }
}

extension SpeculationResult {
    /// What was done ahead in all of `turns`; nil when none of them counts it.
    init?(_ turns: [ObservedTurn]) {
        let counted = turns.compactMap { $0.report?.speculation }
        guard !counted.isEmpty else { return nil }
        self.init(
            used: counted.reduce(0) { $0 + $1.used }, wasted: counted.reduce(0) { $0 + $1.wasted },
            wastedCPUNs: counted.reduce(Duration.zero) { $0 + $1.wastedCPU }.nanoseconds)
    }
}

extension Summary {
    init(turns: [TurnResult]) {
        let answerable = turns.filter(\.isTimed)
        let latencies = answerable.map(\.countedLatency)
        func quantile(_ p: Double) -> Int64? { Quantile.nearestRank(p, of: latencies) }
        let rates = turns.map(\.wordErrorRate)
        self.init(
            turns: turns.count, answerable: answerable.count,
            answered: answerable.count { $0.latencyNs != nil },
            failedTurns: turns.count { !$0.passed }, falseCutOffs: turns.count(where: \.falseCutOff),
            falseCutOffShareAtMost: CutOffs(turns).shareAtMost,
            p50Ns: quantile(0.5), p90Ns: quantile(0.9), p95Ns: quantile(0.95), p99Ns: quantile(0.99),
            maxNs: quantile(1),
            meanWordErrorRate: rates.isEmpty ? 0 : rates.reduce(0, +) / Double(rates.count))
    }
}
