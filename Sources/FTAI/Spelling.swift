// Which known name an unknown one was probably meant to be.

/// Suggestions for misspelt names.
public enum Spelling {
    /// The known name that is nearest, if one is near enough to be worth a question.
    ///
    /// Near enough is one edit for short names and a third of the length for longer ones; swapped letters are the likeliest
    /// slip, and remaining ties go to the first in order.
    public static func suggestion(for name: String, among known: some Sequence<String>) -> String? {
        let target = Array(name.lowercased().utf8.prefix(64))
        let limit = max(1, target.count / 3) * edit
        var best: (name: String, distance: Int)?
        for candidate in known where candidate != name {
            let distance = distance(target, Array(candidate.lowercased().utf8.prefix(64)), limit: limit)
            if distance <= limit, distance < (best?.distance ?? Int.max) {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    private static let edit = 10
    private static let swap = 9

    /// The cost of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        guard abs(left.count - right.count) * edit <= limit else { return limit + 1 }
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = (0...right.count).map { $0 * edit }
        var current = previous
        for i in 0..<left.count {
            current[0] = (i + 1) * edit
            for j in 0..<right.count {
                let change = left[i] == right[j] ? 0 : edit
                current[j + 1] = min(previous[j] + change, previous[j + 1] + edit, current[j] + edit)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    current[j + 1] = min(current[j + 1], beforePrevious[j - 1] + swap)
                }
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}

extension DiagnosticCollector {
    /// Reports a name that nothing has, with the known one that was probably meant.
    ///
    /// - Parameter help: what can be done when no name is near.
    public mutating func reportUnknown(
        _ code: DiagnosticCode, at range: SourceRange, _ message: String, notes: [Diagnostic.Note] = [],
        name: String, among known: @autoclosure () -> some Sequence<String>, otherwise help: String? = nil
    ) {
        guard !isFull, let meant = Spelling.suggestion(for: name, among: known()) else {
            return report(code, at: range, message, notes: notes, help: help)
        }
        report(code, at: range, message, notes: notes, name: name, meaning: meant)
    }

    /// Reports a name that may be any, but nearly is a known one.
    public mutating func reportMisspelt(
        _ code: DiagnosticCode, at range: SourceRange, _ message: String, name: String,
        among known: some Sequence<String>
    ) {
        guard let meant = Spelling.suggestion(for: name, among: known) else { return }
        report(code, at: range, message, notes: [], name: name, meaning: meant)
    }

    /// Where just the name stands there is a fix that writes the other. It is a guess: an editor offers it, and nobody applies
    /// it unasked.
    private mutating func report(
        _ code: DiagnosticCode, at range: SourceRange, _ message: String, notes: [Diagnostic.Note], name: String,
        meaning meant: String
    ) {
        let isAlone = source.text(range).inLowerCase == name.inLowerCase
        report(
            code, at: range, message, notes: notes, help: "Did you mean `\(meant)`?",
            fix: isAlone ? .init("write `\(meant)`", replacing: range, by: meant, isCertain: false) : nil)
    }
}

extension String {
    /// Names compare without case. Most are in lower case already, which is cheaper to see than to make.
    package var inLowerCase: String {
        utf8.allSatisfy { $0 < 0x41 || ($0 > 0x5A && $0 < 0x80) } ? self : lowercased()
    }
}
