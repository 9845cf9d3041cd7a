// What each task of a document does, and which line makes it so.

import FTAI
import SerenaNetBytecode

/// The effects of one task.
public struct EffectReport: Hashable, Sendable {
    /// The first place that gives the task an effect.
    public struct Cause: Hashable, Sendable {
        /// A single effect.
        public let effect: EffectSet
        /// The file in which it stands; nil for the document itself.
        public let file: String?
        /// 1-based.
        public let line: Int
        /// Such as "`say`" or "the call of `tip`".
        public let what: String
    }

    public let task: String
    public let effects: EffectSet
    /// What its head allows; nil when it allows anything.
    public let bound: EffectSet?
    /// One for each effect, in the order in which effects are listed.
    public let causes: [Cause]
}

extension FTAICompiler {
    /// The effects of all tasks of a document, in its order. Code that has errors counts as far as it could be understood.
    public static func effects(of source: FTAISource) -> [EffectReport] {
        effects(of: CheckedProgram(source))
    }

    static func effects(of program: CheckedProgram) -> [EffectReport] {
        let effects = program.tasks.map(\.effects)
        return program.heads.enumerated().map { index, head in
            let causes = EffectAnalysis.causes(
                of: effects[index], own: program.causes[index], calls: program.calls[index], all: effects,
                heads: program.heads)
            return EffectReport(
                task: head.name, effects: effects[index], bound: head.effectBound?.effects,
                causes: causes.map { cause in
                    let place = program.place(ofLine: program.source.line(at: cause.range.start))
                    return EffectReport.Cause(
                        effect: cause.effect, file: place.file, line: place.line, what: cause.what)
                })
        }
    }
}
