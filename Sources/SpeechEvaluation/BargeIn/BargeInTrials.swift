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
    /// From the first sample of the first word, or of another sound, to the last of the answer, when that was held; nil when it was not.
    var silence: Duration?
    /// The same from the first 10 ms in which the sound is as loud as all else that the microphone hears; not below zero.
    var silenceSinceAudible: Duration?
    /// Whether the answer was given up.
    var isAbandoned = false
    /// For how long the answer was held in vain, all holds together.
    var heldInVain = Duration.zero
    /// Whether the answer was held before the sound began.
    var wasHeldBefore = false
    /// What the network was asked, with the time since the onset: below zero before it.
    var questions: [(age: Duration, values: [Float])] = []
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

    /// Lets every trial take its course. The listeners that know an echo are shared, because they are values.
    static func run(
        _ trials: [BargeInTrial], in scene: AnswerScene, progress: (Double) -> Void,
        wordsMatter: ([Float]) throws -> Bool
    ) throws -> [BargeInFinding] {
        try each(trials, in: scene, settles: true, progress: progress) { trial, listener in
            let (answer, onset) = place(trial, in: scene)
            let course = try scene.course(
                of: answer, for: &listener, through: trial.echo, trial.background, clip: trial.clip, at: onset,
                seed: 11, wordsMatter: wordsMatter)
            return finding(trial, course, start: onset)
        }
    }

    /// Asks what the network is to learn from, of listeners that settle nothing.
    static func ask(
        _ trials: [BargeInTrial], in scene: AnswerScene, progress: (Double) -> Void
    ) throws -> [BargeInFinding] {
        try each(trials, in: scene, settles: false, progress: progress) { trial, listener in
            let (answer, onset) = place(trial, in: scene)
            let end = min(answer.count, onset + trial.clip.samples.count + 3_200)
            let outcome = scene.hear(
                &listener, played: Array(answer[..<end]), echo: trial.echo, trial.background, clip: trial.clip,
                at: onset, seed: 11)
            var finding = BargeInFinding(trial: trial)
            finding.questions = outcome.questions.map {
                (.samples($0.end, at: AudioFrame.sampleRate) - .samples(onset, at: AudioFrame.sampleRate), $0.values)
            }
            return finding
        }
    }

    private static func each(
        _ trials: [BargeInTrial], in scene: AnswerScene, settles: Bool, progress: (Double) -> Void,
        _ body: (BargeInTrial, inout DuplexListener) throws -> BargeInFinding
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
            findings.append(try body(trial, &listener))
            progress(Double(index + 1) / Double(trials.count))
        }
        return findings
    }

    /// The answer of a trial, and the sample of it with which the clip begins.
    private static func place(_ trial: BargeInTrial, in scene: AnswerScene) -> (answer: [Float], onset: Int) {
        var random = SeededGenerator(seed: trial.seed)
        let number = trial.isFirstAnswer ? 0 : 1 + Int.random(in: 0..<scene.answers.count - 1, using: &random)
        return (
            scene.answers[number], Int.random(in: 3_200...(trial.isFirstAnswer ? 8_000 : 24_000), using: &random)
        )
    }

    /// - Parameter start: where the clip begins.
    private static func finding(_ trial: BargeInTrial, _ course: AnswerCourse, start: Int) -> BargeInFinding {
        var finding = BargeInFinding(trial: trial)
        let onset = start + trial.clip.onset
        // Whoever is held already when the sound begins is silent.
        let hold = course.holds.first { $0.to.map { $0 > onset } ?? true }
        if let hold {
            let silent = Duration.samples(max(0, hold.from - onset), at: AudioFrame.sampleRate) + SoundFade.duration
            finding.silence = silent
            let audible = course.audible.map { Duration.samples($0 - onset, at: AudioFrame.sampleRate) } ?? .zero
            finding.silenceSinceAudible = max(.zero, silent - audible)
        }
        finding.isAbandoned = course.isAbandoned
        for hold in course.holds {
            guard let end = hold.to else { continue }
            finding.heldInVain += .samples(end - hold.from, at: AudioFrame.sampleRate)
        }
        finding.wasHeldBefore = course.holds.contains { $0.from <= start }
        return finding
    }
}
