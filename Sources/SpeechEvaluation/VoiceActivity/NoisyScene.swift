// A recording within a noise, as a microphone would hear it.

import Foundation
import Instrumentation
import SerenaAudio

/// What surrounds the speech.
struct Surroundings: Hashable, Sendable, CustomStringConvertible {
    /// Nil for none.
    var noise: NoiseKind?
    /// In dB below the active speech level.
    var signalToNoise = 0.0

    static let clean = Surroundings(noise: nil)
    static let noises: [NoiseKind] = [.babble, .applause, .hum, .speechShaped]
    static let ladder = [20.0, 15, 10, 5, 0]
    /// From clean to 0 dB, in each of the noises.
    static let all = [clean] + noises.flatMap { noise in ladder.map { Surroundings(noise: noise, signalToNoise: $0) } }

    var description: String { noise.map { "\($0.rawValue) \(Int(signalToNoise)) dB" } ?? "clean" }
}

/// Sound with a label on every frame.
struct NoisyScene: Sendable {
    /// Of the recording.
    let name: String
    let surroundings: Surroundings
    let samples: [Float]
    /// Where there is speech, in samples.
    let speech: [Range<Int>]
    /// In samples.
    let utterances: [Range<Int>]
    /// For each utterance, the first 10 ms in which the speech is as loud as the noise; nil when it never is.
    let audible: [Int?]

    /// The background is heard for this long before and after the recording.
    static let margin = 2 * AudioFrame.sampleRate
    /// A detector learns the background in this time, which does not count.
    static let settling = AudioFrame.sampleRate / 2
    /// A recording without noise has its own background around it, but not more of it than this, in dBFS.
    private static let loudestBackground = -60.0

    /// - Parameter gain: of speech and noise together, in dB: how far away the microphone is.
    init(_ speech: LabelledSpeech, _ surroundings: Surroundings, noise: NoiseSupply, gain: Double = 0) {
        name = speech.name
        self.surroundings = surroundings
        let count = speech.samples.count + 2 * Self.margin
        var random = SeededGenerator(seed: noise.seed &+ UInt64(speech.samples.count))
        let spread = Float(Level.amplitude(of: min(Self.loudestBackground, speech.background)) * 3.0.squareRoot())
        var samples = (0..<count).map { _ in Float.random(in: -spread...spread, using: &random) }
        samples.replaceSubrange(Self.margin..<Self.margin + speech.samples.count, with: speech.samples)
        if let kind = surroundings.noise {
            let loop = noise.loop(kind, around: speech.speaker)
            let loudness = Float(
                Level.amplitude(of: LabelledSpeech.level - surroundings.signalToNoise - Level.rms(of: loop)))
            let start = Int.random(in: loop.indices, using: &random)
            for index in samples.indices { samples[index] += loudness * loop[(start + index) % loop.count] }
        }
        let distance = Float(Level.amplitude(of: gain))
        self.samples = samples.map { max(-1, min(1, $0 * distance)) }
        let moved = { (range: Range<Int>) in range.lowerBound + Self.margin..<range.upperBound + Self.margin }
        self.speech = speech.speech.map(moved)
        utterances = speech.utterances.map(moved)
        audible = speech.utterances.map { utterance in
            guard surroundings.noise != nil else { return moved(utterance).lowerBound }
            let noise = LabelledSpeech.level - surroundings.signalToNoise
            return stride(from: utterance.lowerBound, to: utterance.upperBound, by: AudioFrame.sampleCount).first {
                let end = min($0 + AudioFrame.sampleCount, speech.samples.count)
                return Level.rms(of: speech.samples[$0..<end]) >= noise
            }.map { $0 + Self.margin }
        }
    }

    var frames: [AudioFrame] { Self.frames(samples) }

    static func frames(_ samples: [Float]) -> [AudioFrame] {
        (0..<samples.count / AudioFrame.sampleCount).map { index in
            let start = index * AudioFrame.sampleCount
            return AudioFrame(
                index: index, time: Instant(nanoseconds: Int64(index + 1) * 10_000_000),
                samples: Array(samples[start..<start + AudioFrame.sampleCount]))
        }
    }

    /// Whether the middle of each frame is speech.
    var labels: [Bool] {
        let length = AudioFrame.sampleCount
        var labels = [Bool](repeating: false, count: samples.count / length)
        for stretch in speech {
            // The frames whose middle lies within.
            let first = (stretch.lowerBound + length / 2 - 1) / length
            let end = (stretch.upperBound + length / 2 - 1) / length
            for index in first..<min(max(first, end), labels.count) { labels[index] = true }
        }
        return labels
    }
}

/// Loops of noise, each made once.
final class NoiseSupply {
    let seed: UInt64
    private let voices: [LabelledSpeech]
    private var loops: [String: [Float]] = [:]

    /// - Parameter voices: what a babble is made of, but for the speaker who is heard in it.
    init(seed: UInt64, voices: [LabelledSpeech]) {
        self.seed = seed
        self.voices = voices
    }

    /// 16 s of noise around `speaker`; nil for around nobody.
    func loop(_ kind: NoiseKind, around speaker: String?) -> [Float] {
        let key = kind.rawValue + (kind == .babble ? " around \(speaker ?? "nobody")" : "")
        if let known = loops[key] { return known }
        var generator = NoiseGenerator(
            seed: seed &+ UInt64(kind.rawValue.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }),
            voices: voices.filter { $0.speaker != speaker }.map(\.samples))
        let loop = generator.loop(kind, count: NoiseBed.length)
        loops[key] = loop
        return loop
    }
}
