// From sound to words and what they mean.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaSpeech

extension Session {
    /// Recognises `samples` and classifies the words. A recogniser that fails understands nothing.
    ///
    /// - Parameters:
    ///   - fragment: what was said just before, and made no sense by itself.
    ///   - mayStandIn: whether another recogniser may be asked when the first one fails. It takes longer.
    func understand(
        _ samples: [Float], after fragment: String? = nil, mayStandIn: Bool = true
    ) async -> Utterance.Understanding {
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
        var classification = classifier.classify(transcript)
        if let fragment, let whole = join(fragment, transcript, classification) {
            (transcript, classification) = whole
        }
        var understanding = Utterance.Understanding(
            transcript: transcript, classification: classification, recognition: span,
            classified: (start, clock.now), problem: problem)
        understanding.waited = span.start - asked
        return understanding
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

    /// A request that was broken in two by a long pause, if the two parts make one together and the second none by itself.
    private func join(
        _ fragment: String, _ transcript: String, _ alone: IntentClassification
    ) -> (String, IntentClassification)? {
        guard !transcript.isEmpty, !(alone.intent != nil && alone.isComplete) else { return nil }
        let whole = "\(fragment) \(transcript)"
        let together = classifier.classify(whole)
        guard together.intent != nil, together.isComplete || together.expectsMore > alone.expectsMore else {
            return nil
        }
        return (whole, together)
    }
}
