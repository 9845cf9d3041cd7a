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
    private let worker: any Worker
    public nonisolated var unownedExecutor: UnownedSerialExecutor { worker.asUnownedSerialExecutor() }

    private let configuration: EngineConfiguration
    private let parts: EngineParts
    private let clock: any EngineClock
    private var session: Session?

    private var ear: Ear
    private var endpointer: Endpointer
    private var floor = Floor()
    private var preRoll = PreRoll()
    private var utterance: Utterance?
    private var utterances = 0
    /// What was said last, made no sense by itself, and was not answered.
    private var fragment: (text: String, end: Instant)?
    private var rate: SpeakingRate
    private var ahead: AheadAccount
    private var foresight: Foresight?
    /// Looks at what was said that have been asked for and are not done.
    private var recognitions = 0
    /// Turns that have ended and are not answered yet.
    private var turnsUnderWay = 0
    private var turns: Task<Void, Never>?

    /// A frame that is heard so much later than it was due tells that the ear fell behind.
    private static let lateness = Duration.milliseconds(30)
    /// The longest pause in which somebody may still go on with a sentence that was given up.
    private static let longestBreak = Duration.seconds(2)

    /// - Parameters:
    ///   - parts: what it hears and speaks with.
    ///   - clock: the only source of time.
    public init(
        configuration: EngineConfiguration = EngineConfiguration(), parts: EngineParts, clock: any EngineClock
    ) {
        self.configuration = configuration
        self.parts = parts
        self.clock = clock
        worker = clock.makeWorker(named: "ear", precedence: .immediate)
        ear = Ear(detector: parts.detector)
        endpointer = Endpointer(configuration: configuration.endpointer)
        rate = SpeakingRate(wordsPerMinute: configuration.voiceProfile?.speakingRate)
        ahead = AheadAccount(share: configuration.speculationShare)
    }

    public var identity: AssistantIdentity {
        session?.identity ?? AssistantIdentity(name: "serena", version: SerenaVersion.current)
    }

    public func start(output: any AudioOutput, observer: any TurnObserver) async throws {
        let voice = OwnVoice(output, clock: clock)
        ear = Ear(detector: parts.detector, ownVoice: voice)
        let session = try await Session(
            configuration: configuration, parts: parts, clock: clock, output: voice, observer: observer)
        self.session = session
        foresight = Foresight(ContextPredictor(classifier: session.classifier, script: configuration.script))
        await foresee(nil, in: session)
    }

    public func inject(_ fault: Fault) async {
        await session?.inject(fault)
    }

    public func stop() async {
        ahead.keep(nil)?.drop()
        await turns?.value
        await session?.close()
        session = nil
        utterance = nil
    }

    public func hear(_ frame: AudioFrame) {
        guard let session else { return }
        let heard = ear.hear(frame)
        session.follow(floor.step(heard.bid, isListening: utterance != nil))
        let event = endpointer.step(
            isSpeech: heard.activity.isSpeech, completeness: utterance?.completeness ?? .undecided)
        if event == .began { begin(at: frame.time, in: session) }
        if utterance == nil {
            preRoll.add(heard.frame.samples)
        } else {
            utterance?.hear(
                heard.frame.samples, isSpeech: heard.activity.isSpeech, voice: heard.activity.voice, until: frame.time)
            if clock.now - frame.time > Self.lateness { utterance?.fellBehind("hearing") }
        }
        switch event {
        case .began, .none: break
        case .candidate: recognizeCandidate(in: session)
        case .resumed: dropCandidate()
        case .endpoint: end(in: session)
        }
        if heard.activity.isSpeech { recognizePartial(in: session) }
    }

    private func begin(at time: Instant, in session: Session) {
        let recent = fragment.flatMap { time - $0.end < Self.longestBreak ? $0.text : nil }
        fragment = nil
        utterance = Utterance(number: utterances, preRoll: preRoll.take(), at: time, after: recent)
        utterances += 1
        endpointer.pace = rate.pace
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
        let understanding = await session.understand(utterance, isPartial: true)
        recognitions -= 1
        guard !understanding.transcript.isEmpty, self.utterance?.number == utterance.number else { return }
        self.utterance?.stable.take(understanding.transcript)
        session.observer.turn(
            utterance.number, heardPartial: understanding.transcript,
            stable: self.utterance?.stable.words.count ?? 0, at: clock.now)
        await foresee(understanding.transcript, in: session)
    }

    /// Recognises the utterance as if the pause that has just begun were its end.
    private func recognizeCandidate(in session: Session) {
        dropCandidate()
        guard let utterance else { return }
        recognitions += 1
        Task(executorPreference: session.understanding) { await self.consider(utterance, in: session) }
    }

    /// Forgets what was understood, because more is said, or may be all now.
    private func dropCandidate() {
        floor.speechGoesOn()
        if let seen = utterance?.understanding {
            ahead.wasted(seen.recognition.end - seen.recognition.start, at: clock.now)
        }
        utterance?.dropCandidate()
    }

    /// Ends the turn early when the words of `utterance`, which may be all, say that they are; until then, begins to answer.
    private func consider(_ utterance: Utterance, in session: Session) async {
        var understanding = await session.understand(utterance, isIntoAnswer: floor.isContested)
        if understanding.isWorthASecondLook, isCurrent(utterance) {
            var second = await session.understand(utterance.fromAnotherStart)
            second.remarkFit = understanding.remarkFit
            let isBetter = second.completeness.isWorthAnswering
            let lost = isBetter ? understanding : second
            ahead.wasted(lost.recognition.end - lost.recognition.start, at: clock.now)
            if isBetter { understanding = second }
        }
        recognitions -= 1
        if isCurrent(utterance) {
            understanding.lacksWords = self.utterance?.hasMore(than: understanding.transcript) ?? false
        }
        self.utterance?.heard(understanding.transcript, of: utterance)
        guard isCurrent(utterance) else {
            ahead.wasted(understanding.recognition.end - understanding.recognition.start, at: clock.now)
            return
        }
        self.utterance?.understanding = understanding
        session.follow(floor.heardWords(matter: understanding.wantsFloor))
        endpointer.pace = rate.pace(
            words: understanding.transcript.split(separator: " ").count,
            in: utterance.speechEnd - utterance.speechStart)
        if endpointer.reconsider(completeness: understanding.completeness) == .endpoint {
            end(in: session)
        } else {
            await runAhead(understanding, of: utterance, in: session)
        }
    }

    private func isCurrent(_ utterance: Utterance) -> Bool {
        self.utterance?.number == utterance.number && self.utterance?.candidate == utterance.candidate
    }

    // MARK: Running ahead

    /// Begins to answer before it is known whether the user has finished. Nothing of it reaches the outside until then.
    private func runAhead(
        _ understanding: Utterance.Understanding, of utterance: Utterance, in session: Session
    ) async {
        // What an earlier turn still does could change what this one would find.
        guard understanding.completeness.isWorthAnswering, turnsUnderWay == 0, ahead.allowsMore(at: clock.now) else {
            return
        }
        await prepare(understanding, in: session) { isCurrent(utterance) }
    }

    /// Begins to answer what was understood, unless that is prepared already, and keeps it if it still makes sense by then.
    private func prepare(
        _ understanding: Utterance.Understanding, in session: Session, if makesSense: () -> Bool
    ) async {
        if let prepared = ahead.prepared, await session.wants(prepared, for: understanding) { return }
        let answer = await session.prepare(understanding)
        await discard(makesSense() ? ahead.keep(answer) : answer)
    }

    /// Begins to answer what will probably be asked, before it has been, or before it has been said to its end.
    private func foresee(_ partial: String?, in session: Session) async {
        guard let likely = foresight?.request(behind: partial), turnsUnderWay == 0, ahead.allowsMore(at: clock.now)
        else { return }
        let understanding = session.imagine(likely)
        guard understanding.completeness.isWorthAnswering else { return }
        // What was really said goes before what was foreseen.
        await prepare(understanding, in: session) { turnsUnderWay == 0 && utterance?.understanding == nil }
    }

    /// Ends what was begun in vain, and counts what it cost.
    private func discard(_ answer: PreparedAnswer?) async {
        guard let answer else { return }
        answer.drop()
        let time = await answer.workTime()
        ahead.wasted(time, at: clock.now)
    }

    /// Settles the account of a turn.
    private func settle(_ prepared: PreparedAnswer?, wasUsed: Bool) async -> Speculation {
        if prepared != nil, wasUsed {
            ahead.used()
        } else {
            await discard(prepared)
        }
        return ahead.takeTurn()
    }

    // MARK: The endpoint

    private func end(in session: Session) {
        guard let utterance else { return }
        self.utterance = nil
        let endpoint = clock.now
        // What is prepared for later is kept while somebody talks about something else, which nothing will come of.
        let isForOthers = utterance.understanding.map { seen in
            seen.completeness == .undecided && seen.classification.intent == nil
        }
        let prepared = isForOthers == true ? nil : ahead.keep(nil)
        if let understanding = utterance.understanding {
            ahead.used()
            learn(from: understanding, of: utterance)
        }
        let earlier = turns
        turnsUnderWay += 1
        turns = Task(executorPreference: session.answering) {
            // Turns are answered in the order in which they were spoken.
            await earlier?.value
            await session.answer(utterance, prepared: prepared, endpoint: endpoint) { wasUsed in
                await self.settle(prepared, wasUsed: wasUsed)
            }
            await self.turnIsOver(in: session)
        }
    }

    private func turnIsOver(in session: Session) async {
        turnsUnderWay -= 1
        if utterance == nil, ahead.prepared == nil { await foresee(nil, in: session) }
    }

    /// Remembers how fast the speaker speaks, and what may have been the first part of something.
    private func learn(from understanding: Utterance.Understanding, of utterance: Utterance) {
        foresight?.observe(understanding.transcript, intent: understanding.classification.intent)
        let words = understanding.transcript.split(separator: " ").count
        rate.add(words: words, in: utterance.speechEnd - utterance.speechStart)
        switch understanding.completeness {
        case .undecided, .unfinished:
            fragment = understanding.transcript.isEmpty ? nil : (understanding.transcript, utterance.speechEnd)
        default: fragment = nil
        }
    }
}
