// The reference engine as the harness sees it: frames in, sound and turn reports out.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaNetBridge
import SerenaSpeech

/// The reference assistant.
///
/// It hears on a worker of its own, which does nothing that takes long: understanding, answering, recognition, synthesis and the disk have
/// workers of their own, so that the next frame never waits for them.
public actor SerenaAssistant: Assistant {
    private let ear: any Worker
    public nonisolated var unownedExecutor: UnownedSerialExecutor { ear.asUnownedSerialExecutor() }

    private let configuration: EngineConfiguration
    private let parts: EngineParts
    private let clock: any EngineClock
    private var session: Session?

    private var hearing: Ear
    private var ownVoice: OwnVoice?
    private var endpointer: Endpointer
    private var preRoll = PreRoll()
    private var utterance: Utterance?
    private var utterances = 0
    /// Looks at what was said that have been asked for and are not done.
    private var recognitions = 0
    private var turns: Task<Void, Never>?

    /// - Parameters:
    ///   - parts: what it hears and speaks with.
    ///   - clock: the only source of time.
    public init(
        configuration: EngineConfiguration = EngineConfiguration(), parts: EngineParts, clock: any EngineClock
    ) {
        self.configuration = configuration
        self.parts = parts
        self.clock = clock
        ear = clock.makeWorker(named: "ear", precedence: .immediate)
        hearing = Ear(detector: parts.detector)
        endpointer = Endpointer(configuration: configuration.endpointer)
    }

    public var identity: AssistantIdentity {
        session?.identity ?? AssistantIdentity(name: "serena", version: SerenaVersion.current)
    }

    public func start(output: any AudioOutput, observer: any TurnObserver) async throws {
        let voice = OwnVoice(output, clock: clock)
        hearing = Ear(detector: parts.detector, ownVoice: voice)
        ownVoice = voice
        session = try await Session(
            configuration: configuration, parts: parts, clock: clock, output: voice, observer: observer)
    }

    public func inject(_ fault: Fault) async {
        await session?.inject(fault)
    }

    public func stop() async {
        await turns?.value
        await session?.close()
        session = nil
        utterance = nil
    }

    public func hear(_ frame: AudioFrame) {
        guard let session else { return }
        let heard = hearing.hear(frame)
        let (frame, activity) = (heard.frame, heard.activity)
        if heard.interrupts { ownVoice?.stop() }
        let event = endpointer.step(
            isSpeech: activity.isSpeech, completeness: utterance?.completeness ?? .undecided)
        if event == .began { begin(at: frame.time, in: session) }
        if utterance == nil {
            preRoll.add(frame.samples)
        } else {
            utterance?.samples += frame.samples
            if activity.isSpeech { utterance?.speechEnd = frame.time }
        }
        switch event {
        case .began, .none: break
        case .candidate: recognizeCandidate(in: session)
        case .resumed: utterance?.dropCandidate()
        case .endpoint: end(in: session)
        }
        if activity.isSpeech { recognizePartial(in: session) }
    }

    private func begin(at time: Instant, in session: Session) {
        utterance = Utterance(number: utterances, preRoll: preRoll.take(), at: time)
        utterances += 1
        session.observer.turnBegan(utterances - 1, at: clock.now)
    }

    // MARK: Recognition, ahead of the endpoint

    /// Looks at what has been said so far, unless the recogniser is busy: partials never queue up.
    private func recognizePartial(in session: Session) {
        guard let utterance, recognitions == 0 else { return }
        let unseen = Duration.samples(utterance.samples.count - utterance.partialAt, at: AudioFrame.sampleRate)
        // Each look goes through the whole utterance. As the intervals grow with it, all looks together cost no more than a few
        // times the last one, however long somebody talks.
        let seen = Duration.samples(utterance.partialAt, at: AudioFrame.sampleRate)
        guard unseen >= max(configuration.partialInterval, seen * 2 / 3) else { return }
        self.utterance?.partialAt = utterance.samples.count
        recognitions += 1
        Task(executorPreference: session.understanding) { await self.tellPartial(of: utterance, in: session) }
    }

    private func tellPartial(of utterance: Utterance, in session: Session) async {
        let understanding = await session.understand(utterance.samples, mayStandIn: false)
        recognitions -= 1
        if !understanding.transcript.isEmpty {
            session.observer.turn(utterance.number, heardPartial: understanding.transcript, at: clock.now)
        }
    }

    /// Recognises the utterance as if the pause that has just begun were its end.
    private func recognizeCandidate(in session: Session) {
        utterance?.dropCandidate()
        guard let utterance else { return }
        recognitions += 1
        Task(executorPreference: session.understanding) { await self.consider(utterance, in: session) }
    }

    /// Ends the turn early when the words of `utterance`, which may be all, say that they are.
    private func consider(_ utterance: Utterance, in session: Session) async {
        let understanding = await session.understand(utterance.samples)
        recognitions -= 1
        guard self.utterance?.number == utterance.number, self.utterance?.candidate == utterance.candidate
        else { return }
        self.utterance?.understanding = understanding
        if endpointer.reconsider(completeness: understanding.completeness) == .endpoint { end(in: session) }
    }

    // MARK: The endpoint

    private func end(in session: Session) {
        guard let utterance else { return }
        self.utterance = nil
        let endpoint = clock.now
        let earlier = turns
        turns = Task(executorPreference: session.answering) {
            // Turns are answered in the order in which they were spoken.
            await earlier?.value
            await session.answer(utterance, endpoint: endpoint)
        }
    }
}
