// The passes by name, and which of them each level runs.

import SerenaNetBytecode

/// A step that makes a program better without changing what it does.
///
/// Each is one file in this folder that begins with what it does to an example, can be switched off by its name, and can be seen working:
/// `ftai compile --emit ir-after=NAME`.
public enum Pass: String, CaseIterable, Sendable {
    case inlining
    case copies
    case folding
    case deadCode = "dead-code"
    case flow
    case commonSubexpressions = "common-subexpressions"
    case loopInversion = "loop-inversion"
    case loopInvariants = "loop-invariants"
    case immediates
    case tailDuplication = "tail-duplication"
    case texts
    case loopUnrolling = "loop-unrolling"
    case loopElements = "loop-elements"
    case fusion
    case layout
    case loopFusion = "loop-fusion"

    /// The passes of a level, in the order in which they run.
    public static func passes(of level: OptimizationLevel) -> [Pass] {
        switch level {
        case .none: []
        case .basic: [.folding, .texts, .deadCode, .loopFusion]
        case .size:
            [
                .copies, .folding, .texts, .flow, .commonSubexpressions, .immediates, .deadCode, .flow, .fusion,
                .loopFusion,
            ]
        case .performance, .demo:
            [
                .inlining, .copies, .folding, .texts, .flow, .deadCode, .loopInversion, .commonSubexpressions,
                .loopInvariants, .folding, .flow, .copies, .folding, .commonSubexpressions, .flow, .immediates,
                .loopInvariants, .deadCode, .flow, .loopUnrolling, .folding, .flow, .commonSubexpressions, .deadCode,
                .flow, .tailDuplication, .flow, .deadCode, .fusion, .loopElements, .layout, .loopFusion,
            ]
        }
    }
}
