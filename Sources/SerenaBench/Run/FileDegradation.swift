// Conditions put on a sound file: the same transforms that a scenario is heard through.

import Instrumentation
import SerenaAudio

/// What conditions make of a recording.
struct FileDegradation {
    /// At ``AudioFrame/sampleRate``.
    private(set) var samples: [Float]
    /// The ratio of active speech to noise that was reached, in dB; nil without noise or without speech.
    private(set) var signalToNoise: Double?
    private(set) var clippedSamples = 0
    /// Frames that the line lost, and frames that never came because there was no microphone.
    private(set) var lostFrames = 0
    private(set) var missingFrames = 0

    /// - Parameters:
    ///   - recording: at any rate.
    ///   - conditions: level, gain, room, band and clock first, then noise and echo, then the converter, then the line.
    ///   - voices: what babble and a second speaker are made of, at ``AudioFrame/sampleRate``; shaped noise without any.
    ///   - ownVoice: what an echo is of, at ``AudioFrame/sampleRate``.
    init(
        _ recording: Recording, _ conditions: [Condition], seed: UInt64, voices: [[Float]] = [], ownVoice: [Float] = []
    ) throws(ResamplerError) {
        samples = try recording.resampled(to: AudioFrame.sampleRate).samples
        for condition in conditions {
            if case .level(let level) = condition { samples = SpeechChannel.normalised(samples, to: level) }
        }
        for condition in conditions { samples = Self.spoken(samples, condition, seed: seed) }
        addNoise(conditions, seed: seed, voices: voices)
        for case .echo(let level, let delay) in conditions { addEcho(of: ownVoice, level: level, delay: delay) }
        convert(conditions)
        carry(conditions, seed: seed)
    }

    private static func spoken(_ samples: [Float], _ condition: Condition, seed: UInt64) -> [Float] {
        switch condition {
        case .gain(let gain): SpeechChannel.amplified(samples, by: gain)
        case .room(let time): SpeechChannel.reverberated(samples, time: time, seed: seed)
        case .telephone: SpeechChannel.telephone(samples)
        case .drift(let partsPerMillion): SpeechChannel.drifted(samples, partsPerMillion: partsPerMillion)
        case .level, .noise, .clipping, .dropouts, .loss, .echo, .secondSpeaker, .deviceAway: samples
        }
    }

    private mutating func addNoise(_ conditions: [Condition], seed: UInt64, voices: [[Float]]) {
        let rate = AudioFrame.sampleRate
        guard let level = ActiveSpeechLevel.measure(samples, sampleRate: rate) else { return }
        var generator = NoiseGenerator(seed: seed, voices: voices)
        var sum: NoiseBed?
        for condition in conditions {
            guard let bed = condition.bed(speechLevel: level, generator: &generator) else { continue }
            sum = sum?.mixed(with: bed) ?? bed
        }
        guard var bed = sum else { return }
        // What the line does to speech, it does to the noise that comes with it.
        if conditions.contains(.telephone) { bed = NoiseBed(samples: SpeechChannel.telephone(bed.samples)) }
        signalToNoise = level - bed.level
        for index in samples.indices { samples[index] += bed[index] }
    }

    private mutating func addEcho(of voice: [Float], level: Double, delay: Duration) {
        let late = Int(delay.nanoseconds * Int64(AudioFrame.sampleRate) / 1_000_000_000)
        let echo = SpeechChannel.amplified(voice, by: level)
        for index in samples.indices.dropFirst(late) where index - late < echo.count {
            samples[index] += echo[index - late]
        }
    }

    private mutating func convert(_ conditions: [Condition]) {
        var limit: Float = 1
        for case .clipping(let level) in conditions { limit = min(limit, Float(Level.amplitude(of: level))) }
        (samples, clippedSamples) = SpeechChannel.clipped(samples, at: limit)
    }

    /// What is lost is silent; what never came is not there, so that what follows comes earlier.
    private mutating func carry(_ conditions: [Condition], seed: UInt64) {
        var line = TransportLine(conditions, seed: seed)
        var away: [Range<Duration>] = []
        for case .deviceAway(let start, let length) in conditions { away.append(start..<start + length) }
        guard !line.isPerfect || !away.isEmpty else { return }
        var carried: [Float] = []
        carried.reserveCapacity(samples.count)
        for start in stride(from: 0, to: samples.count, by: AudioFrame.sampleCount) {
            let end = min(start + AudioFrame.sampleCount, samples.count)
            let time = Duration.samples(start, at: AudioFrame.sampleRate)
            if away.contains(where: { $0.contains(time) }) {
                missingFrames += 1
            } else if line.isPerfect || line.carriesNextFrame() {
                carried += samples[start..<end]
            } else {
                lostFrames += 1
                carried += [Float](repeating: 0, count: end - start)
            }
        }
        samples = carried
    }
}
