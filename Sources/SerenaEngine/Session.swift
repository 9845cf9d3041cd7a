// Everything that a started assistant works with, and the answering of a turn.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaNetBridge
import SerenaNetVM
import SerenaSpeech
import SerenaStore

/// The parts of an assistant between its start and its stop.
struct Session: Sendable {
    let identity: AssistantIdentity
    let observer: any TurnObserver
    let bridge: SerenaNetBridge

    /// What makes sense of words while the user speaks.
    let understanding: any Worker
    /// What runs tasks and answers.
    let answering: any Worker

    private let clock: any EngineClock
    private let output: any AudioOutput
    private let faults = FaultSwitches()
    private let recognizer: any SpeechRecognizer
    private let standIn: StandInRecognizer?
    private let recognition: any Worker
    private let synthesizer: any SpeechSynthesizer
    private let voice: any Worker
    private let classifier: IntentClassifier
    private let memory: SQLiteMemoryStore
    private let log: TurnLog
    private let emergency: EmergencySentence
    private let bytecodeBytes: Int

    /// Loads, compiles and warms up.
    ///
    /// - Throws: ``AssistantError`` that names what is missing or wrong, and what mends it.
    init(
        configuration: EngineConfiguration, parts: EngineParts, clock: any EngineClock, output: any AudioOutput,
        observer: any TurnObserver
    ) async throws {
        self.clock = clock
        self.output = output
        self.observer = observer
        let library = try TaskLibrary(paths: configuration.taskFiles)
        classifier = try library.classifier(name: configuration.name)

        understanding = clock.makeWorker(named: "understanding")
        answering = clock.makeWorker(named: "answering")
        recognition = clock.makeWorker(named: "recognition", precedence: .yielding)
        voice = clock.makeWorker(named: "voice")
        let disk = clock.makeWorker(named: "disk")
        recognizer = FallibleRecognizer(recognizer: parts.recognizer, faults: faults, clock: clock)
        standIn = parts.loadStandIn.map { StandInRecognizer(load: $0) }
        synthesizer = FallibleSynthesizer(synthesizer: parts.synthesizer, faults: faults)
        memory = try SQLiteMemoryStore(path: configuration.path(of: "memory.sqlite"), worker: disk)
        log = TurnLog(path: configuration.path(of: "turns.ftai"), worker: disk)

        bridge = SerenaNetBridge(
            program: library.program, vm: SerenaNetVM(clock: clock), memory: memory, clock: clock,
            requirements: configuration.requirements)
        try await bridge.initializeBridge()
        identity = Self.identity(configuration, library: library, parts: parts)
        bytecodeBytes = library.program.encoded().count
        // Both are used once here, so that the first turn of a talk is as fast as the others.
        _ = try await recognition.run { [recognizer] in
            try recognizer.transcribe(
                [Float](repeating: 0, count: AudioFrame.sampleRate), sampleRate: AudioFrame.sampleRate)
        }
        emergency = try await voice.run { [synthesizer] in try EmergencySentence(spokenBy: synthesizer) }
    }

    /// Brings a fault about, or mends it.
    func inject(_ fault: Fault) async {
        faults.inject(fault)
        switch fault {
        case .networkDown, .networkUp: await bridge.setNetwork(faults.holds(.networkDown) ? .down : .up)
        case .diskFull, .diskRecovers: await memory.simulateFullDisk(faults.holds(.diskFull))
        case .recognizerSlow, .recognizerFails, .recognizerRecovers, .voiceFails, .voiceRecovers: break
        }
    }

    /// Recognises `samples` and classifies the words. A recogniser that fails understands nothing.
    ///
    /// - Parameter mayStandIn: whether another recogniser may be asked when the first one fails. It takes longer.
    func understand(_ samples: [Float], mayStandIn: Bool = true) async -> Utterance.Understanding {
        let asked = clock.now
        var transcript = ""
        var problem: String?
        var span = (start: asked, end: asked)
        do {
            (transcript, problem, span) = try await recognition.run {
                [recognizer, clock, standIn = mayStandIn ? standIn : nil] in
                let start = clock.now
                let (transcript, problem) = try Self.transcribe(samples, with: recognizer, or: standIn)
                return (AmericanSpelling.of(text: transcript.text), problem, (start, clock.now))
            }
        } catch {
            problem = "recognition failed: \(error)"
        }
        let start = clock.now
        let classification = classifier.classify(transcript)
        return Utterance.Understanding(
            transcript: transcript, classification: classification, recognition: span,
            classified: (start, clock.now), problem: problem)
    }

    /// Recognises with the first that works; names the problem when it is not the first.
    private static func transcribe(
        _ samples: [Float], with recognizer: any SpeechRecognizer, or standIn: StandInRecognizer?
    ) throws -> (transcript: Transcript, problem: String?) {
        do {
            return (try recognizer.transcribe(samples, sampleRate: AudioFrame.sampleRate), nil)
        } catch {
            guard let standIn else { throw error }
            let (transcript, name) = try standIn.transcribe(samples, sampleRate: AudioFrame.sampleRate)
            return (transcript, "\(error); \(name) stood in")
        }
    }

    /// Answers an utterance that has ended, and reports the turn.
    func answer(_ utterance: Utterance, endpoint: Instant) async {
        let understanding: Utterance.Understanding
        if let known = utterance.understanding {
            understanding = known
        } else {
            understanding = await understand(utterance.samples)
        }
        let request = BridgeRequest(transcript: understanding.transcript, understanding.classification)
        let routing = clock.now
        let decision = await bridge.getRoutingDecision(request)
        let routed = clock.now
        let mouth = Mouth(
            synthesizer: synthesizer, emergency: emergency, worker: voice, output: output, clock: clock)
        var outcome = BridgeOutcome()
        switch decision.route {
        case .ignored: break
        case .vm:
            output.stop()
            outcome = await bridge.routeToVM(request, decision: decision, voice: mouth)
        case .traditional:
            output.stop()
            outcome = await bridge.routeToTraditional(request, decision: decision, voice: mouth)
        }
        let executed = clock.now
        let spoken = await mouth.finish()

        var report = TurnReport(
            turn: utterance.number, transcript: understanding.transcript, intent: request.intent,
            confidence: request.confidence, slots: request.slots.mapValues(\.spoken), response: spoken.text,
            route: decision.route, routeReason: decision.reason)
        report.exact = outcome.exact
        if decision.route == .vm { report.exact["bytecodeBytes"] = bytecodeBytes }
        report.events =
            ["intent \(request.intent ?? "none")", "route \(decision.route.rawValue)"] + outcome.events
        let problems = [understanding.problem, outcome.problem, spoken.problem, await keepMemory()].compactMap(\.self)
        report.problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
        report.trace = trace(
            of: utterance, understanding, endpoint: endpoint, routing: (routing, routed), executed: executed, spoken)
        observer.turnEnded(report)
        await log.append(report)
    }

    /// Waits until what the turn remembered is on disk; gives the reason when it cannot be kept.
    private func keepMemory() async -> String? {
        do {
            try await memory.flush()
            return await log.problem
        } catch {
            return "\(error)"
        }
    }

    private func trace(
        of utterance: Utterance, _ understanding: Utterance.Understanding, endpoint: Instant,
        routing: (start: Instant, end: Instant), executed: Instant, _ spoken: Mouth.Spoken
    ) -> TurnTrace {
        var trace = TurnTrace()
        trace.record(.speechEnd, from: utterance.speechEnd, to: utterance.speechEnd)
        trace.record(.endpoint, from: utterance.speechEnd, to: endpoint)
        trace.record(.transcript, from: understanding.recognition.start, to: understanding.recognition.end)
        trace.record(.intent, from: understanding.classified.start, to: understanding.classified.end)
        trace.record(.bytecode, from: routing.start, to: routing.end)
        trace.record(.execution, from: routing.end, to: spoken.firstText ?? executed)
        if let firstText = spoken.firstText, let firstSentence = spoken.firstSentence {
            trace.record(.firstSentence, from: firstText, to: firstSentence)
            if let firstAudible = spoken.firstAudible {
                trace.record(.firstAudio, from: firstSentence, to: firstAudible)
            }
        }
        return trace
    }

    /// Waits until everything that must be kept is on disk.
    func close() async {
        _ = await keepMemory()
    }
}
