// Talks in which an assistant hears itself: answers, the ways on which they come back, and what a listener makes of it.

import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// The way from loudspeaker to microphone.
struct LoudspeakerPath: Hashable, Sendable {
    /// Relative to the level that is played, in dB; nil for no echo at all.
    var level: Double?
    var delay = Duration.zero
    /// The reverberation of the room; none when nil.
    var room: Duration?
    /// By how much the clock of the microphone is slower, in parts per million.
    var drift = 0.0

    static let levels = [-6.0, -12, -20, -30]
    static let delays = [10, 80, 200, 300].map(Duration.milliseconds)
    static let rooms: [Duration?] = [nil, .milliseconds(300), .milliseconds(800)]

    /// What comes back of `played`, as long as that.
    func echo(of played: [Float], seed: UInt64) -> [Float] {
        guard let level else { return [Float](repeating: 0, count: played.count) }
        var heard = played
        if let room { heard = SpeechChannel.reverberated(heard, time: room, seed: seed) }
        heard = SpeechChannel.drifted(heard, partsPerMillion: drift)
        let late = min(played.count, Int(delay.nanoseconds * Int64(AudioFrame.sampleRate) / 1_000_000_000))
        var echo = [Float](repeating: 0, count: late) + heard.prefix(played.count - late)
        echo += [Float](repeating: 0, count: played.count - echo.count)
        return SpeechChannel.amplified(echo, by: level)
    }
}

/// What changes between the answers of a talk.
enum OwnVoiceSituation: String, CaseIterable, Sendable {
    case first = "from the first answer on"
    case sudden = "echo after answers without"
    case louder = "12 dB louder than before"
    case moved = "another delay than before"
    case drifting = "clocks 80 ppm apart"

    /// The ways of the answers one after the other; `next` is another delay.
    func paths(_ path: LoudspeakerPath, next: Duration) -> [LoudspeakerPath] {
        var other = path
        switch self {
        case .first: return [path, path]
        case .sudden: return [LoudspeakerPath(), path]
        case .louder:
            other.level = path.level.map { $0 - 12 }
            return [other, path]
        case .moved:
            other.delay = next
            return [other, path]
        case .drifting:
            other.drift = 80
            return [other, other]
        }
    }
}

/// A microphone beside a loudspeaker, both at ``AudioFrame/sampleRate``.
struct OwnVoiceTalk: Sendable {
    /// What is played, and what is heard.
    private(set) var played: [Float] = []
    private(set) var heard: [Float] = []
    /// The level of the room, in dBFS.
    private static let quiet = -70.0
    private static let pause = AudioFrame.sampleRate

    /// Answers with a second of silence after each, in which the room dies away.
    init(_ parts: [(answer: [Float], path: LoudspeakerPath)], seed: UInt64) {
        let silence = [Float](repeating: 0, count: Self.pause)
        (played, heard) = (silence, silence)
        for (answer, path) in parts {
            let part = answer + silence
            played += part
            heard += path.echo(of: part, seed: seed)
        }
        var generator = NoiseGenerator(seed: seed &+ 7)
        let loop = generator.loop(.pink, count: 10 * AudioFrame.sampleRate)
        let gain = Float(Level.amplitude(of: Self.quiet - Level.rms(of: loop)))
        // A converter has 16 bits and no more.
        heard = heard.indices.map { index in
            let sample = heard[index] + gain * loop[index % loop.count]
            return max(-1, min(1, (sample * 32_768).rounded() / 32_768))
        }
    }

    var seconds: Double { Double(played.count) / Double(AudioFrame.sampleRate) }

    /// Adds somebody who speaks from a sample on.
    mutating func add(_ voice: [Float], at start: Int) {
        for index in voice.indices where heard.indices.contains(start + index) {
            heard[start + index] = max(-1, min(1, heard[start + index] + voice[index]))
        }
    }

    /// What a listener took for others, at the ends of frames, in samples.
    struct Outcome: Sendable {
        var turns: [Int] = []
        var holds: [Int] = []
    }

    /// Lets a listener hear everything before `end`.
    func listen(_ listener: inout DuplexListener, until end: Int = .max) -> Outcome {
        var outcome = Outcome()
        var wasSpeech = false
        for frame in 0..<min(played.count, end) / AudioFrame.sampleCount {
            let range = frame * AudioFrame.sampleCount..<(frame + 1) * AudioFrame.sampleCount
            let time = Instant(nanoseconds: Int64(frame + 1) * AudioFrame.duration.nanoseconds)
            let found = listener.hear(
                AudioFrame(index: frame, time: time, samples: Array(heard[range])), reference: Array(played[range]),
                canInterrupt: true)
            if found.bid == .claim { outcome.holds.append(range.upperBound) }
            if found.activity.isSpeech, !wasSpeech { outcome.turns.append(range.upperBound) }
            wasSpeech = found.activity.isSpeech
        }
        return outcome
    }
}
