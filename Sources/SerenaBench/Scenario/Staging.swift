// From recorded steps to what is heard on stage: conditions put on, and the talk repeated.

import Instrumentation
import SerenaAudio

/// Prepares the steps of a scenario for a run. Everything random comes from the scenario's seed.
struct Staging {
    let scenario: Scenario

    /// The most steps of a talk with all its rounds.
    private static let mostSteps = 100_000

    /// - Parameter wanted: the ids of the steps to keep; nil keeps all. What is kept sounds as it does among all.
    func stage(
        _ steps: [PreparedStep], keeping wanted: Set<String>? = nil
    ) -> (steps: [PreparedStep], notices: [String]) {
        let heard = conditioned(steps).filter { wanted?.contains($0.step.id) ?? true }
        let kept = Set(heard.map(\.step.id))
        let known = heard.map { $0.step.after.map(kept.contains) ?? true ? $0 : $0.followingTheStepBefore }
        var account = ConditionAccount()
        for step in known where step.surroundings != Surroundings() { account.add(step.utterance, step.surroundings) }
        return (repeated(known), account.notices)
    }

    // MARK: - Conditions

    private func conditioned(_ steps: [PreparedStep]) -> [PreparedStep] {
        guard !scenario.conditions.isEmpty || steps.contains(where: { !$0.step.conditions.isEmpty }) else {
            return steps
        }
        let spoken = steps.map { step in
            step.utterance.heard(under: scenario.conditions + step.step.conditions, seed: seed(of: step.step.audio))
        }
        let noises = steps.map { step in
            (scenario.conditions + step.step.conditions).filter(\.isNoise)
        }
        let beds = beds(noises, over: spoken, voices: steps.map(\.utterance.samples))
        return steps.indices.map { index in
            let (step, utterance) = (steps[index], spoken[index])
            let conditions = scenario.conditions + step.step.conditions
            var prepared = PreparedStep(step: step.step, utterance: utterance)
            prepared.surroundings = surroundings(conditions, bed: beds[noises[index]])
            return prepared
        }
    }

    /// A seed of its own for each name (the hash of Fowler, Noll and Vo). The room is that of a recording, whichever step plays it.
    private func seed(of name: String) -> UInt64 {
        name.utf8.reduce(scenario.seed &+ 0x6a09_e667_f3bc_c908) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    private func surroundings(_ conditions: [Condition], bed: NoiseBed?) -> Surroundings {
        var surroundings = Surroundings(bed: bed, seed: scenario.seed)
        for condition in conditions {
            switch condition {
            case .clipping(let level): surroundings.limit = min(surroundings.limit, Float(Level.amplitude(of: level)))
            case .loss, .dropouts: surroundings.line.append(condition)
            case .echo(let level, let delay): surroundings.echo = Echo(level: level, delay: delay)
            case .deviceAway(let start, let length): surroundings.away.append(start..<start + length)
            default: break
            }
        }
        // What the line does to speech, it does to the noise that comes with it.
        if conditions.contains(.telephone), let bed {
            surroundings.bed = NoiseBed(samples: SpeechChannel.telephone(bed.samples))
        }
        return surroundings
    }

    /// One bed for each noise, at one level for all the steps that are heard through it.
    private func beds(
        _ noises: [[Condition]], over spoken: [Utterance], voices: [[Float]]
    ) -> [[Condition]: NoiseBed] {
        var beds: [[Condition]: NoiseBed] = [:]
        for kinds in noises where !kinds.isEmpty && beds[kinds] == nil {
            let levels = zip(noises, spoken).filter { $0.0 == kinds }.compactMap(\.1.speechLevel)
            guard let level = Self.meanLevel(levels) else { continue }
            // Each noise has a generator of its own, so that one more changes none of the others.
            var generator = NoiseGenerator(seed: seed(of: "\(kinds)"), voices: voices)
            for kind in kinds {
                guard let next = kind.bed(speechLevel: level, generator: &generator) else { continue }
                beds[kinds] = beds[kinds]?.mixed(with: next) ?? next
            }
        }
        return beds
    }

    /// The level of the mean power.
    private static func meanLevel(_ levels: [Double]) -> Double? {
        guard !levels.isEmpty else { return nil }
        let power = levels.reduce(0) { $0 + Level.amplitude(of: $1) * Level.amplitude(of: $1) }
        return Level.ofPower(power / Double(levels.count))
    }

    // MARK: - Rounds

    /// The steps of every round. From the second round on, ids carry the number of the round: `greeting.2`.
    private func repeated(_ steps: [PreparedStep]) -> [PreparedStep] {
        let (rounds, latest) = rounds(of: steps)
        guard rounds > 1 else { return steps }
        return (0..<rounds).flatMap { round in
            steps.map { step in
                var step = step.renamed(by: round == 0 ? "" : ".\(round + 1)")
                step.round = round
                step.latestStart = latest
                return step
            }
        }
    }

    private func rounds(of steps: [PreparedStep]) -> (count: Int, latest: Duration?) {
        let most = max(1, Self.mostSteps / max(1, steps.count))
        switch scenario.repetition {
        case .times(let times): return (min(times, most), nil)
        case .lasting(let duration):
            // No round is shorter than what is said in it.
            let shortest = steps.reduce(Duration.zero) { $0 + $1.utterance.speechEnd }
            let rounds = shortest > .zero ? Int(duration.nanoseconds / shortest.nanoseconds) + 1 : 1
            return (min(rounds, most), duration)
        }
    }
}

extension Condition {
    /// Whether it is a sound that goes on beside the speech.
    var isNoise: Bool {
        switch self {
        case .noise, .secondSpeaker: true
        default: false
        }
    }

    /// The sound that goes on; nil for conditions that are none.
    func bed(speechLevel: Double, generator: inout NoiseGenerator) -> NoiseBed? {
        switch self {
        case .noise(let kind, let ratio):
            NoiseBed(kind, signalToNoise: ratio, speechLevel: speechLevel, generator: &generator)
        case .secondSpeaker(let ratio):
            NoiseBed(secondSpeakerAt: ratio, speechLevel: speechLevel, generator: &generator)
        default: nil
        }
    }
}

extension PreparedStep {
    /// The same step under another id, together with the ids that it refers to.
    ///
    /// - Parameter keepingTimes: whether a step that begins at a time of the talk still does; the beginning of the talk comes only
    ///   once, so in later rounds it follows the step before.
    func renamed(by suffix: String, keepingTimes: Bool = false) -> PreparedStep {
        guard !suffix.isEmpty else { return self }
        var step = step
        step.id += suffix
        step.after = step.after.map { $0 + suffix }
        switch step.start {
        case .during(let target, let delay): step.start = .during(step: target + suffix, after: delay)
        case .at: if !keepingTimes { step.start = .following }
        case .following: break
        }
        return with(step)
    }

    /// The same step, which waits for the one before and for no other.
    var followingTheStepBefore: PreparedStep {
        var step = step
        step.after = nil
        return with(step)
    }

    /// The same step after a longer pause.
    func delayed(by delay: Duration) -> PreparedStep {
        var step = step
        if case .at(let time) = step.start {
            step.start = .at(time + delay)
        } else {
            step.start = .at(Talk.leadIn + delay)
        }
        return with(step)
    }

    private func with(_ step: Step) -> PreparedStep {
        var copy = PreparedStep(step: step, utterance: utterance)
        copy.surroundings = surroundings
        copy.round = round
        copy.latestStart = latestStart
        return copy
    }
}

/// What the conditions came to: signal-to-noise ratios reached, and samples that were clipped.
private struct ConditionAccount {
    private var ratios: [Double] = []
    private var clipped = 0
    private var samples = 0

    mutating func add(_ utterance: Utterance, _ surroundings: Surroundings) {
        let bed = surroundings.bed
        if let bed, let level = utterance.speechLevel { ratios.append(level - bed.level) }
        let heard = utterance.samples.enumerated().map { $1 + (bed?[$0] ?? 0) }
        clipped += heard.count { abs($0) > surroundings.limit }
        samples += heard.count
    }

    var notices: [String] {
        var notices: [String] = []
        if let least = ratios.min(), let most = ratios.max() {
            notices.append(
                "signal-to-noise ratio reached: \(Self.tenths(least)) to \(Self.tenths(most)) dB over the steps")
        }
        if clipped > 0 { notices.append("\(clipped) of \(samples) samples are clipped") }
        return notices
    }

    private static func tenths(_ value: Double) -> String {
        String((value * 10).rounded() / 10)
    }
}
