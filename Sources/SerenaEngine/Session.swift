// Everything that a started assistant works with.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaNetBridge
import SerenaNetVM
import SerenaSpeech
import SerenaStore
import Synchronization

/// The parts of an assistant between its start and its stop.
struct Session: Sendable {
    let identity: AssistantIdentity
    let observer: any TurnObserver
    let bridge: SerenaNetBridge
    let clock: any EngineClock

    /// What makes sense of words while the user speaks.
    let understanding: any Worker
    /// What runs tasks and answers.
    let answering: any Worker
    /// What runs tasks before it is known whether they are wanted.
    let ahead: any Worker

    let output: OwnVoice
    let faults = FaultSwitches()
    let recognizer: any SpeechRecognizer
    let standIn: StandInRecognizer?
    let recognition: any Worker
    let synthesizer: any SpeechSynthesizer
    let voice: any Worker
    let classifier: IntentClassifier
    /// Names and terms of the user, and what is remembered.
    let vocabulary: RememberedVocabulary
    let correction: VocabularyCorrection?
    /// Keeps what is not for the assistant from being recognised; nil when it always listens.
    let wake: WakeGuard?
    let memory: SQLiteMemoryStore
    let log: TurnLog
    let emergency: EmergencySentence
    let bytecodeBytes: Int
    let program: TaskLibrary
    /// Counts which tasks are asked for; nil when nothing is kept from one talk to the next.
    let taskUses: TaskUses?
    /// The answer that is spoken, or was last.
    let spoken = SpokenAnswer()

    /// Loads, compiles and warms up.
    ///
    /// - Throws: ``AssistantError`` that names what is missing or wrong, and what mends it.
    init(
        configuration: EngineConfiguration, parts: EngineParts, clock: any EngineClock, output: OwnVoice,
        observer: any TurnObserver
    ) async throws {
        self.clock = clock
        self.output = output
        self.observer = observer
        program = try TaskLibrary(paths: configuration.taskFiles, cache: configuration.cache)
        let document = program.program.id
        taskUses = configuration.cache.map { TaskUses(of: document, cache: $0, clock: clock) }
        classifier = try program.classifier(name: configuration.name)
        correction = configuration.voiceProfile.map { VocabularyCorrection($0) }

        understanding = clock.makeWorker(named: "understanding")
        answering = clock.makeWorker(named: "answering")
        ahead = clock.makeWorker(named: "ahead")
        recognition = clock.makeWorker(named: "recognition", precedence: .yielding)
        voice = clock.makeWorker(named: "voice")
        let disk = clock.makeWorker(named: "disk")
        recognizer = FallibleRecognizer(recognizer: parts.recognizer, faults: faults, clock: clock)
        wake = try Self.wakeGuard(configuration, recognizer: recognizer)
        standIn = parts.loadStandIn.map { StandInRecognizer(load: $0) }
        synthesizer = FallibleSynthesizer(synthesizer: parts.synthesizer, faults: faults)
        memory = try SQLiteMemoryStore(path: configuration.path(of: "memory.sqlite"), worker: disk)
        vocabulary = RememberedVocabulary(
            profileTerms: configuration.voiceProfile?.customVocabulary ?? [], memory: await memory.entries)
        log = TurnLog(path: configuration.path(of: "turns.ftai"), worker: disk)

        bridge = SerenaNetBridge(
            program: program.program, vm: SerenaNetVM(clock: clock, observer: VMInstruments()), memory: memory,
            clock: clock,
            requirements: configuration.requirements)
        try await bridge.initializeBridge()
        identity = Self.identity(configuration, library: program, parts: parts)
        bytecodeBytes = program.program.encoded().count
        // Both are used once here, so that the first turn of a talk is as fast as the others.
        _ = try await recognition.run { [recognizer] in
            try recognizer.transcribe(
                [Float](repeating: 0, count: AudioFrame.sampleRate), sampleRate: AudioFrame.sampleRate)
        }
        emergency = try await voice.run { [synthesizer] in try EmergencySentence(spokenBy: synthesizer) }
    }

    private static func wakeGuard(
        _ configuration: EngineConfiguration, recognizer: any SpeechRecognizer
    ) throws -> WakeGuard? {
        do {
            return try configuration.wakeWord.map { try WakeGuard(phrase: $0, recognizer: recognizer) }
        } catch {
            throw AssistantError("\(error)", remedy: "scripts/serena-bench doctor")
        }
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

    /// Waits until everything that must be kept is on disk.
    func close() async {
        _ = await keepMemory()
        taskUses?.keep()
    }

    /// Waits until what the turn remembered is on disk; gives the reason when it cannot be kept.
    func keepMemory() async -> String? {
        do {
            try await memory.flush()
            return await log.problem
        } catch {
            return "\(error)"
        }
    }
}

/// The answer that is spoken at the moment, so that it can be stopped.
final class SpokenAnswer: Sendable {
    private let current = Mutex<PreparedAnswer?>(nil)

    func replace(with answer: PreparedAnswer?) {
        current.withLock { $0 = answer }
    }

    /// Lets the answer fall silent.
    func silence() {
        current.withLock { $0 }?.silence()
    }
}
