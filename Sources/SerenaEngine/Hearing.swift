// Hears one stream of sound: utterances, their words and what they mean.

import AssistantInterface
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Finds utterances as the assistant does, by ``Endpointer``, and gives what was understood of them.
actor Hearing {
    private let ear: any Worker
    nonisolated var unownedExecutor: UnownedSerialExecutor { ear.asUnownedSerialExecutor() }

    private struct Speech {
        let number: Int
        var samples: [Float]
        var speechEnd: Instant
        /// How many samples the last look saw.
        var seenAt = 0
        /// Whether the speaker pauses, and may have finished.
        var isPausing = false
        /// Counts the pauses: what was understood in an earlier one says nothing about this one.
        var pause = 0
        /// Whether somebody looks, or has looked, at what was said before this pause.
        var isLookedAt = false
        /// What was said before this pause, once it is understood.
        var understood: AudioProcessingResult?

        var completeness: Completeness {
            guard let understood, !understood.transcription.isEmpty else { return .undecided }
            return Completeness(of: understood.intentClassification, saidAs: understood.transcription)
        }
    }

    private var detector: any VoiceActivityDetector
    private var endpointer = Endpointer()
    private let recognizer: any SpeechRecognizer
    private let recognition: any Worker
    private let classifier: IntentClassifier
    private let clock: any EngineClock
    private let correction: VocabularyCorrection?
    private let give: @Sendable (AudioProcessingResult) -> Void

    private var before = PreRoll()
    private var speech: Speech?
    private var utterances = 0
    private var isLooking = false
    private var waiting = 0
    private var finals: Task<Void, Never>?

    /// - Parameters:
    ///   - profile: of the speaker; nil for anybody.
    ///   - give: takes the results, final ones in the order of the utterances.
    init(
        detector: any VoiceActivityDetector, recognizer: any SpeechRecognizer, recognition: any Worker,
        classifier: IntentClassifier, ear: any Worker, clock: any EngineClock, profile: VoiceProfile?,
        give: @escaping @Sendable (AudioProcessingResult) -> Void
    ) {
        self.detector = detector
        self.recognizer = recognizer
        self.recognition = recognition
        self.classifier = classifier
        self.ear = ear
        self.clock = clock
        self.give = give
        correction = profile.map { VocabularyCorrection($0) }
        endpointer.pace = SpeakingRate(wordsPerMinute: profile?.speakingRate).pace
    }

    func hear(_ frame: AudioFrame) {
        let isSpeech = detector.process(frame).isSpeech
        if speech == nil { before.add(frame.samples) } else { speech?.samples += frame.samples }
        if isSpeech { speech?.speechEnd = frame.time }
        switch endpointer.step(isSpeech: isSpeech, completeness: speech?.completeness ?? .undecided) {
        case .began:
            speech = Speech(number: utterances, samples: before.take(), speechEnd: frame.time)
            utterances += 1
        case .candidate:
            speech?.isPausing = true
            speech?.pause += 1
            speech?.isLookedAt = false
            speech?.understood = nil
            lookAhead()
        case .resumed:
            speech?.isPausing = false
            speech?.understood = nil
        case .none:
            lookAhead()
        case .endpoint:
            end()
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

    /// Looks at what was said so far, if that is worth it, unless the recogniser is busy.
    private func lookAhead() {
        guard let speech, !isLooking, waiting == 0 else { return }
        let unseen = speech.samples.count - speech.seenAt
        // The intervals grow with the utterance, so that all looks together cost no more than a few times the last.
        let interval = max(AudioFrame.sampleRate / 2, speech.seenAt * 2 / 3)
        guard speech.isPausing ? !speech.isLookedAt : unseen >= interval else { return }
        self.speech?.seenAt = speech.samples.count
        self.speech?.isLookedAt = speech.isPausing
        isLooking = true
        Task(executorPreference: ear) { await self.look(at: speech) }
    }

    private func look(at seen: Speech) async {
        let result = await understand(seen, endpoint: nil)
        isLooking = false
        // What came after the end of its utterance says nothing new.
        guard let speech, speech.number == seen.number else { return }
        if !result.transcription.isEmpty { give(result) }
        if seen.isPausing, speech.isPausing, seen.pause == speech.pause, result.problem == nil {
            self.speech?.understood = result
            if endpointer.reconsider(completeness: self.speech?.completeness ?? .undecided) == .endpoint { end() }
        }
        lookAhead()
    }

    private func end() {
        guard let speech else { return }
        self.speech = nil
        let endpoint = clock.now - speech.speechEnd
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
        var result: AudioProcessingResult
        if let understood = speech.understood {
            result = understood
            result.isComplete = true
            result.stages.endpoint = endpoint
        } else {
            result = await understand(speech, endpoint: endpoint)
        }
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
