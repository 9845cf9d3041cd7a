// Under which conditions speech is heard in evaluations of recognition and of the wake word.

import Foundation
import Instrumentation
import SerenaAudio

/// A named set of conditions, applied to a whole stretch of speech.
struct ListeningCondition: Hashable, Sendable {
    let name: String
    let conditions: [Condition]

    static let clean = ListeningCondition(name: "clean", conditions: [])
    static let babble10 = ListeningCondition(
        name: "babble 10 dB", conditions: [.noise(.babble, signalToNoise: 10)])

    static let ladder: [ListeningCondition] = [
        clean,
        ListeningCondition(name: "babble 20 dB", conditions: [.noise(.babble, signalToNoise: 20)]),
        babble10,
        ListeningCondition(name: "babble 5 dB", conditions: [.noise(.babble, signalToNoise: 5)]),
        ListeningCondition(name: "stationary 10 dB", conditions: [.noise(.speechShaped, signalToNoise: 10)]),
        ListeningCondition(name: "room 0.8 s", conditions: [.room(reverberation: .milliseconds(800))]),
        ListeningCondition(name: "telephone", conditions: [.telephone]),
        ListeningCondition(name: "loss 3 %", conditions: [.loss(share: 0.03, burst: nil)]),
    ]
}

/// Makes stretches of speech sound as they do under a condition; the noise is made once and goes on through all of them.
struct ListeningPlace {
    let condition: ListeningCondition
    private let seed: UInt64
    private var beds: [NoiseBed] = []
    private var position = 0

    /// What speech is normalised to, in dBFS.
    static let speechLevel = -26.0

    /// - Parameter voices: of whom a babble is made.
    init(_ condition: ListeningCondition, seed: UInt64, voices: [[Float]]) {
        self.condition = condition
        self.seed = seed
        var generator = NoiseGenerator(seed: seed, voices: voices)
        for case .noise(let kind, let ratio) in condition.conditions {
            beds.append(
                NoiseBed(kind, signalToNoise: ratio, speechLevel: Self.speechLevel, generator: &generator))
        }
    }

    /// `samples` as they are heard here. What comes next meets the noise that comes next.
    mutating func hear(_ samples: [Float]) -> [Float] {
        var heard = SpeechChannel.normalised(samples, to: Self.speechLevel)
        for case .room(let time) in condition.conditions {
            heard = SpeechChannel.reverberated(heard, time: time, seed: seed)
        }
        for bed in beds {
            for index in heard.indices { heard[index] += bed[position + index] }
        }
        if condition.conditions.contains(.telephone) { heard = SpeechChannel.telephone(heard) }
        var line = TransportLine(condition.conditions, seed: seed &+ UInt64(position))
        position += heard.count
        guard !line.isPerfect else { return heard }
        for start in stride(from: 0, to: heard.count, by: AudioFrame.sampleCount) where !line.carriesNextFrame() {
            for index in start..<min(start + AudioFrame.sampleCount, heard.count) { heard[index] = 0 }
        }
        return heard
    }
}
