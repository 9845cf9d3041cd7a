// The course of one answer into which a sound falls: heard, held, gone on with or abandoned, in a closed loop.

import Foundation
import Instrumentation
import SerenaAudio
import SerenaEngine

/// What became of an answer. Places are in samples from the beginning of the scene.
struct AnswerCourse: Sendable {
    /// When the answer was held, at the end of the frame that settled it, and when it went on; nil if it never did.
    var holds: [(from: Int, to: Int?)] = []
    /// Whether it was given up for good.
    var isAbandoned = false
    /// Where the first 10 ms begin in which the clip is as loud as all else at the microphone.
    var audible: Int?

    /// A shorter silence ends no utterance of which nothing is known, as in the engine.
    private static let longestPause = 7 * AudioFrame.sampleRate / 10

    /// The first hold of those that belong to the utterance of the last one.
    var utteranceStart: Int {
        var start = holds.last?.from ?? 0
        for hold in holds.dropLast().reversed() {
            guard let end = hold.to, start - end < Self.longestPause else { break }
            start = hold.from
        }
        return start
    }
}

/// What a loudspeaker plays of an answer that is held and goes on.
struct HeldAnswer {
    private let answer: [Float]
    private let echo: EchoPath
    private let seed: UInt64
    /// From the beginning of the scene on.
    private(set) var played: [Float]
    /// What comes back of that.
    private(set) var returned: [Float]
    /// How much later than planned the answer is.
    private var delay = 0
    private var heldAt: Int?

    /// - Parameter length: of the scene, in samples.
    init(_ answer: [Float], length: Int, echo: EchoPath, seed: UInt64) {
        self.answer = answer
        self.echo = echo
        self.seed = seed
        played = Array((answer + [Float](repeating: 0, count: max(0, length - answer.count))).prefix(length))
        returned = echo.echo(of: played, seed: seed)
    }

    var isHeld: Bool { heldAt != nil }

    /// Whether anything of it is still to be heard at `place`.
    func isSounding(at place: Int) -> Bool { isHeld || place - delay < answer.count }

    mutating func hold(at place: Int) {
        guard heldAt == nil else { return }
        heldAt = place
        let fade = Int(SoundFade.duration.nanoseconds) * AudioFrame.sampleRate / 1_000_000_000
        var end = Array(played[place..<min(played.count, place + fade)])
        SoundFade.fadeOut(&end, last: end.count)
        play(end, at: place)
    }

    mutating func resume(at place: Int) {
        guard let held = heldAt else { return }
        heldAt = nil
        let stopped = min(answer.count, held - delay)
        let repeated = SoundFade.repeated(of: answer[..<stopped], rate: AudioFrame.sampleRate)
        delay = place - stopped + repeated
        var rest = Array(answer[(stopped - repeated)...])
        SoundFade.fadeIn(&rest, first: 128)
        play(rest, at: place)
    }

    private mutating func play(_ sound: [Float], at place: Int) {
        let silence = [Float](repeating: 0, count: played.count)
        played = Array((played[..<place] + sound + silence).prefix(played.count))
        returned = echo.echo(of: played, seed: seed)
    }
}

extension AnswerScene {
    /// Sound from before a sound in the answer that its recogniser gets: as much as the engine keeps.
    private static let preRoll = 3 * AudioFrame.sampleRate / 10
    /// The scene goes on for so long after the clip.
    private static let tail = AudioFrame.sampleRate

    /// Lets `clip` fall into `answer` at sample `start`, and the answer be held and go on as the engine would have it.
    ///
    /// - Parameter wordsMatter: whether what is said in the sound asks for the floor. The time that this takes is not counted.
    func course(
        of answer: [Float], for listener: inout DuplexListener, through echo: EchoPath, _ background: Background,
        clip: SoundClip, at start: Int, seed: UInt64, wordsMatter: ([Float]) throws -> Bool
    ) rethrows -> AnswerCourse {
        let length = start + clip.samples.count + Self.tail
        var answer = HeldAnswer(answer, length: length, echo: echo, seed: seed)
        let noise = noise(background, from: Int(seed % 100_000), count: length)
        var (course, floor) = (AnswerCourse(), Floor())
        let others = zip(answer.returned, noise).map { $0 + $1 }
        course.audible = Self.audible(Array(clip.samples[clip.onset...]), at: start + clip.onset, over: others)
        var heard: [Float] = []
        for frame in 0..<length / AudioFrame.sampleCount where !course.isAbandoned {
            let range = frame * AudioFrame.sampleCount..<(frame + 1) * AudioFrame.sampleCount
            let samples = range.map { place -> Float in
                let sound = clip.samples.indices.contains(place - start) ? clip.samples[place - start] : 0
                // A converter has 16 bits and no more.
                return max(-1, min(1, ((answer.returned[place] + noise[place] + sound) * 32_768).rounded() / 32_768))
            }
            let end = Instant(nanoseconds: Int64(frame + 1) * AudioFrame.duration.nanoseconds)
            let found = listener.hear(
                AudioFrame(index: frame, time: end, samples: samples), reference: Array(answer.played[range]),
                canInterrupt: answer.isSounding(at: range.upperBound))
            heard += found.frame.samples
            var decision = floor.step(found.bid, isListening: true)
            if found.bid == .remark {
                let begin = max(0, course.utteranceStart - Self.preRoll)
                decision = floor.heardWords(matter: try wordsMatter(Array(heard[begin...])))
            }
            Self.follow(decision, at: range.upperBound, &answer, &course)
        }
        return course
    }

    private static func follow(
        _ decision: Floor.Decision, at place: Int, _ answer: inout HeldAnswer, _ course: inout AnswerCourse
    ) {
        switch decision {
        case .none: break
        case .hold where answer.isHeld: break
        case .hold:
            answer.hold(at: place)
            course.holds.append((place, nil))
        case .goOn:
            answer.resume(at: place)
            if let last = course.holds.indices.last { course.holds[last].to = place }
        case .fallSilent: course.isAbandoned = true
        }
    }
}
