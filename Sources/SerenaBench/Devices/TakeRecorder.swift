// One line as it is being recorded: when it begins, when it ends, and whether it is any good.

import SerenaAudio

/// Collects frames from half a second before somebody begins to speak to a second after they have finished.
struct TakeRecorder {
    /// Sound kept from before speech was noticed, in frames.
    static let preRoll = 50
    /// Silence that ends the take, in frames.
    static let silence = 100
    /// The longest take, in frames: a minute.
    static let longest = 6_000
    /// Shorter speech than this, in frames, is a cough or a click, and the take begins anew.
    static let shortestSpeech = 8

    private(set) var samples: [Float] = []
    private(set) var isSpeaking = false
    private var frames = 0
    private var speechFrames = 0
    private var quietFrames = 0

    /// Takes the next frame. True once the take is complete.
    mutating func hear(_ frame: [Float], isSpeech: Bool) -> Bool {
        samples += frame
        frames += 1
        guard isSpeaking || isSpeech else {
            if frames > Self.preRoll {
                samples.removeFirst(frame.count)
                frames -= 1
            }
            return false
        }
        isSpeaking = true
        speechFrames += isSpeech ? 1 : 0
        quietFrames = isSpeech ? 0 : quietFrames + 1
        guard quietFrames >= Self.silence || frames >= Self.longest else { return false }
        if speechFrames >= Self.shortestSpeech { return true }
        let kept = samples.suffix(Self.preRoll * frame.count)
        self = TakeRecorder()
        samples = Array(kept)
        frames = min(Self.preRoll, samples.count / max(1, frame.count))
        return false
    }
}

/// What is wrong with a take that has speech in it.
enum TakeQuality {
    /// Speech below this level, in dBFS, loses to the noise of the converter; recordings for tests are made at −26 dBFS (ITU-T P.56).
    static let quietest = -42.0
    /// Speech that is not this much above its background, in dB, tests the room more than the assistant.
    static let leastContrast = 20.0

    /// One sentence for each fault.
    static func warnings(_ samples: [Float], _ speech: SpeechAnnotation) -> [String] {
        var warnings: [String] = []
        var meter = LevelMeter()
        _ = meter.process(samples)
        if meter.overloads > 0 {
            warnings.append("it is clipped: turn the microphone down, or move away from it")
        }
        if speech.activeLevel < quietest {
            warnings.append("it is too quiet (\(decibels(speech.activeLevel)) dBFS): move closer to the microphone")
        }
        let contrast = speech.activeLevel - speech.noiseFloor
        if contrast < leastContrast {
            warnings.append("the room is too loud: speech is only \(decibels(contrast)) dB above it")
        }
        return warnings
    }

    static func decibels(_ value: Double) -> String {
        String(Int(value.rounded()))
    }
}

/// A level meter in one line of text.
enum MeterText {
    private static let width = 30
    /// What the empty meter stands for, in dBFS.
    private static let lowest = -60.0

    static func bar(_ reading: LevelMeter.Reading) -> String {
        func cell(_ level: Double) -> Int {
            max(0, min(width, Int(((level - lowest) / -lowest * Double(width)).rounded())))
        }
        let filled = cell(reading.rms)
        var cells = [Character](repeating: "█", count: filled) + [Character](repeating: "·", count: width - filled)
        let peak = cell(reading.heldPeak)
        if peak > 0 { cells[peak - 1] = "|" }
        let level = TakeQuality.decibels(reading.peak)
        return String(cells) + " \(level) dB" + (reading.isOverloaded ? " OVERLOAD" : "")
    }
}
