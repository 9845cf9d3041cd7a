// The list of what is evaluated here.

import EvaluationInterface

/// The evaluations of hearing and speaking.
public enum SpeechEvaluations {
    public static let all: [any Evaluation] = [
        VoiceActivityEvaluation(), RecognitionEvaluation(), IntentEvaluation(), PredictionEvaluation(),
        VoiceProfileEvaluation(), WakeWordEvaluation(), BargeInEvaluation(), OwnVoiceEvaluation(),
        SynthesisEvaluation(),
    ]
    /// What fits the constants of a part anew. They take minutes, and have no goals.
    public static let trainings: [any Evaluation] = [BlendTraining(), BargeInTraining()]
}
