// How soon an interruption stops the answer, and what stops it that should not.

import BenchStatistics
import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Figures as they stand in tables.
enum EvaluationFigures {
    static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : String(format: "%.1f", 100 * Double(part) / Double(whole))
    }

    static func milliseconds(_ duration: Duration?) -> String {
        duration.map { String(format: "%.0f", $0.milliseconds) } ?? "never"
    }

    /// The nearest rank, where what never happened comes last.
    static func quantile(_ p: Double, of durations: [Duration?]) -> Duration? {
        let sorted = durations.sorted { ($0 ?? .seconds(1_000_000)) < ($1 ?? .seconds(1_000_000)) }
        guard !sorted.isEmpty else { return nil }
        return sorted[min(sorted.count - 1, max(0, Int((p * Double(sorted.count)).rounded(.up)) - 1))]
    }
}

extension BargeInFinding {
    /// Whether the goal holds for it: at 10 dB of babble another voice is as loud as the soft beginning of a word.
    fileprivate var isJudged: Bool { trial.background.signalToNoise == 0 || trial.background.signalToNoise >= 20 }
}

/// Barge-in and echo, on voices and sounds that the network has not learned from.
struct BargeInEvaluation: Evaluation {
    let name = "barge-in"
    let summary = "how soon an interruption stops the answer; what else stops it; the assistant's own voice"

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let library = try ClipLibrary(home: context.home, seed: context.seed)
        let scene = try AnswerScene(seed: context.seed)
        let scale = context.isQuick ? 20 : 1
        let clips = library.test
        var trials: [BargeInTrial] = []
        for (index, kind) in SoundClip.Kind.allCases.enumerated() {
            trials += BargeInTrials.draw(
                clips.filter { $0.kind == kind }, count: (kind == .speech ? 600 : 200) / scale,
                seed: context.seed &+ 101 &+ UInt64(index))
        }
        let first = BargeInTrials.draw(
            clips.filter { $0.kind == .speech }, count: 300 / scale, firstAnswers: true, seed: context.seed &+ 211)
        let recognizer = try RecognizerChoice.load(environment: ProcessInfo.processInfo.environment).recognizer
        let findings = try BargeInTrials.run(trials + first, in: scene) {
            context.progress("interruptions", $0)
        } wordsMatter: { sound in
            let words = try recognizer.transcribe(sound, sampleRate: AudioFrame.sampleRate).text
            let fit =
                Remark.isDoubtful(words)
                ? try recognizer.fit(of: Remark.spellings, to: sound, sampleRate: AudioFrame.sampleRate) : nil
            return Remark.wantsFloor(words, fit: fit)
        }
        let echoes = try echoes(in: scene, isQuick: context.isQuick) { context.progress("echoes", $0) }
        return report(findings, echoes, clips)
    }

    /// What came of the assistant's own voice alone.
    private struct EchoFinding {
        var echo: EchoPath
        var attenuation: Double
        var falseTurns: Int
        var falseHolds: Int
        var seconds: Double
    }

    private func echoes(
        in scene: AnswerScene, isQuick: Bool, progress: (Double) -> Void
    ) throws -> [EchoFinding] {
        var findings: [EchoFinding] = []
        let levels = isQuick ? [-12] : EchoPath.levels
        for level in levels {
            for delay in EchoPath.delays {
                for room in [Duration.zero, .milliseconds(300)] {
                    try Task.checkCancellation()
                    let echo = EchoPath(level: level, delay: delay, room: room)
                    findings.append(listen(to: echo, in: scene))
                    progress(Double(findings.count) / Double(levels.count * EchoPath.delays.count * 2))
                }
            }
        }
        return findings
    }

    /// All answers one behind the other, with pauses, to a listener that knows nothing.
    private func listen(to echo: EchoPath, in scene: AnswerScene) -> EchoFinding {
        var listener = DuplexListener(detector: EnergyVoiceActivityDetector())
        let pause = [Float](repeating: 0, count: AudioFrame.sampleRate / 2)
        let played = scene.answers.reduce(pause) { $0 + $1 + pause }
        let outcome = scene.hear(
            &listener, played: played, echo: echo, Background(), clip: nil, at: 0, seed: 23)
        return EchoFinding(
            echo: echo, attenuation: 10 * log10(outcome.before / max(outcome.after, 1e-12)),
            falseTurns: outcome.speechStarts, falseHolds: outcome.claims.count,
            seconds: Double(played.count) / Double(AudioFrame.sampleRate))
    }

    // MARK: - The report

    private func report(
        _ findings: [BargeInFinding], _ echoes: [EchoFinding], _ clips: [SoundClip]
    ) -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "Interruptions, and the assistant's own voice")
        let speech = findings.filter { $0.trial.clip.kind == .speech }
        let warm = speech.filter { !$0.trial.isFirstAnswer }
        report.tables = [
            silences(warm, speech.filter(\.trial.isFirstAnswer)), distractions(findings), echoTable(echoes),
        ]
        report.goals = goals(warm, findings, echoes)
        let sources = Dictionary(grouping: clips, by: { "\($0.kind.rawValue) by \($0.source)" })
            .map { "\($0.value.count) \($0.key)" }.sorted()
        report.notes = [
            "the clips: \(sources.joined(separator: ", "))",
            "coughs, hums and clapping are computed from published descriptions, or spoken by espeak-ng; none is a recording",
            "speech begins with its first word: 100 ms of sound or more that come within 15.9 dB of the active level (ITU-T P.56), and no more than "
                + "100 ms of softer sound before; what a reader breathes before it is heard and not counted",
            "silence is counted from the first sample of the sound to the end of the fade of "
                + "\(Int(SoundFade.duration.milliseconds)) ms behind the frame that settles it",
            "missed: never silent; went on: silent, and then the answer went on although somebody had spoken",
            "the recogniser hears what a short piece of speech says; the time that it takes is not in the figures",
            "audible: from the first 10 ms in which the sound is as loud as noise and echo together",
        ]
        return report
    }

    private func silences(_ warm: [BargeInFinding], _ first: [BargeInFinding]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Interruptions: from the first sample of the first word to the last of the answer",
            columns: [
                "condition", "trials", "p50, ms", "p95, ms", "within 100 ms, %", "missed, %", "went on, %",
                "p95 once audible, ms",
            ])
        func add(_ title: String, _ some: [BargeInFinding]) {
            let silences = some.map(\.silence)
            let inTime = silences.count { $0.map { $0 <= .milliseconds(100) } ?? false }
            table.rows.append([
                title, "\(some.count)", EvaluationFigures.milliseconds(EvaluationFigures.quantile(0.5, of: silences)),
                EvaluationFigures.milliseconds(EvaluationFigures.quantile(0.95, of: silences)),
                EvaluationFigures.percent(inTime, of: some.count),
                EvaluationFigures.percent(silences.count { $0 == nil }, of: some.count),
                EvaluationFigures.percent(some.count { $0.silence != nil && !$0.isAbandoned }, of: some.count),
                EvaluationFigures.milliseconds(EvaluationFigures.quantile(0.95, of: some.map(\.silenceSinceAudible))),
            ])
        }
        add("all", warm)
        add("quiet and 20 dB", warm.filter(\.isJudged))
        add("no echo", warm.filter { $0.trial.echo.level == nil })
        for level in EchoPath.levels { add("echo \(Int(level)) dB", warm.filter { $0.trial.echo.level == level }) }
        for background in Background.all { add(background.name, warm.filter { $0.trial.background == background }) }
        for source in Set(warm.map(\.trial.clip.source)).sorted() {
            add("voice: \(source)", warm.filter { $0.trial.clip.source == source })
        }
        add("into the first answer of all", first)
        return table
    }

    private func distractions(_ findings: [BargeInFinding]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "What should not stop the answer",
            columns: ["sound", "source", "trials", "abandoned, %", "held in vain, %", "held p50, ms", "held p95, ms"])
        func add(_ sound: String, _ source: String, _ some: [BargeInFinding]) {
            let held = some.filter { !$0.isAbandoned && $0.heldInVain > .zero }.map { Duration?.some($0.heldInVain) }
            func quantile(_ p: Double) -> String {
                held.isEmpty ? "–" : EvaluationFigures.milliseconds(EvaluationFigures.quantile(p, of: held))
            }
            table.rows.append([
                sound, source, "\(some.count)",
                EvaluationFigures.percent(some.count(where: \.isAbandoned), of: some.count),
                EvaluationFigures.percent(held.count, of: some.count), quantile(0.5), quantile(0.95),
            ])
        }
        for kind in SoundClip.Kind.allCases.dropFirst() {
            let some = findings.filter { $0.trial.clip.kind == kind }
            for source in Set(some.map(\.trial.clip.source)).sorted() {
                add(kind.rawValue, source, some.filter { $0.trial.clip.source == source })
            }
        }
        let warm = findings.filter { !$0.trial.isFirstAnswer }
        let before = warm.count(where: \.wasHeldBefore)
        table.rows.append([
            "nothing but echo, before the sound", "flite slt", "\(warm.count)", "–",
            EvaluationFigures.percent(before, of: warm.count), "–", "–",
        ])
        return table
    }

    private func echoTable(_ echoes: [EchoFinding]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "The assistant's own voice alone, from its first answer on",
            columns: ["echo", "ERLE, dB, least", "mean", "speech, s", "false turns", "false holds"])
        for level in EchoPath.levels {
            let some = echoes.filter { $0.echo.level == level }
            guard let least = some.map(\.attenuation).min() else { continue }
            let mean = some.reduce(0) { $0 + $1.attenuation } / Double(some.count)
            table.rows.append([
                "\(Int(level)) dB, 10 to 300 ms", String(format: "%.1f", least), String(format: "%.1f", mean),
                String(format: "%.0f", some.reduce(0) { $0 + $1.seconds }), "\(some.reduce(0) { $0 + $1.falseTurns })",
                "\(some.reduce(0) { $0 + $1.falseHolds })",
            ])
        }
        return table
    }

    private func goals(
        _ warm: [BargeInFinding], _ findings: [BargeInFinding], _ echoes: [EchoFinding]
    ) -> [EvaluationGoal] {
        let judged = warm.filter(\.isJudged)
        let silence = EvaluationFigures.quantile(0.95, of: judged.map(\.silence))
        let audible = EvaluationFigures.quantile(0.95, of: judged.map(\.silenceSinceAudible))
        let missed = Double(judged.count { $0.silence == nil || !$0.isAbandoned }) / Double(max(1, judged.count))
        var goals = [
            EvaluationGoal(
                "the answer is silent after the first sample of an interruption in quiet or at 20 dB, p95",
                goal: "≤ 100 ms",
                measured: EvaluationFigures.milliseconds(silence) + " ms",
                isMet: silence.map { $0 <= .milliseconds(100) } ?? false),
            EvaluationGoal(
                "the same from where the speech is as loud as noise and echo together, p95", goal: "≤ 100 ms",
                measured: EvaluationFigures.milliseconds(audible) + " ms",
                isMet: audible.map { $0 <= .milliseconds(100) } ?? false),
            EvaluationGoal(
                "interruptions in quiet or at 20 dB that do not end the answer", goal: "≤ 3 %",
                measured: String(format: "%.1f %%", 100 * missed), isMet: missed <= 0.03),
        ]
        for (kind, goal) in [(SoundClip.Kind.applause, 0.02), (.cough, 0.02), (.hum, 0.02), (.agreement, 0.05)] {
            let some = findings.filter { $0.trial.clip.kind == kind }
            let share = Double(some.count(where: \.isAbandoned)) / Double(max(1, some.count))
            goals.append(
                EvaluationGoal(
                    "answers abandoned for \(kind.rawValue)", goal: "≤ \(Int(100 * goal)) %",
                    measured: String(format: "%.1f %%", 100 * share), isMet: share <= goal))
        }
        let turns = echoes.reduce(0) { $0 + $1.falseTurns }
        goals.append(
            EvaluationGoal(
                "turns begun by the assistant's own voice", goal: "0", measured: "\(turns)", isMet: turns == 0))
        return goals
    }
}
