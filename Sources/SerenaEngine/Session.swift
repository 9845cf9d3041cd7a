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
    private let recognizer: any SpeechRecognizer
    private let recognition: any Worker
    private let synthesizer: any SpeechSynthesizer
    private let voice: any Worker
    private let classifier: IntentClassifier
    private let memory: SQLiteMemoryStore
    private let log: TurnLog

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
        recognizer = parts.recognizer
        synthesizer = parts.synthesizer
        memory = try SQLiteMemoryStore(path: configuration.path(of: "memory.sqlite"), worker: disk)
        log = TurnLog(path: configuration.path(of: "turns.ftai"), worker: disk)

        bridge = SerenaNetBridge(
            program: library.program, vm: SerenaNetVM(clock: clock), memory: memory, clock: clock,
            requirements: configuration.requirements)
        try await bridge.initializeBridge()
        identity = Self.identity(configuration, library: library, parts: parts)
        try await warmUp()
    }

    /// Runs recognition and synthesis once, so that the first turn of a talk is as fast as the others.
    private func warmUp() async throws {
        let (recognizer, synthesizer) = (recognizer, synthesizer)
        let silence = [Float](repeating: 0, count: AudioFrame.sampleRate)
        _ = try await recognition.run { try recognizer.transcribe(silence, sampleRate: AudioFrame.sampleRate) }
        try await voice.run { try synthesizer.synthesize("Ready.") { _ in true } }
    }

    /// Recognises `samples` and classifies the words. A recogniser that fails understands nothing.
    func understand(_ samples: [Float]) async -> Utterance.Understanding {
        let (recognizer, clock) = (recognizer, clock)
        let asked = clock.now
        var transcript = ""
        var problem: String?
        var span = (start: asked, end: asked)
        do {
            (transcript, span) = try await recognition.run {
                let start = clock.now
                let transcript = try recognizer.transcribe(samples, sampleRate: AudioFrame.sampleRate)
                return (AmericanSpelling.of(text: transcript.text), (start, clock.now))
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
        let mouth = Mouth(synthesizer: synthesizer, worker: voice, output: output, clock: clock)
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
