// The list of what is evaluated here.

import EvaluationInterface

/// The evaluations of documents, compiler and virtual machine.
public enum LanguageEvaluations {
    public static let all: [any Evaluation] = [
        DocumentEvaluation(), CompilerEvaluation(), MachineEvaluation(), InstructionEvaluation(), CacheEvaluation(),
    ]

    /// Those that take an hour, and are run by their name alone.
    public static let lengthy: [any Evaluation] = [EnduranceEvaluation()]
}
