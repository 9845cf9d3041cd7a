// `evaluate voice-activity`: detectors compared on speech in noise.

import BenchStatistics
import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio

/// Compares the detectors of voice activity, from clean to 0 dB, in four noises.
struct VoiceActivityEvaluation: Evaluation {
    let name = "voice-activity"
    let summary = "start and end of speech, and frames, from clean to 0 dB: level, Silero, and both"

    /// A detector, and what became of it.
    private struct Candidate {
        let name: String
        var detector: any VoiceActivityDetector
        var scores: [Surroundings: ActivityScore] = [:]
        /// Starts in noise alone, by noise.
        var falseStarts: [NoiseKind: Int] = [:]
        var cpu = Duration.zero

        /// What was found in those surroundings, together.
        func score(_ isIncluded: (Surroundings) -> Bool = { _ in true }) -> ActivityScore {
            Surroundings.all.filter(isIncluded).reduce(into: ActivityScore()) { sum, surroundings in
                if let score = scores[surroundings] { sum.add(score) }
            }
        }

        mutating func listen(_ frames: [AudioFrame]) -> [VoiceActivity] {
            let start = ProcessUsage.current().cpu
            detector.reset()
            let answers = frames.map { detector.process($0) }
            cpu += ProcessUsage.current().cpu - start
            return answers
        }
    }

    /// The one that the engine uses.
    private static let chosen = "blend"

    static func weights(_ context: EvaluationContext) throws -> SileroWeights {
        let (path, exists) = SileroInstallation.path(
            in: [context.home.path(percentEncoded: false)], environment: ProcessInfo.processInfo.environment)
        guard exists else {
            throw EvaluationError(
                "there are no weights of the Silero network: \(path)", remedy: SileroInstallation.remedy)
        }
        do {
            return try SileroWeights(try SafeTensors(path: path))
        } catch {
            throw EvaluationError("\(error)", remedy: SileroInstallation.remedy)
        }
    }

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let weights = try Self.weights(context)
        let corpus = try SpeechCorpus(home: context.home)
        let recordings = context.isQuick ? Array(corpus.held.prefix(2)) : corpus.held
        var candidates = [
            Candidate(name: "energy", detector: EnergyVoiceActivityDetector()),
            Candidate(name: "Silero 32 ms", detector: SileroVoiceActivityDetector(weights, pace: .chunks)),
            Candidate(name: "Silero 10 ms", detector: SileroVoiceActivityDetector(weights, pace: .frames)),
            Candidate(name: Self.chosen, detector: BlendedVoiceActivityDetector(weights)),
        ]
        let noise = NoiseSupply(seed: context.seed, voices: corpus.held)
        var audio = Duration.zero
        let all =
            context.isQuick ? Surroundings.all.filter { $0.noise == nil || $0.signalToNoise == 10 } : Surroundings.all
        for (index, surroundings) in all.enumerated() {
            context.progress("speech, \(surroundings)", Double(index) / Double(all.count))
            for speech in recordings {
                try Task.checkCancellation()
                let scene = NoisyScene(speech, surroundings, noise: noise)
                let frames = scene.frames
                audio += AudioFrame.duration * frames.count
                for index in candidates.indices {
                    candidates[index].scores[surroundings, default: ActivityScore()].add(
                        scene, candidates[index].listen(frames))
                }
            }
        }
        let minutes = context.isQuick ? 0.25 : 5
        for (index, kind) in Surroundings.noises.enumerated() {
            context.progress("noise alone, \(kind.rawValue)", Double(index) / Double(Surroundings.noises.count))
            try Task.checkCancellation()
            let frames = Self.noiseAlone(kind, minutes: minutes, seed: context.seed, voices: corpus.held)
            audio += AudioFrame.duration * frames.count
            for index in candidates.indices {
                let answers = candidates[index].listen(frames)
                candidates[index].falseStarts[kind] = zip(answers, answers.dropFirst()).count {
                    !$0.isSpeech && $1.isSpeech
                }
            }
        }
        return report(candidates, audio: audio, minutes: minutes, corpus: corpus, recordings: recordings.count)
    }

    /// 10 dB below the level of speech.
    private static func noiseAlone(
        _ kind: NoiseKind, minutes: Double, seed: UInt64, voices: [LabelledSpeech]
    ) -> [AudioFrame] {
        var generator = NoiseGenerator(seed: seed &+ 77, voices: voices.map(\.samples))
        let loop = generator.loop(kind, count: Int(minutes * 60) * AudioFrame.sampleRate)
        let gain = Float(Level.amplitude(of: LabelledSpeech.level - 10 - Level.rms(of: loop)))
        return NoisyScene.frames(loop.map { max(-1, min(1, $0 * gain)) })
    }

    private func report(
        _ candidates: [Candidate], audio: Duration, minutes: Double, corpus: SpeechCorpus, recordings: Int
    ) -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "Voice activity, from clean to 0 dB")
        report.tables = [
            Self.overview(candidates, audio: audio), Self.areas(candidates), Self.ladder(candidates.last),
            Self.falseStarts(candidates, minutes: minutes), Self.latest(candidates.last),
        ]
        if let chosen = candidates.last { report.goals = Self.goals(chosen, audio: audio) }
        report.notes = [
            "\(recordings) of the \(corpus.held.count) held-out recordings; weights were fitted on the other "
                + "\(corpus.tuning.count), features chosen with both in view. The voices are the same, the words are not.",
            "a frame is speech by the clean sound: within 30 dB of its active level, gaps up to 60 ms included; "
                + "an utterance ends with a pause of more than 200 ms, and begins with its first word: 100 ms of sound or more that "
                + "come within 15.9 dB of the active level (ITU-T P.56), and no more than 100 ms of softer sound before",
            "speech at −26 dBFS (ITU-T P.56); babble of eight other voices; 2 s of background around each recording, "
                + "of which the first half second does not count",
        ]
        if let chosen = candidates.last {
            let delay = Self.milliseconds(Self.quantile(chosen.score(Self.isJudged).onsets, 0.95))
            report.notes.append("clean to 10 dB, from the first sample of the first word: p95 \(delay) ms")
        }
        return report
    }

    private static func goals(_ chosen: Candidate, audio: Duration) -> [EvaluationGoal] {
        let area = chosen.score().area
        let clean = quantile(chosen.score { $0.noise == nil }.onsets, 0.95)
        let noisy = quantile(chosen.score(isJudged).audibleOnsets, 0.95)
        let share = chosen.cpu / audio
        return [
            EvaluationGoal(
                "ROC-AUC over the whole set", goal: "≥ 0.97", measured: String(format: "%.4f", area),
                isMet: area >= 0.97),
            EvaluationGoal(
                "start of speech noticed, clean, from its first sample, p95", goal: "< 50 ms",
                measured: "\(milliseconds(clean)) ms", isMet: clean < 50),
            EvaluationGoal(
                "start of speech noticed, clean to 10 dB, from where it is as loud as the noise, p95", goal: "< 50 ms",
                measured: "\(milliseconds(noisy)) ms", isMet: noisy < 50),
            EvaluationGoal(
                "processor time, share of one core", goal: "≤ 5 %", measured: String(format: "%.2f %%", share * 100),
                isMet: share <= 0.05),
        ]
    }

    // MARK: Tables

    private static func overview(_ candidates: [Candidate], audio: Duration) -> EvaluationTable {
        EvaluationTable(
            title: "Over the whole set",
            columns: ["detector", "ROC-AUC"] + timeColumns + ["no speech taken for it", "core"],
            rows: candidates.map { candidate in
                let score = candidate.score()
                return [candidate.name, area(score)] + times(score) + [
                    percent(Double(score.falseFrames) / Double(max(1, score.silentFrames))),
                    String(format: "%.2f %%", candidate.cpu / audio * 100),
                ]
            })
    }

    private static func areas(_ candidates: [Candidate]) -> EvaluationTable {
        EvaluationTable(
            title: "ROC-AUC", columns: ["surroundings"] + candidates.map(\.name),
            rows: measured(candidates).map { surroundings in
                [surroundings.description] + candidates.map { area($0.scores[surroundings] ?? ActivityScore()) }
            })
    }

    private static func ladder(_ candidate: Candidate?) -> EvaluationTable {
        EvaluationTable(
            title: "Starts and ends, \(candidate?.name ?? "")", columns: ["surroundings"] + timeColumns,
            rows: measured(candidate.map { [$0] } ?? []).map {
                [$0.description] + times(candidate?.scores[$0] ?? ActivityScore())
            })
    }

    private static func measured(_ candidates: [Candidate]) -> [Surroundings] {
        Surroundings.all.filter { candidates.first?.scores[$0] != nil }
    }

    private static func falseStarts(_ candidates: [Candidate], minutes: Double) -> EvaluationTable {
        EvaluationTable(
            title: "Starts in noise alone, 10 dB below speech, an hour", columns: ["noise"] + candidates.map(\.name),
            rows: Surroundings.noises.map { kind in
                [kind.rawValue]
                    + candidates.map {
                        String(Int((Double($0.falseStarts[kind] ?? 0) * 60 / minutes).rounded()))
                    }
            })
    }

    /// The goal holds for these: below, the noise is as loud as most of the speech.
    private static func isJudged(_ surroundings: Surroundings) -> Bool {
        surroundings.noise == nil || surroundings.signalToNoise >= 10
    }

    /// What is to be looked at next.
    private static func latest(_ candidate: Candidate?) -> EvaluationTable {
        let starts = candidate?.score(isJudged).starts.filter { $0.audibleDelay ?? 0 >= 50 } ?? []
        let sorted = starts.sorted { ($0.audibleDelay ?? 0, $0.recording) > ($1.audibleDelay ?? 0, $1.recording) }
        return EvaluationTable(
            title: "Starts noticed 50 ms late or later once audible, clean to 10 dB",
            columns: ["recording", "at (s)", "surroundings", "start (ms)", "audible"],
            rows: sorted.prefix(40).map {
                [
                    $0.recording, String(format: "%.2f", $0.place / 1_000), $0.surroundings.description,
                    milliseconds($0.delay), milliseconds($0.audibleDelay ?? .nan),
                ]
            })
    }

    private static let timeColumns = [
        "start p50 (ms)", "p95", "audible p95", "missed", "end p5 (ms)", "p50", "p95", "drops a second",
    ]

    private static func times(_ score: ActivityScore) -> [String] {
        [
            milliseconds(quantile(score.onsets, 0.5)), milliseconds(quantile(score.onsets, 0.95)),
            milliseconds(quantile(score.audibleOnsets, 0.95)),
            percent(Double(score.missed) / Double(max(1, score.utterances))),
            milliseconds(quantile(score.ends, 0.05)), milliseconds(quantile(score.ends, 0.5)),
            milliseconds(quantile(score.ends, 0.95)),
            String(format: "%.2f", Double(score.drops) / max(0.001, score.speechSeconds)),
        ]
    }

    private static func quantile(_ values: [Double], _ share: Double) -> Double {
        values.isEmpty ? .nan : values.sorted()[Quantile.rank(share, of: values.count) - 1]
    }

    private static func milliseconds(_ value: Double) -> String { value.isNaN ? "–" : String(format: "%.0f", value) }
    private static func area(_ score: ActivityScore) -> String {
        score.area.isNaN ? "–" : String(format: "%.3f", score.area)
    }
    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
