// What the names of a document mean and where they are used, for tools that look at documents.

import FTAI
import SerenaNetBytecode

/// The tasks, inputs and variables of a document with all that it includes, and every place that names one of them.
///
/// Ranges are places in ``DocumentIncluder/Expansion/whole``. Code that has errors counts as far as it can be understood.
public struct ProgramNames: Sendable {
    /// A name where it is declared.
    public struct Declaration: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case task, input, output, constant, variable
            /// The variable of a `for`.
            case element
            /// What a `catch` is told.
            case failure
        }

        public let kind: Kind
        public let name: String
        public let range: SourceRange
        /// Nil for a task, and where the type cannot be told.
        public let type: ValueType?
        /// Where the name means this.
        public let sight: SourceRange
    }

    public enum Meaning: Hashable, Sendable {
        /// The index of a declaration.
        case declaration(Int)
        /// A function of the standard library.
        case function(String)
    }

    /// A place that names something that is declared elsewhere.
    public struct Use: Hashable, Sendable {
        public let range: SourceRange
        public let meaning: Meaning
    }

    /// What others need to know of a task.
    public struct Task: Hashable, Sendable {
        /// The index of its declaration.
        public let declaration: Int
        /// Such as `tip(bill: float, rate: float = …) -> float`.
        public let signature: String
        public let effects: EffectSet
        public let phrases: [String]
        /// The indices of the declarations of its inputs.
        public let inputs: [Int]
        public let code: SourceRange
    }

    public internal(set) var declarations: [Declaration] = []
    public internal(set) var uses: [Use] = []
    /// In the order of the document.
    public internal(set) var tasks: [Task] = []
    /// The tools and agents that the document declares.
    public internal(set) var tools: [String] = []
    public internal(set) var agents: [String] = []

    /// What the word at a place means, and the range of the word; a place right behind a word belongs to it.
    public func word(at offset: Int) -> (range: SourceRange, meaning: Meaning)? {
        let declared = declarations.enumerated().map { Use(range: $1.range, meaning: .declaration($0)) }
        return (uses + declared).first { $0.range.start <= offset && offset <= $0.range.end }
            .map { ($0.range, $0.meaning) }
    }

    /// Every place that names a declaration, itself among them, in the order of the text.
    public func places(of declaration: Int) -> [SourceRange] {
        guard declarations.indices.contains(declaration) else { return [] }
        let used = uses.filter { $0.meaning == .declaration(declaration) }.map(\.range)
        return Set(used + [declarations[declaration].range]).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    /// The inputs and variables that a piece of code at a place can name; of one name, what it means there.
    public func variables(at offset: Int) -> [Declaration] {
        var byName: [String: Declaration] = [:]
        for declaration in declarations where declaration.kind != .task && declaration.kind != .output {
            if declaration.sight.start <= offset, offset <= declaration.sight.end {
                byName[declaration.name] = declaration
            }
        }
        return byName.values.sorted { ($0.range.start, $0.name) < ($1.range.start, $1.name) }
    }
}

/// Everything that is wrong with a document, and what its names mean.
public struct ProgramAnalysis: Sendable {
    /// As ``FTAICompiler/validateSyntax(_:)-(DocumentIncluder.Expansion)`` tells them.
    public let diagnostics: [Diagnostic]
    public let names: ProgramNames
}

extension FTAICompiler {
    /// Looks at a document with all that it includes, without making a program of it.
    public static func analysis(of expansion: DocumentIncluder.Expansion) -> ProgramAnalysis {
        let program = CheckedProgram(expansion)
        var finder = NameFinder(program)
        finder.find()
        return ProgramAnalysis(diagnostics: program.diagnostics, names: finder.names)
    }
}
