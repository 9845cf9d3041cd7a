// Hearing without the rest of an assistant: a stream of sound in, a stream of what was understood out.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Turns sound into words and intents while it comes in.
public protocol RealTimeAudioProcessorProtocol: Actor {
    /// Makes ready to hear.
    func startListening() async throws

    /// Ends every stream that is being listened to.
    func stopListening() async

    /// Listens to `source` and gives what is understood, until the source ends or nobody wants the results any more.
    func processAudioStream(_ source: any AudioSource) throws -> AsyncThrowingStream<AudioProcessingResult, any Error>

    /// Adapts to a speaker; nil for anybody.
    func setVoiceProfile(_ profile: VoiceProfile?)
}

/// Joins a source, voice activity, a recogniser and a classifier, for those who want hearing without the whole assistant.
///
/// An utterance is over after a silence that depends on the speaker's rate. Partial results come as often as the recogniser has time; there is never more
/// than one look under way, and final results go before partial ones. Everything that waits is bounded: when recognition falls behind by
/// ``mostWaiting`` utterances, the next ones are reported with the problem instead of their words.
public actor RealTimeAudioProcessor: RealTimeAudioProcessorProtocol {
    /// Results that wait for whoever reads the stream, at most; older ones are dropped.
    public static let mostResults = 256
    /// Utterances that wait for the recogniser, at most.
    public static let mostWaiting = 8
    /// A longer utterance is cut: recognisers take 30 s at once.
    static let longestUtterance = Duration.seconds(28)
    /// The silence that ends an utterance of somebody who speaks at the usual rate.
    static let usualSilence = Duration.milliseconds(500)
    /// In words per minute, of English talk (J. Yuan, M. Liberman and C. Cieri, "Towards an integrated understanding of speaking rate in
    /// conversation", Interspeech 2006: about 160).
    static let usualRate = 160.0
    private static let partialInterval = Duration.milliseconds(500)

    private let ear: any Worker
    public nonisolated var unownedExecutor: UnownedSerialExecutor { ear.asUnownedSerialExecutor() }

    private let clock: any EngineClock
    private let recognizer: any SpeechRecognizer
    private let recognition: any Worker
    private let classifier: IntentClassifier
    private let detector: any VoiceActivityDetector
    private var isListening = false
    private var profile: VoiceProfile?
    private var streams: [Int: Task<Void, Never>] = [:]
    private var lastStream = 0

    /// - Parameters:
    ///   - configuration: says which tasks the intents are those of.
    /// - Throws: ``AssistantError`` when the tasks cannot be read.
    public init(
        configuration: EngineConfiguration = EngineConfiguration(), parts: EngineParts, clock: any EngineClock
    ) throws {
        classifier = try TaskLibrary(paths: configuration.taskFiles).classifier(name: configuration.name)
        recognizer = parts.recognizer
        detector = parts.detector
        self.clock = clock
        ear = clock.makeWorker(named: "hearing", precedence: .immediate)
        recognition = clock.makeWorker(named: "recognition", precedence: .yielding)
    }

    /// - Throws: ``RecognitionError`` when the recogniser does not work.
    public func startListening() async throws {
        // A first use before it counts.
        _ = try await recognition.run { [recognizer] in
            try recognizer.transcribe(
                [Float](repeating: 0, count: AudioFrame.sampleRate), sampleRate: AudioFrame.sampleRate)
        }
        isListening = true
    }

    public func stopListening() async {
        isListening = false
        let open = streams.sorted { $0.key < $1.key }.map(\.value)
        for stream in open { stream.cancel() }
        for stream in open { await stream.value }
    }

    public func setVoiceProfile(_ profile: VoiceProfile?) {
        self.profile = profile
    }

    /// The silence that ends an utterance: shorter for those who speak fast, longer for those who speak slowly, by a half at most.
    var silence: Duration {
        guard let rate = profile?.speakingRate, rate.isFinite, rate > 0 else { return Self.usualSilence }
        return Self.usualSilence * max(0.5, min(1.5, Self.usualRate / rate))
    }

    /// - Throws: ``AssistantError`` before ``startListening()``. The stream throws what the source does.
    public func processAudioStream(
        _ source: any AudioSource
    ) throws -> AsyncThrowingStream<AudioProcessingResult, any Error> {
        guard isListening else {
            throw AssistantError("nobody listens yet", remedy: "startListening() before processAudioStream(_:)")
        }
        let (results, continuation) = AsyncThrowingStream.makeStream(
            of: AudioProcessingResult.self, bufferingPolicy: .bufferingNewest(Self.mostResults))
        lastStream += 1
        let number = lastStream
        let hearing = Hearing(
            detector: detector, recognizer: recognizer, recognition: recognition, classifier: classifier, ear: ear,
            clock: clock, silence: silence, correction: profile.map { VocabularyCorrection($0) }
        ) { continuation.yield($0) }
        let task = Task(executorPreference: ear) {
            do {
                try await source.deliver { await hearing.hear($0) }
                await hearing.finish()
                continuation.finish()
            } catch {
                await hearing.finish()
                continuation.finish(throwing: error)
            }
            await self.forget(number)
        }
        streams[number] = task
        continuation.onTermination = { _ in task.cancel() }
        return results
    }

    private func forget(_ number: Int) {
        streams[number] = nil
    }
}

/// Hears one stream.
private actor Hearing {
    private let ear: any Worker
    nonisolated var unownedExecutor: UnownedSerialExecutor { ear.asUnownedSerialExecutor() }

    private struct Speech {
        let number: Int
        var samples: [Float]
        var lastSpeech: Instant
        var partialAt = 0
    }

    /// Sound from before speech was noticed that belongs to the utterance, in samples: 300 ms.
    private static let preRoll = 30 * AudioFrame.sampleCount

    private var detector: any VoiceActivityDetector
    private let recognizer: any SpeechRecognizer
    private let recognition: any Worker
    private let classifier: IntentClassifier
    private let clock: any EngineClock
    private let silence: Duration
    private let correction: VocabularyCorrection?
    private let give: @Sendable (AudioProcessingResult) -> Void

    private var before: [Float] = []
    private var speech: Speech?
    private var utterances = 0
    private var isLooking = false
    private var waiting = 0
    private var finals: Task<Void, Never>?

    init(
        detector: any VoiceActivityDetector, recognizer: any SpeechRecognizer, recognition: any Worker,
        classifier: IntentClassifier, ear: any Worker, clock: any EngineClock, silence: Duration,
        correction: VocabularyCorrection?,
        give: @escaping @Sendable (AudioProcessingResult) -> Void
    ) {
        self.detector = detector
        self.recognizer = recognizer
        self.recognition = recognition
        self.classifier = classifier
        self.ear = ear
        self.clock = clock
        self.silence = silence
        self.correction = correction
        self.give = give
    }

    func hear(_ frame: AudioFrame) {
        let isSpeech = detector.process(frame).isSpeech
        guard var speech else {
            before.append(contentsOf: frame.samples)
            before.removeFirst(max(0, before.count - Self.preRoll))
            if isSpeech {
                self.speech = Speech(number: utterances, samples: before, lastSpeech: frame.time)
                utterances += 1
                before = []
            }
            return
        }
        speech.samples += frame.samples
        if isSpeech { speech.lastSpeech = frame.time }
        self.speech = speech
        let length = Duration.samples(speech.samples.count, at: AudioFrame.sampleRate)
        if frame.time - speech.lastSpeech >= silence || length >= RealTimeAudioProcessor.longestUtterance {
            end()
        } else if isSpeech {
            lookAhead()
        }
    }

    /// Understands what is open and waits for everything.
    func finish() async {
        end()
        while let last = finals {
            finals = nil
            await last.value
        }
    }

    /// Looks at what was said so far, unless the recogniser is busy.
    private func lookAhead() {
        guard let speech, !isLooking, waiting == 0 else { return }
        let unseen = speech.samples.count - speech.partialAt
        // The intervals grow with the utterance, so that all looks together cost no more than a few times the last.
        let interval = max(AudioFrame.sampleRate / 2, speech.partialAt * 2 / 3)
        guard unseen >= interval else { return }
        self.speech?.partialAt = speech.samples.count
        isLooking = true
        Task(executorPreference: ear) { await self.look(at: speech) }
    }

    private func look(at speech: Speech) async {
        let result = await understand(speech, endpoint: nil)
        isLooking = false
        // What came after the end of its utterance says nothing new.
        if self.speech?.number == speech.number, !result.transcription.isEmpty { give(result) }
    }

    private func end() {
        guard let speech else { return }
        self.speech = nil
        let endpoint = clock.now - speech.lastSpeech
        guard waiting < RealTimeAudioProcessor.mostWaiting else {
            var result = Self.empty(speech.number)
            result.problem = "recognition has fallen behind by \(waiting) utterances"
            return give(result)
        }
        waiting += 1
        let earlier = finals
        finals = Task(executorPreference: ear) {
            await earlier?.value
            await self.conclude(speech, endpoint: endpoint)
        }
    }

    private func conclude(_ speech: Speech, endpoint: Duration) async {
        let result = await understand(speech, endpoint: endpoint)
        waiting -= 1
        give(result)
    }

    private static func empty(_ number: Int) -> AudioProcessingResult {
        AudioProcessingResult(
            utterance: number, transcription: "", confidence: 0, processingTime: .zero,
            intentClassification: IntentClassification(intent: nil, confidence: 0), isComplete: true)
    }

    /// - Parameter endpoint: how long it took to see that the speaker has finished; nil when they have not.
    private func understand(_ speech: Speech, endpoint: Duration?) async -> AudioProcessingResult {
        let asked = clock.now
        var result = Self.empty(speech.number)
        result.isComplete = endpoint != nil
        result.stages.endpoint = endpoint ?? .zero
        do {
            let heard = try await recognition.run { [recognizer, clock] in
                let start = clock.now
                let transcript = try recognizer.transcribe(speech.samples, sampleRate: AudioFrame.sampleRate)
                return (transcript: transcript, start: start, end: clock.now)
            }
            let written = AmericanSpelling.of(text: heard.transcript.text)
            result.transcription = correction?.correct(written) ?? written
            result.stages.waiting = heard.start - asked
            result.stages.recognition = heard.end - heard.start
            let start = clock.now
            result.intentClassification = classifier.classify(result.transcription)
            result.stages.classification = clock.now - start
            result.confidence = heard.transcript.confidence ?? result.intentClassification.confidence
        } catch {
            result.problem = "recognition failed: \(error)"
        }
        result.processingTime = clock.now - asked
        return result
    }
}
