// The head of a task: what is declared before its code.

import FTAI
import SerenaNetBytecode

/// What others need to know of a task to call it, and where it stands.
struct TaskHead {
    struct Input {
        let name: String
        let range: SourceRange
        /// Nil when it could not be read, which has been reported.
        let type: ValueType?
        let defaultValue: VMValue?

        /// Whether a caller may leave it out.
        var isOptional: Bool { defaultValue != nil }
    }

    struct Output {
        let name: String
        let range: SourceRange
        let type: ValueType?
    }

    var name = ""
    var nameRange = SourceRange.none
    var inputs: [Input] = []
    var output: Output?
    var phrases: [String] = []
    var agent: String?
    /// The upper bound of its effects, and where it is declared.
    var effectBound: (effects: EffectSet, range: SourceRange)?
    var code = SourceRange.none

    /// As messages show it: `tip(bill: float, rate: float) -> float`.
    var signature: String {
        let parameters = inputs.map { "\($0.name): \($0.type?.description ?? "?")\($0.isOptional ? " = …" : "")" }
        let result = output.map { " -> \($0.type?.description ?? "?")" } ?? ""
        return "\(name)(\(parameters.joined(separator: ", ")))\(result)"
    }
}

extension EffectSet {
    /// Each effect with its name, in the order in which they are listed.
    static let named: [(name: String, effect: EffectSet)] = [
        ("reads", .reads), ("says", .says), ("writes", .writes), ("calls", .calls),
    ]

    /// The names of the effects in the set; `pure` when there is none.
    var names: [String] {
        isEmpty ? ["pure"] : Self.named.filter { contains($0.effect) }.map(\.name)
    }
}
