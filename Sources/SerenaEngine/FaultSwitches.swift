// The faults that a scenario brings about, and the parts that fail because of them.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaSpeech
import Synchronization

/// Which faults hold at the moment.
final class FaultSwitches: Sendable {
    private let active = Mutex<Set<Fault>>([])

    func holds(_ fault: Fault) -> Bool {
        active.withLock { $0.contains(fault) }
    }

    /// Switches `fault` on, or what it mends off.
    func inject(_ fault: Fault) {
        active.withLock { active in
            if fault.recovery == nil {
                active = active.filter { $0.recovery != fault }
            } else {
                active.insert(fault)
            }
        }
    }
}

/// A recogniser that is slow, or fails, while a fault says so.
struct FallibleRecognizer: SpeechRecognizer {
    let recognizer: any SpeechRecognizer
    let faults: FaultSwitches
    let clock: any EngineClock

    /// How much longer recognition takes while it is slow.
    private static let delay = Duration.milliseconds(150)

    var name: String { recognizer.name }
    var modelFiles: [String] { recognizer.modelFiles }

    func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        if faults.holds(.recognizerSlow) { clock.prolong(by: Self.delay) }
        if faults.holds(.recognizerFails) { throw .failed(recognizer: name, reason: "a fault was injected") }
        return try recognizer.transcribe(samples, sampleRate: sampleRate)
    }

    func fit(of spellings: [String], to samples: [Float], sampleRate: Int) throws(RecognitionError) -> PhraseFit? {
        if faults.holds(.recognizerSlow) { clock.prolong(by: Self.delay) }
        if faults.holds(.recognizerFails) { throw .failed(recognizer: name, reason: "a fault was injected") }
        return try recognizer.fit(of: spellings, to: samples, sampleRate: sampleRate)
    }
}

/// A synthesiser that fails while a fault says so.
struct FallibleSynthesizer: SpeechSynthesizer {
    let synthesizer: any SpeechSynthesizer
    let faults: FaultSwitches

    var name: String { synthesizer.name }

    func synthesize(_ sentence: String, onChunk: (AudioChunk) -> Bool) throws(SynthesisError) {
        if faults.holds(.voiceFails) { throw .failed("a fault was injected") }
        try synthesizer.synthesize(sentence, onChunk: onChunk)
    }
}
