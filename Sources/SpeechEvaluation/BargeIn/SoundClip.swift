// The labelled sounds that fall into an answer: speech of many voices, and what is no wish to speak.

import AssistantInterface
import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// A sound that begins with its first sample, at ``AudioFrame/sampleRate``.
struct SoundClip: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case speech, applause, cough
        case hum = "mm-hm"
        case agreement = "uh-huh, yeah"
    }

    var kind: Kind
    /// Who or what made it, such as `flite awb`.
    var source: String
    var samples: [Float]
    /// The sample with which the first word begins; 0 for what is no speech. A reader's breath may come before it.
    var onset = 0

    /// The longest clip, in samples.
    static let longest = AudioFrame.sampleRate * 6 / 5

    /// Cut to its onset; nil when no sound can be told.
    init?(kind: Kind, source: String, recording: [Float]) {
        guard let bounds = SpeechAnnotation.find(in: recording, sampleRate: AudioFrame.sampleRate) else { return nil }
        self.kind = kind
        self.source = source
        samples = Array(recording[bounds.firstSample...bounds.lastSample].prefix(Self.longest))
        if kind == .speech { onset = Self.firstWord(in: samples, bounds) }
    }

    private static func firstWord(in samples: [Float], _ bounds: SpeechAnnotation) -> Int {
        guard let active = ActiveSpeechLevel.measure(samples, sampleRate: AudioFrame.sampleRate) else { return 0 }
        let found = SpeechStretches(samples, activeLevel: active, annotation: bounds)
        let end = samples.count / SpeechStretches.windowLength + 1
        return (found.firstWord(within: 0..<end) ?? 0) * SpeechStretches.windowLength
    }

    init(kind: Kind, source: String, samples: [Float]) {
        self.kind = kind
        self.source = source
        self.samples = samples
    }

    /// The same sound from a larger or smaller mouth: as if it had been recorded at `rate`.
    func played(at rate: Int) -> SoundClip? {
        let recording = Recording(samples: samples, sampleRate: rate)
        guard let sound = try? recording.resampled(to: AudioFrame.sampleRate) else { return nil }
        var clip = self
        clip.samples = Array(sound.samples.prefix(Self.longest))
        clip.onset = onset * AudioFrame.sampleRate / rate
        return clip
    }

    /// The same sound with this root mean square, in dBFS.
    func at(level: Double) -> SoundClip {
        let gain = Float(Level.amplitude(of: level - Level.rms(of: samples)))
        var clip = self
        clip.samples = samples.map { $0 * gain }
        return clip
    }
}

/// Clips for learning and clips for the test, which share neither speakers nor sentences.
struct ClipLibrary: Sendable {
    var learning: [SoundClip] = []
    var test: [SoundClip] = []

    /// The sentences that voices of flite speak, alternately for learning and for the test.
    private static let sentences = [
        "Stop please.", "Wait a moment.", "No, that is wrong.", "What time is it?", "Hold on.",
        "Excuse me, a question.",
        "Can you repeat that?", "Actually, forget it.", "How many kilometers is that?", "Thank you, that is enough.",
        "Serena, be quiet.", "Serena, next slide.", "Please go on.", "Let us move on.", "I have a question.",
        "Why is that so?", "Tell me more about it.", "Give me the short version.", "Who said that?",
        "Remember my name.", "That is not what I meant.", "Cancel that.", "Enough.", "Where does it come from?",
        "Skip this part.", "Louder please.", "One more thing.", "Set a timer.", "But what about the cost?",
        "Okay, thank you.", "When does it begin?", "Multiply that by seven.", "Hey, listen.", "Could you slow down?",
        "Yes or no?", "Are you sure about that?", "Quiet please.", "Find another one.", "Just a second.",
        "Do it again.",
    ]
    private static let agreements = ["Uh huh.", "Yeah.", "Uh huh, uh huh.", "Yeah yeah."]

    /// - Throws: ``EvaluationError`` when recordings are missing.
    init(home: URL, seed: UInt64) throws {
        try addFlite()
        try addHumans(home: home)
        addMadeSounds(seed: seed)
        try addBackchannels(home: home)
    }

    private mutating func addFlite() throws {
        let voices: [(voice: FliteSynthesizer.Voice, isTest: Bool)] = [(.rms, false), (.kal16, false), (.awb, true)]
        for (voice, isTest) in voices {
            let synthesizer = try FliteSynthesizer(voice: voice)
            let texts = Self.sentences.enumerated().filter { ($0.offset % 2 == 1) == isTest }.map(\.element)
            let spoken = texts.map { (SoundClip.Kind.speech, $0) } + Self.agreements.map { (.agreement, $0) }
            for (kind, text) in spoken {
                let samples = try Self.speak(text, with: synthesizer)
                guard let clip = SoundClip(kind: kind, source: synthesizer.name, recording: samples) else { continue }
                if isTest { test.append(clip) } else { learning.append(clip) }
            }
        }
    }

    static func speak(_ text: String, with synthesizer: some SpeechSynthesizer) throws -> [Float] {
        var samples = [Float](repeating: 0, count: AudioFrame.sampleRate / 10)
        var rate = AudioFrame.sampleRate
        try synthesizer.synthesize(text) { chunk in
            samples += chunk.samples
            rate = chunk.sampleRate
            return true
        }
        return try Recording(samples: samples, sampleRate: rate).resampled(to: AudioFrame.sampleRate).samples
    }

    /// People who read: each phrase after a pause, for learning also after a short one.
    private mutating func addHumans(home: URL) throws {
        let sphinx = "/usr/share/pocketsphinx/test/data/"
        let books = (try? FileManager.default.contentsOfDirectory(atPath: sphinx + "librivox")) ?? []
        for file in books.filter({ $0.hasSuffix(".wav") }).sorted() {
            learning += try Self.phrases(in: sphinx + "librivox/" + file, source: "librivox reader", afterPause: 10)
        }
        for number in 1...5 {
            test += try Self.phrases(in: sphinx + "cards/00\(number).wav", source: "card player")
        }
        let assets = home.appending(path: ".models/moonshine/moonshine_voice/assets").path(percentEncoded: false)
        for name in ["beckett", "endgame_nagg_nell", "two_cities"] {
            let path = "\(assets)/\(name).wav"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let isTest = name == "two_cities"
            let clips = try Self.phrases(in: path, source: "\(name) reader", afterPause: isTest ? 20 : 10)
            if isTest { test += clips } else { learning += clips }
        }
        for (name, kind) in [("hums", SoundClip.Kind.hum), ("speech", .speech)] {
            let path = home.appending(path: "Scenarios/audio/onsets/\(name).flac").path(percentEncoded: false)
            learning += try Self.phrases(in: path, source: "espeak-ng and flite", kind: kind)
        }
    }

    /// - Parameter frames: the frames of 10 ms that the pause before each lasts at the least.
    private static func phrases(
        in path: String, source: String, kind: SoundClip.Kind = .speech, afterPause frames: Int = 20
    ) throws -> [SoundClip] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw EvaluationError(
                "the recording \(path) is missing", remedy: "sudo apt-get install pocketsphinx-testdata")
        }
        let recording = try AudioFile.read(path).resampled(to: AudioFrame.sampleRate).samples
        guard let whole = SpeechAnnotation.find(in: recording, sampleRate: AudioFrame.sampleRate) else { return [] }
        let threshold = max(whole.activeLevel - 25, whole.noiseFloor + 6)
        let length = AudioFrame.sampleCount
        let isLoud = (0..<recording.count / length).map {
            Level.rms(of: recording[$0 * length..<($0 + 1) * length]) > threshold
        }
        var clips: [SoundClip] = []
        for frame in isLoud.indices.dropFirst(20).dropLast(30) where isLoud[frame] {
            let pause = isLoud[frame - frames..<frame]
            guard !pause.contains(true), isLoud[frame..<frame + 30].count(where: { $0 }) > 18 else { continue }
            let span = (frame - 10) * length..<min(recording.count, (frame + 130) * length)
            if let clip = SoundClip(kind: kind, source: source, recording: Array(recording[span])) {
                clips.append(clip)
            }
        }
        return clips
    }

    /// Sounds that are computed. Those for the test come from other mouths, hands and moments.
    private mutating func addMadeSounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed &+ 0x5eed)
        for isTest in [false, true] {
            var maker = SoundMaker(random: random.split(), stature: isTest ? 0.85 : 1)
            var clips: [SoundClip] = []
            for _ in 0..<(isTest ? 40 : 160) {
                clips.append(SoundClip(kind: .cough, source: "three phases", samples: maker.cough()))
                clips.append(SoundClip(kind: .hum, source: "nasal resonances", samples: maker.hum()))
            }
            var noise = NoiseGenerator(seed: random.next())
            let parts = isTest ? 20 : 60
            let applause = noise.loop(.applause, count: parts * SoundClip.longest)
            for part in 0..<parts {
                let start = part * SoundClip.longest
                let samples = Array(applause[start..<start + SoundClip.longest])
                clips.append(SoundClip(kind: .applause, source: "clapping hands", samples: maker.swelling(samples)))
            }
            if isTest { test += clips } else { learning += clips }
        }
    }

    /// Humming by another synthesiser, for the test alone.
    private mutating func addBackchannels(home: URL) throws {
        let folder = home.appending(path: "Scenarios/audio/backchannels")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        for file in files.filter({ $0.hasSuffix(".wav") }).sorted() {
            let path = folder.appending(path: file).path(percentEncoded: false)
            let recording = try AudioFile.read(path).resampled(to: AudioFrame.sampleRate).samples
            let kind: SoundClip.Kind = file.hasPrefix("hum") ? .hum : .agreement
            if let clip = SoundClip(kind: kind, source: "espeak-ng", recording: recording) { test.append(clip) }
        }
    }
}
