// A talk made up from a seed: who says what when, and what goes wrong.

import AssistantInterface
import Instrumentation

/// A random talk. The same seed and number give the same talk.
struct SimulatedTalk {
    /// What happens at one step.
    struct Line: Hashable {
        /// The place of the step in the pool.
        let source: Int
        let pause: Duration
        /// Brought about, or mended, right before the step.
        let faults: [Fault]
    }

    let lines: [Line]
    /// For the service times of the talk.
    let clockSeed: UInt64

    /// The longest pause before a step; people rarely wait longer on a stage.
    private static let longestPauseMs = 1_500
    private static let lengths = 2...5

    init(seed: UInt64, number: Int, poolSize: Int) {
        var seeds = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
        var generator = seeds.split()
        clockSeed = seeds.next()
        var active: [Fault] = []
        var lines: [Line] = []
        for _ in 0..<Int.random(in: Self.lengths, using: &generator) where poolSize > 0 {
            let faults = Self.faults(after: &active, using: &generator)
            // Whole frames: the same recording then gives the same samples to the recogniser wherever it stands.
            let pause = Duration.milliseconds(10 * Int.random(in: 0...(Self.longestPauseMs / 10), using: &generator))
            lines.append(Line(source: Int.random(in: 0..<poolSize, using: &generator), pause: pause, faults: faults))
        }
        self.lines = lines
    }

    /// In a third of the steps something goes wrong, in another third one thing that went wrong is mended.
    private static func faults(after active: inout [Fault], using generator: inout SeededGenerator) -> [Fault] {
        let harms = Fault.allCases.filter { $0.recovery != nil }
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
            guard let fault = harms.randomElement(using: &generator) else { return [] }
            active.append(fault)
            return [fault]
        case 1:
            guard let mended = active.randomElement(using: &generator), let recovery = mended.recovery else {
                return []
            }
            active.removeAll { $0.recovery == recovery }
            return [recovery]
        default: return []
        }
    }

    /// The steps of the talk, each with a name of its own.
    func steps(from pool: [PreparedStep]) -> [PreparedStep] {
        lines.enumerated().map { index, line in
            let original = pool[line.source]
            var step = original.step
            step.id = "\(index + 1)-\(step.id)"
            (step.pause, step.faults, step.after) = (line.pause, line.faults, nil)
            return PreparedStep(step: step, utterance: original.utterance)
        }
    }
}
