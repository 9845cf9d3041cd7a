// What was understood of a piece of speech, and how long each stage of that took.

import Instrumentation
import SerenaSpeech

/// What has been understood, while somebody speaks or once they have finished.
public struct AudioProcessingResult: Hashable, Sendable {
    /// How long the stages took.
    public struct StageTimes: Hashable, Sendable {
        /// From the last frame of speech to the decision that the speaker has finished; zero while they speak.
        public var endpoint = Duration.zero
        /// Until the recogniser was free.
        public var waiting = Duration.zero
        public var recognition = Duration.zero
        public var classification = Duration.zero

        public init() {}
    }

    /// Counts the utterances of a stream from 0; partial and final results of an utterance share it.
    public var utterance: Int
    public var transcription: String
    /// From 0 to 1: the recogniser's own where it gives one, else that of the intent.
    public var confidence: Double
    /// From the moment at which the sound was at hand to that at which the result was.
    public var processingTime: Duration
    public var intentClassification: IntentClassification
    /// False while the speaker has not finished.
    public var isComplete: Bool
    public var stages = StageTimes()
    /// Why nothing, or less than was said, was understood.
    public var problem: String?

    public init(
        utterance: Int, transcription: String, confidence: Double, processingTime: Duration,
        intentClassification: IntentClassification, isComplete: Bool
    ) {
        self.utterance = utterance
        self.transcription = transcription
        self.confidence = confidence
        self.processingTime = processingTime
        self.intentClassification = intentClassification
        self.isComplete = isComplete
    }
}
