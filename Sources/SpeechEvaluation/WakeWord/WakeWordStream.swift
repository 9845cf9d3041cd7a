// A microphone that is always on, before an assistant that is asleep.

import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Cuts sound without end into utterances, as the engine does, has the guard decide on each, and keeps the accounts.
struct WakeWordStream {
    private let guardian: WakeGuard
    private let recognizer: MeteredRecognizer
    private var detector: any VoiceActivityDetector
    private var preRoll: [Float] = []
    private var utterance: [Float] = []
    private var isOpen = false
    private var silence = 0
    private var number = 0
    private var frames = 0
    private var isAdmitted = false

    /// What was asked for, of those utterances that woke the assistant, and their transcripts.
    private(set) var requests: [String] = []
    private(set) var transcripts: [String] = []
    private(set) var utterances = 0
    private(set) var audioSeconds = 0.0
    /// Processor time of the guard, and of recognising what it let pass.
    private(set) var guardSeconds = 0.0
    private(set) var confirmingSeconds = 0.0
    /// Processor time of recognising everything, counted on some of the utterances: these, at their ends, and as they grew.
    private var sampled = 0
    private var (finals, partials) = (0.0, 0.0)
    private let sampling: Int

    private static let sampleRate = AudioFrame.sampleRate
    /// An utterance ends after 0.5 s of silence or at 20 s; 0.3 s from before it belong to it; the guard is asked every 100 ms.
    private static let endSilence = sampleRate / 2
    private static let longest = 20 * sampleRate
    private static let preRollLength = sampleRate * 3 / 10
    private static let chunk = sampleRate / 10

    /// - Parameter sampling: every so many utterances the price of recognising them without a wake word is found; 0 for never.
    init(_ phrase: WakePhrase, recognizer: MeteredRecognizer, sampling: Int = 0) {
        guardian = WakeGuard(phrase, recognizer: recognizer)
        self.recognizer = recognizer
        self.sampling = sampling
        detector = EnergyVoiceActivityDetector()
    }

    var counts: WakeGuard.Counts { guardian.counts }

    /// Takes what is heard next.
    mutating func hear(_ samples: [Float]) throws {
        audioSeconds += RecognitionFigures.seconds(samples)
        for start in stride(from: 0, to: samples.count, by: AudioFrame.sampleCount) {
            var frame = Array(samples[start..<min(start + AudioFrame.sampleCount, samples.count)])
            frame += [Float](repeating: 0, count: AudioFrame.sampleCount - frame.count)
            try hear(frame: frame)
        }
    }

    private mutating func hear(frame: [Float]) throws {
        let isSpeech = detector.process(AudioFrame(index: frames, time: Self.time, samples: frame)).isSpeech
        frames += 1
        guard isOpen else {
            preRoll = Array((preRoll + frame).suffix(Self.preRollLength))
            if isSpeech { (isOpen, utterance, preRoll, silence) = (true, preRoll, [], 0) }
            return
        }
        utterance += frame
        silence = isSpeech ? 0 : silence + frame.count
        if silence >= Self.endSilence || utterance.count >= Self.longest { return try finish() }
        if !isAdmitted, utterance.count % Self.chunk < frame.count { try ask() }
    }

    private mutating func ask() throws {
        let before = recognizer.seconds
        isAdmitted = try guardian.admits(utterance, of: number, at: Self.time)
        guardSeconds += recognizer.seconds - before
    }

    /// Ends the utterance, if there is one.
    mutating func finish() throws {
        guard isOpen else { return }
        if !isAdmitted { try ask() }
        if isAdmitted {
            let before = recognizer.seconds
            let transcript = try recognizer.transcribe(utterance, sampleRate: Self.sampleRate).text
            confirmingSeconds += recognizer.seconds - before
            if let request = guardian.request(in: transcript, of: number, at: Self.time) {
                requests.append(request)
                transcripts.append(transcript)
            }
            guardian.sleep()
        }
        utterances += 1
        if sampling > 0, utterances % sampling == 0 { try priceWithoutWakeWord() }
        (isOpen, utterance, isAdmitted, silence) = (false, [], false, 0)
        number += 1
    }

    private static let time = Instant(nanoseconds: 0)

    private mutating func priceWithoutWakeWord() throws {
        let start = recognizer.seconds
        _ = try recognizer.transcribe(utterance, sampleRate: Self.sampleRate)
        let end = recognizer.seconds
        // The engine looks at what was said so far when half a second or two thirds more have been said.
        var seen = 0
        while seen + max(Self.sampleRate / 2, seen * 2 / 3) < utterance.count {
            seen += max(Self.sampleRate / 2, seen * 2 / 3)
            _ = try recognizer.transcribe(Array(utterance[..<seen]), sampleRate: Self.sampleRate)
        }
        finals += end - start
        partials += recognizer.seconds - end
        sampled += 1
    }

    /// Processor time of recognising everything that was heard once, and of its partial transcripts as well.
    var priceOfEverything: (finals: Double, withPartials: Double) {
        let scale = Double(utterances) / Double(max(1, sampled))
        return (finals * scale, (finals + partials) * scale)
    }

    /// Per hour of sound.
    func perHour(_ count: Double) -> Double { count / max(1e-9, audioSeconds) * 3_600 }
}
