// What the user is saying: its sound so far, and what has been understood of it.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// One utterance from its first sound to its endpoint.
struct Utterance: Sendable {
    /// Sound kept from before speech was noticed, so that the first consonant is not lost.
    static let preRoll = Duration.milliseconds(300)

    /// Counts utterances of a run from 0; the number of the turn that it opens.
    let number: Int
    var samples: [Float]
    /// When the last frame of speech ended.
    var speechEnd: Instant
    /// Numbers what may be the whole of the utterance: what was recognised for an earlier candidate says nothing about it.
    private(set) var candidate = 0
    /// What was recognised for the current candidate, once it is there.
    var understanding: Understanding?
    /// How likely there was a voice where that was likeliest, from 0 to 1; nil when the detector cannot tell.
    private(set) var voice: Double?
    /// Whether there may be a voice in it at all. In the turn-taking set whatever anybody said came to 0.97 and more somewhere, and in the shipped scenarios
    /// whatever was understood to 0.85; clapping hands, coughs and clicks of the tongue stayed below 0.71, and most of them below 0.3.
    var hasVoice: Bool { voice.map { $0 >= Self.leastVoice } ?? true }

    private static let leastVoice = 0.3

    /// Frames of speech so far.
    var speechFrames = 0
    /// What was recognised last, for this candidate or one before; nil when nothing was.
    private var earlier: EarlierHearing?
    /// How many samples the last partial saw.
    var partialAt = 0
    /// The words that will hardly change any more.
    var stable = StablePrefix()
    /// When the first frame of speech ended.
    let speechStart: Instant
    /// What was said just before and made no sense by itself.
    let fragment: String?
    /// The stages that fell behind while it was heard.
    var backlog: [String] = []

    init(number: Int, preRoll: [Float], at time: Instant, after fragment: String? = nil) {
        self.number = number
        samples = preRoll
        speechStart = time
        speechEnd = time
        self.fragment = fragment
    }

    /// Forgets what was understood, because more was said, or may be all now.
    mutating func dropCandidate() {
        candidate += 1
        understanding = nil
    }

    /// Takes the next frame of sound.
    ///
    /// - Parameter voice: how likely there is a voice in it; nil when the detector cannot tell.
    mutating func hear(_ frame: [Float], isSpeech: Bool, voice: Double? = nil, until time: Instant) {
        samples += frame
        guard isSpeech else { return }
        if let voice { self.voice = max(voice, self.voice ?? 0) }
        speechEnd = time
        speechFrames += 1
    }

    /// Remembers what was recognised for a candidate, which may be behind by now.
    ///
    /// - Parameter candidate: the utterance as it was then.
    mutating func heard(_ transcript: String, of candidate: Utterance) {
        let words = SpokenText.normalizedWords(transcript)
        guard candidate.number == number, words != earlier?.words else { return }
        earlier = EarlierHearing(words: words, speechFrames: candidate.speechFrames)
    }

    /// Whether words were said that `transcript`, which was recognised for all of this, does not have: see ``EarlierHearing``.
    func hasMore(than transcript: String) -> Bool {
        earlier?.lacks(SpokenText.normalizedWords(transcript), speechFrames: speechFrames) ?? false
    }

    /// The same sound with less before and more behind it. A recogniser that stumbles over a word may get it right there.
    var fromAnotherStart: Utterance {
        var other = self
        let cut = min(Self.preRollCut, samples.count)
        other.samples = Array(samples[cut...]) + [Float](repeating: 0, count: Self.padding)
        return other
    }

    /// 100 ms of what is kept from before speech was noticed.
    private static let preRollCut = AudioFrame.sampleRate / 10
    /// 200 ms of silence.
    private static let padding = AudioFrame.sampleRate / 5

    /// Notes that a stage fell behind while it was heard.
    mutating func fellBehind(_ stage: String) {
        if !backlog.contains(stage) { backlog.append(stage) }
    }

    /// The words of the utterance, and what they mean.
    struct Understanding: Sendable {
        var transcript: String
        var classification: IntentClassification
        var recognition: (start: Instant, end: Instant)
        var classified: (start: Instant, end: Instant)
        /// The recogniser failed for this reason, and nothing was understood.
        var problem: String?

        /// How well it fits what people say while another speaks; nil when nobody asked.
        var remarkFit: PhraseFit?

        /// Something was said that is not among the words: what they mean is not all that was meant.
        var lacksWords = false

        /// How long recognition had to wait before it began.
        var waited = Duration.zero

        /// Whether recognition began so late that somebody could have noticed.
        var isLate: Bool { waited > .milliseconds(50) }

        /// Whether the words are nearly something that is known: there is time to look at them again before the turn ends without an answer.
        var isWorthASecondLook: Bool {
            !transcript.isEmpty && !classification.isAddressed && completeness == .undecided
        }

        /// Whether the words are worth an answer that they fall into.
        var wantsFloor: Bool {
            classification.intent != nil || classification.isAddressed
                || Remark.wantsFloor(transcript, fit: remarkFit)
        }

        /// What the words say about whether more will come.
        var completeness: Completeness {
            let known = Completeness(of: classification, saidAs: transcript)
            return lacksWords && known == .extendable ? .broken : known
        }
    }

    /// What is known of the words so far.
    var completeness: Completeness {
        understanding?.completeness ?? .undecided
    }
}

/// What was recognised of an utterance at an earlier pause.
///
/// When somebody speaks on and the words are the same at the next pause, the recogniser has missed a short word at the end. "What is seventeen times
/// twenty two, no" loses its "no" that way, and what follows would come too late.
struct EarlierHearing: Hashable, Sendable {
    /// 100 ms: a shorter burst of speech is the release of a consonant, or a click of the tongue.
    static let fewestFramesOfAWord = 10

    var words: [String]
    /// Frames of speech that they were heard in.
    var speechFrames: Int

    /// Whether `words`, heard in so many frames of speech from the same beginning, lack what was said since.
    func lacks(_ words: [String], speechFrames: Int) -> Bool {
        !words.isEmpty && words == self.words && speechFrames >= self.speechFrames + Self.fewestFramesOfAWord
    }
}

/// The last moments of sound, of fixed size.
struct PreRoll: Sendable {
    private var frames: [[Float]] = []
    private let capacity = Int(Utterance.preRoll.nanoseconds / AudioFrame.duration.nanoseconds)

    mutating func add(_ samples: [Float]) {
        if frames.count == capacity { frames.removeFirst() }
        frames.append(samples)
    }

    /// Gives the sound and forgets it.
    mutating func take() -> [Float] {
        defer { frames.removeAll(keepingCapacity: true) }
        return frames.flatMap { $0 }
    }
}
