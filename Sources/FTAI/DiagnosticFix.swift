// Mends that can be made by a program: edits of a source, and how they are applied.

extension Diagnostic {
    /// A change of the source that mends a problem.
    public struct Fix: Hashable, Sendable {
        /// One replacement; an empty range inserts.
        public struct Edit: Hashable, Sendable {
            public var range: SourceRange
            public var text: String

            public init(_ range: SourceRange, _ text: String) {
                self.range = range
                self.text = text
            }
        }

        /// What it does, such as "close the section".
        public var message: String
        public var edits: [Edit]
        /// Whether it keeps what the document means to a lenient reader. Only such fixes are applied unasked; any other is a
        /// guess that the author must judge.
        public var isCertain: Bool
        /// The order in which fixes were found; insertions at one place keep it.
        var order = 0

        public init(_ message: String, _ edits: [Edit], isCertain: Bool = true) {
            self.message = message
            self.edits = edits
            self.isCertain = isCertain
        }

        init(_ message: String, replacing range: SourceRange, by text: String, isCertain: Bool = true) {
            self.init(message, [Edit(range, text)], isCertain: isCertain)
        }
    }
}

/// Applies fixes to a source.
public enum DiagnosticFixer {
    /// What was applied, and the bytes that came of it.
    public struct Outcome: Sendable {
        public var bytes: [UInt8]
        /// How many fixes were applied.
        public var count: Int
    }

    /// How much is wrong with the document itself. Code is not counted: more of it may be read once the document is mended.
    private struct Harm {
        let errors: Int
        let problems: Int
        /// Whether there is more than what was counted.
        let isPartial: Bool

        init(_ diagnostics: [Diagnostic]) {
            let ofDocument = diagnostics.filter(\.code.isOfDocument)
            errors = ofDocument.count { $0.severity == .error }
            problems = ofDocument.count
            isPartial = diagnostics.contains { $0.code == .tooManyProblems }
        }

        func isLess(than other: Harm) -> Bool {
            other.isPartial || (errors, problems) < (other.errors, other.problems)
        }
    }

    /// Applies the certain fixes of a source, again and again until none is left. A round that leaves no less wrong than there
    /// was is taken back, and the rest stays.
    ///
    /// - Parameter diagnose: what is wrong with a source, such as the parser's view of it or the compiler's.
    public static func fixed(_ source: FTAISource, diagnose: (FTAISource) -> [Diagnostic]) -> Outcome {
        var outcome = Outcome(bytes: source.bytes, count: 0)
        var diagnostics = diagnose(source)
        // A round mends as many problems as are shown of those that there are, and no line has many.
        for _ in 0..<(10 + source.lineStarts.count / 10) {
            let once = applied(diagnostics.compactMap(\.fix).filter(\.isCertain), to: outcome.bytes)
            guard once.count > 0, once.bytes != outcome.bytes else { break }
            let left = diagnose(FTAISource(file: source.file, bytes: once.bytes))
            guard Harm(left).isLess(than: Harm(diagnostics)) else { break }
            outcome = Outcome(bytes: once.bytes, count: outcome.count + once.count)
            diagnostics = left
        }
        return outcome
    }

    /// Applies fixes whose edits do not overlap; of two that do, the one that was found first.
    static func applied(_ fixes: [Diagnostic.Fix], to bytes: [UInt8]) -> Outcome {
        var taken: [(range: SourceRange, text: String, order: Int)] = []
        var count = 0
        for fix in fixes.sorted(by: { $0.order < $1.order }) {
            let edits = fix.edits.filter { $0.range.isKnown && $0.range.end <= bytes.count }
            let isFree = edits.allSatisfy { edit in taken.allSatisfy { !overlaps(edit.range, $0.range) } }
            guard isFree, edits.count == fix.edits.count else { continue }
            taken += edits.map { ($0.range, $0.text, fix.order) }
            count += 1
        }
        taken.sort { ($0.range.start, $0.range.end, $0.order) < ($1.range.start, $1.range.end, $1.order) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + taken.reduce(0) { $0 + $1.text.utf8.count })
        var position = 0
        for edit in taken {
            result += bytes[position..<edit.range.start]
            result += Array(edit.text.utf8)
            position = edit.range.end
        }
        result += bytes[position...]
        return Outcome(bytes: result, count: count)
    }

    /// Two insertions at one place do not overlap, nor does an insertion at the border of a replacement.
    private static func overlaps(_ left: SourceRange, _ right: SourceRange) -> Bool {
        left.start < right.end && right.start < left.end
            || left == right && left.start < left.end
    }
}
