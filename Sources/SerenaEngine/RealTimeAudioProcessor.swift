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
/// An utterance is over when ``Endpointer`` says so: soon after words that are complete in meaning, later after others. Partial results come as often as the recogniser has time; there is never more
/// than one look under way, and final results go before partial ones. Everything that waits is bounded: when recognition falls behind by
/// ``mostWaiting`` utterances, the next ones are reported with the problem instead of their words.
public actor RealTimeAudioProcessor: RealTimeAudioProcessorProtocol {
    /// Results that wait for whoever reads the stream, at most; older ones are dropped.
    public static let mostResults = 256
    /// Utterances that wait for the recogniser, at most.
    public static let mostWaiting = 8

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
            clock: clock, profile: profile
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
