// From sound to words and what they mean.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaNetBytecode
import SerenaSpeech

extension Session {
    /// What recognition gave.
    private struct Recognized: Sendable {
        var transcript = ""
        var problem: String?
        var remarkFit: PhraseFit?
        var start: Instant
        var end: Instant
    }

    /// Recognises what was said so far and classifies the words. A recogniser that fails understands nothing, and so does an assistant that sleeps.
    ///
    /// - Parameters:
    ///   - isPartial: the user still speaks; then no other recogniser is asked when the first one fails, because that takes longer.
    ///   - isIntoAnswer: it holds an answer, so that it matters whether it is only a sign of attention.
    func understand(
        _ utterance: Utterance, isPartial: Bool = false, isIntoAnswer: Bool = false
    ) async -> Utterance.Understanding {
        let asked = clock.now
        var heard: Recognized
        do {
            heard = try await recognition.run {
                try self.recognize(utterance, mayStandIn: !isPartial, isIntoAnswer: isIntoAnswer)
            }
        } catch {
            heard = Recognized(problem: "recognition failed: \(error)", start: asked, end: asked)
        }
        let start = clock.now
        var (transcript, classification) = makeSense(of: heard.transcript, utterance, isPartial: isPartial)
        if let fragment = utterance.fragment, let whole = join(fragment, transcript, classification) {
            (transcript, classification) = whole
        }
        var understanding = Utterance.Understanding(
            transcript: transcript, classification: classification, recognition: (heard.start, heard.end),
            classified: (start, clock.now), problem: heard.problem)
        understanding.waited = heard.start - asked
        understanding.remarkFit = heard.remarkFit
        return understanding
    }

    /// Recognises with the first that works; names the problem when it is not the first.
    private func recognize(_ utterance: Utterance, mayStandIn: Bool, isIntoAnswer: Bool) throws -> Recognized {
        let start = clock.now
        // Recognisers make up words for what is no voice: "thank you" for clapping hands.
        guard utterance.hasVoice else { return Recognized(start: start, end: start) }
        guard
            try wake?.admits(
                utterance.samples, of: utterance.number, at: start, mayBeWhole: mayStandIn) ?? true
        else {
            return Recognized(start: start, end: clock.now)
        }
        var (text, problem) = ("", String?.none)
        do {
            text = try recognizer.transcribe(utterance.samples, sampleRate: AudioFrame.sampleRate).text
        } catch {
            guard mayStandIn, let standIn else { throw error }
            let (transcript, name) = try standIn.transcribe(utterance.samples, sampleRate: AudioFrame.sampleRate)
            (text, problem) = (transcript.text, "\(error); \(name) stood in")
        }
        let written = AmericanSpelling.of(text: text)
        var heard = Recognized(
            transcript: correction?.correct(written) ?? written, problem: problem, start: start, end: clock.now)
        if isIntoAnswer, Remark.isDoubtful(text) {
            // A recogniser that cannot tell leaves it to the words.
            heard.remarkFit = try? recognizer.fit(
                of: Remark.spellings, to: utterance.samples, sampleRate: AudioFrame.sampleRate)
            heard.end = clock.now
        }
        return heard
    }

    /// What `transcript` asks for. With a wake word, only what stands behind it counts, unless the assistant is awake.
    private func makeSense(
        of transcript: String, _ utterance: Utterance, isPartial: Bool
    ) -> (String, IntentClassification) {
        guard let wake, !isPartial else { return (transcript, classify(transcript)) }
        guard let request = wake.request(in: transcript, of: utterance.number, at: clock.now) else {
            return ("", classifier.classify(""))
        }
        let classification = classify(request)
        // Whoever says the wake word speaks to the assistant.
        return (
            transcript, request == transcript ? classification : classification.addressed(hasContent: !request.isEmpty)
        )
    }

    /// What `text` asks for, its slots heard against the words at hand.
    private func classify(_ text: String) -> IntentClassification {
        let classification = classifier.classify(text, vocabulary: vocabulary.spoken)
        let effects = classification.intent.flatMap { program.program.effects(ofTask: $0) } ?? .pure
        guard effects.contains(.reads), !effects.contains(.writes), !classification.parameters.isEmpty else {
            return classification
        }
        return classifier.classify(text, vocabulary: vocabulary.remembered)
    }

    /// A request that was broken in two by a long pause, if the two parts make one together and the second none by itself.
    private func join(
        _ fragment: String, _ transcript: String, _ alone: IntentClassification
    ) -> (String, IntentClassification)? {
        guard !transcript.isEmpty, !(alone.intent != nil && alone.isComplete) else { return nil }
        let whole = "\(fragment) \(transcript)"
        let together = classify(whole)
        guard together.intent != nil, together.isComplete || together.expectsMore > alone.expectsMore else {
            return nil
        }
        return (whole, together)
    }
}

extension IntentClassification {
    /// The same, said to the assistant.
    fileprivate func addressed(hasContent: Bool) -> IntentClassification {
        IntentClassification(
            intent: intent, confidence: confidence, parameters: parameters, suggestedAgent: suggestedAgent,
            isAddressed: true, isComplete: isComplete, mayContinue: mayContinue, hasContent: hasContent,
            expectsMore: expectsMore, trailsOff: trailsOff, likeliest: likeliest)
    }
}
