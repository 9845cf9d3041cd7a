// What is wrong with a scenario, and where.

/// One thing that is wrong at one place of a file.
public struct ScenarioProblem: Hashable, Sendable {
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in Unicode scalars.
    public let column: Int
    public let message: String
    /// The included file that the place is in; nil for the scenario's own.
    public var file: String?
}

/// Why a scenario cannot be used: everything that was found wrong, in the order of the file.
public struct ScenarioError: Error, Hashable, CustomStringConvertible, Sendable {
    public let path: String
    public let problems: [ScenarioProblem]

    public var description: String {
        problems.map { "\($0.file ?? path):\($0.line):\($0.column): \($0.message)" }.joined(separator: "\n")
    }
}

/// Finds the word that somebody probably meant.
enum Suggestion {
    /// The candidate nearest to `word`, if it is near enough to be a slip.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let allowed = max(1, word.count / 3)
        return candidates.map { (distance: distance(word, $0), candidate: $0) }
            .filter { $0.distance <= allowed }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// `; did you mean 'x'?`, or nothing.
    static func phrase(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// Levenshtein distance, case ignored. Only the first 64 characters are looked at.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased().prefix(64))
        let right = Array(right.lowercased().prefix(64))
        var above = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = above[column] + (character == other ? 0 : 1)
                current.append(min(replaced, above[column + 1] + 1, current[column] + 1))
            }
            above = current
        }
        return above[right.count]
    }
}
