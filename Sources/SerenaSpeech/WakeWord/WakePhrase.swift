// The words by which the assistant is woken, and where they stand in a transcript.

import AssistantInterface
import Foundation

/// A wake phrase, and how it is told from what merely resembles it.
public struct WakePhrase: Hashable, Sendable {
    /// As it was configured, such as `hey computer`.
    public let text: String
    /// Its normalised words.
    public let words: [String]
    /// The same for words that were written as one, and for the first of several words.
    private static let joinedTolerance = 0.1
    private static let firstWordTolerance = 0.42
    private var sounds: [Pronunciation]

    /// The most words of a phrase.
    public static let mostWords = 5
    /// A shorter phrase is heard everywhere, in phones.
    public static let fewestPhones = 4
    /// How differently a transcript may sound and still name the phrase; see ``Pronunciation/distance(to:)``.
    public var tolerance = 0.25

    /// - Throws: ``WakePhraseError`` when nobody could be woken by `text`.
    public init(_ text: String) throws(WakePhraseError) {
        let words = SpokenText.normalizedWords(text)
        guard !words.isEmpty, words.count <= Self.mostWords, text.utf8.count <= 100 else {
            throw WakePhraseError(phrase: text, reason: "it needs one to \(Self.mostWords) words")
        }
        guard let said = Pronunciation(ofWords: words) else {
            throw WakePhraseError(phrase: text, reason: "it can only have words of the letters a to z")
        }
        guard said.phones.count >= Self.fewestPhones else {
            throw WakePhraseError(phrase: text, reason: "it is so short that it would be heard everywhere")
        }
        self.text = text
        self.words = words
        sounds = [said]
    }

    /// The phrase with other ways to say it, which a transcript may follow as well.
    public func spoken(also variants: [Pronunciation]) -> WakePhrase {
        var phrase = self
        phrase.sounds += variants.filter { !sounds.contains($0) }
        return phrase
    }

    /// Where the phrase stands in a transcript, in words of its own or in words that sound like it; the first place that fits best.
    ///
    /// Recognisers split and join names that they don't know: windows of one word less and two words more are looked at.
    public func find(in transcript: String) -> Range<String.Index>? {
        let heard = SpokenText.words(in: transcript)
        // A window that is cut out of a longer utterance can be no longer than this.
        guard heard.count <= 500 else { return nil }
        var best: (range: Range<String.Index>, distance: Double)?
        let pronounced = heard.map { Pronunciation(of: $0.text) }
        for start in heard.indices {
            for count in max(1, words.count - 1)...words.count + 2 where start + count <= heard.count {
                let window = start..<start + count
                let range = heard[start].source.lowerBound..<heard[start + count - 1].source.upperBound
                if heard[window].map(\.text) == words { return range }
                let sound = Pronunciation(pronounced[window].flatMap { $0?.phones ?? [] })
                guard let distance = sounds.map({ $0.distance(to: sound) }).min(),
                    distance <= (count < words.count ? Self.joinedTolerance : tolerance),
                    count < words.count || beginsLikePhrase(pronounced[start])
                else { continue }
                if distance < best?.distance ?? .infinity { best = (range, distance) }
            }
        }
        return best?.range
    }

    /// Whether `first` may be the first of the several words of the phrase: "my computer" and "the computer" are no "hey computer", though most of it is there.
    private func beginsLikePhrase(_ first: Pronunciation?) -> Bool {
        guard words.count > 1, let first, let expected = Pronunciation(of: words[0]) else { return true }
        return first.distance(to: expected) <= Self.firstWordTolerance
    }

    /// What was asked for in the same breath: the text behind the phrase, or before it where nothing follows ("Thank you, Serena"), without the
    /// punctuation between them. Empty when nothing else was said, nil when the phrase is not there.
    public func request(in transcript: String) -> String? {
        guard let range = find(in: transcript) else { return nil }
        let isBetween = { (character: Character) in character.isWhitespace || character.isPunctuation }
        let behind = transcript[range.upperBound...].drop(while: isBetween)
        if !behind.isEmpty { return String(behind) }
        let before = transcript[..<range.lowerBound]
        return before.lastIndex { !isBetween($0) }.map { String(before[...$0]) } ?? ""
    }
}

/// Why a phrase cannot wake anybody.
public struct WakePhraseError: Error, Hashable, CustomStringConvertible, Sendable {
    public let phrase: String
    public let reason: String

    public var description: String { "\"\(phrase.prefix(60))\" cannot be the wake word: \(reason)" }
}
