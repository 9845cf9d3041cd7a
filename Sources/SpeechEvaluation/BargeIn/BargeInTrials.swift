// Each clip falls into an answer once for each condition that it is drawn for.

import Foundation
import Instrumentation
import SerenaAudio

/// One sound in one answer.
struct BargeInTrial: Sendable {
    var clip: SoundClip
    var echo: EchoPath
    var background: Background
    /// Whether the assistant speaks for the first time, so that nothing is known of the echo.
    var isFirstAnswer: Bool
    var seed: UInt64
}

/// What came of it.
struct BargeInFinding: Sendable {
    var trial: BargeInTrial
    /// From the first sample of the sound to the end of the frame at which the answer was stopped; nil when it went on.
    var stop: Duration?
    /// The same from the first 10 ms in which the sound is as loud as all else that the microphone hears; not below zero.
    var stopSinceAudible: Duration?
    /// Whether the answer was stopped before the sound began.
    var wasStoppedBefore: Bool
    /// What the network was asked from 20 ms after the onset on, with the time since then.
    var questions: [(age: Duration, values: [Float])]
}

enum BargeInTrials {
    /// Draws `count` trials over `clips`, with conditions in turn.
    ///
    /// - Parameter moves: whether each round over the clips begins with the next one. The weights that ship were learned without.
    static func draw(
        _ clips: [SoundClip], count: Int, firstAnswers: Bool = false, moves: Bool = true, seed: UInt64
    ) -> [BargeInTrial] {
        var random = SeededGenerator(seed: seed)
        guard !clips.isEmpty else { return [] }
        let order = clips.shuffled(using: &random)
        return (0..<count).map { index in
            var echo = EchoPath(level: nil)
            // One in five hears no echo: headphones.
            if index % 5 < EchoPath.levels.count {
                let room: Duration = Bool.random(using: &random) ? .milliseconds(250) : .zero
                echo = EchoPath(
                    level: EchoPath.levels[index % 5], delay: EchoPath.delays[(index / 5) % EchoPath.delays.count],
                    room: room)
            }
            // Each clip meets every echo, whatever the number of clips.
            let clip = order[(index + (moves ? index / order.count : 0)) % order.count]
            let spread = Double.random(in: -4...4, using: &random)
            return BargeInTrial(
                clip: clip.at(level: speechLevel + spread), echo: echo,
                background: Background.all[(index / 20) % Background.all.count], isFirstAnswer: firstAnswers,
                seed: random.next() >> 1)
        }
    }

    /// Runs `trials`. The listeners that know an echo are shared, because they are values.
    static func run(
        _ trials: [BargeInTrial], in scene: AnswerScene, settles: Bool = true, progress: (Double) -> Void
    ) throws -> [BargeInFinding] {
        struct Place: Hashable {
            var echo: EchoPath
            var background: Background
        }
        var listeners: [Place: DuplexListener] = [:]
        var findings: [BargeInFinding] = []
        for (index, trial) in trials.enumerated() {
            try Task.checkCancellation()
            let place = Place(echo: trial.echo, background: trial.background)
            var listener: DuplexListener
            if trial.isFirstAnswer {
                listener = DuplexListener(detector: EnergyVoiceActivityDetector(), settles: settles)
                let quiet = scene.noise(trial.background, from: 0, count: AudioFrame.sampleRate / 2)
                _ = scene.hear(
                    &listener, played: [Float](repeating: 0, count: quiet.count), echo: EchoPath(level: nil),
                    trial.background, clip: nil, at: 0, seed: 0)
            } else if let known = listeners[place] {
                listener = known
            } else {
                listener = scene.accustomed(to: trial.echo, trial.background, settles: settles, seed: 11)
                listeners[place] = listener
            }
            findings.append(one(trial, in: scene, &listener))
            progress(Double(index + 1) / Double(trials.count))
        }
        return findings
    }

    private static func one(
        _ trial: BargeInTrial, in scene: AnswerScene, _ listener: inout DuplexListener
    ) -> BargeInFinding {
        var random = SeededGenerator(seed: trial.seed)
        let number = trial.isFirstAnswer ? 0 : 1 + Int.random(in: 0..<scene.answers.count - 1, using: &random)
        let answer = scene.answers[number]
        let onset = Int.random(in: 3_200...(trial.isFirstAnswer ? 8_000 : 24_000), using: &random)
        let end = min(answer.count, onset + trial.clip.samples.count + 3_200)
        let outcome = scene.hear(
            &listener, played: Array(answer[..<end]), echo: trial.echo, trial.background, clip: trial.clip, at: onset,
            seed: 11)
        let stop = outcome.interruptions.first { $0 > onset }
        let audible = outcome.audible ?? onset
        return BargeInFinding(
            trial: trial, stop: stop.map { .samples($0 - onset, at: AudioFrame.sampleRate) },
            stopSinceAudible: stop.map { .samples(max(0, $0 - audible), at: AudioFrame.sampleRate) },
            wasStoppedBefore: outcome.interruptions.contains { $0 <= onset },
            questions: outcome.questions.filter { $0.end > onset + 320 }.map {
                (.samples($0.end - onset, at: AudioFrame.sampleRate), $0.values)
            })
    }
}
