// Which words of a growing transcript will not change any more.

import AssistantInterface

/// The words on which successive looks at the same utterance agree.
///
/// LocalAgreement-n (Liu, Spanakis and Niehues, "Low-latency sequence-to-sequence speech recognition and translation by partial hypothesis
/// selection", Interspeech 2020): a word is stable once the last `n` partial transcripts begin with the same words up to it. What was reported as stable
/// stays so; when a later look disagrees, that is counted, and nothing is added until the looks agree beyond it again.
public struct StablePrefix: Hashable, Sendable {
    /// How many looks in a row must agree.
    public let agreement: Int
    /// The normalised words that are stable.
    public private(set) var words: [String] = []
    /// Looks that disagreed with a word that was stable already.
    public private(set) var contradictions = 0

    private var recent: [[String]] = []

    /// - Parameter agreement: at least 2; less is taken for 2.
    public init(agreement: Int = 2) {
        self.agreement = max(2, agreement)
    }

    /// Takes the next partial transcript of the utterance.
    ///
    /// - Returns: the words that have become stable by it.
    @discardableResult
    public mutating func take(_ partial: String) -> [String] {
        let next = SpokenText.normalizedWords(partial)
        if !next.starts(with: words) { contradictions += 1 }
        recent.append(next)
        if recent.count > agreement { recent.removeFirst() }
        guard recent.count == agreement, var common = recent.first else { return [] }
        for other in recent.dropFirst() {
            let count = zip(common, other).prefix { $0 == $1 }.count
            common = Array(common.prefix(count))
        }
        guard common.count > words.count, common.starts(with: words) else { return [] }
        let added = Array(common[words.count...])
        words = common
        return added
    }
}
