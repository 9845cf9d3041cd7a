// The words by which the assistant is woken, and where they stand in a transcript.

import AssistantInterface
import Foundation

/// A wake phrase, and how it is told from what merely resembles it.
///
/// Recognisers write names as they please: "Serena" becomes "Sirena", "Serene" or "Surring". A transcript therefore names the phrase when its words
/// sound like it. What resembles it is kept out by three rules: the phrase stands where one calls somebody, its consonants are all there and
/// in order ("Sabrina" and "Selena" are no "Serena"), and no determiner stands in for its first word ("the computer" is no "hey computer").
public struct WakePhrase: Hashable, Sendable {
    /// As it was configured, such as `hey computer`.
    public let text: String
    /// Its normalised words.
    public let words: [String]
    private let sounds: [Pronunciation]
    private let skeletons: [[Phone]]
    private let first: Pronunciation

    /// The most words of a phrase.
    public static let mostWords = 5
    /// A shorter phrase is heard everywhere, in phones.
    public static let fewestPhones = 4

    /// How differently a transcript may sound and still name the phrase, where one calls somebody first of all; see ``Pronunciation/distance(to:)``.
    static let tolerance = 0.25
    /// The same for a phrase of several words that were joined or split.
    static let reshapedTolerance = 0.2
    /// The same for a word that was split, and behind another word or between punctuation.
    static let narrowTolerance = 0.11
    /// The same behind two words.
    static let narrowestTolerance = 0.05
    /// The same for the first of several words.
    static let firstWordTolerance = 0.6
    /// Up to here it is worth recognising the rest of the utterance, which may tell more.
    static let doubt = 0.4
    /// One consonant may be wrong for each so many of the phrase.
    private static let consonantsPerError = 5
    /// So much may the recogniser prefer something else over the phrase, in nats for each phone of it: a call for sure; one that may be,
    /// for which the whole utterance is recognised; and one for which it is worth reading the first words. The first and the last were chosen on two voices of flite,
    /// the second was set between them.
    static let surePreference = -0.5
    static let conceivablePreference = -0.85
    static let readablePreference = -1.6
    /// A longer transcript is only looked at so far, in words.
    private static let mostHeardWords = 200

    /// Words that one says before a call.
    private static let openers: Set<String> = [
        "ah", "and", "alright", "but", "hello", "hey", "hi", "oh", "ok", "okay", "please", "right", "so", "thanks",
        "uh", "um", "well",
    ]
    /// Words behind which it is worth looking for a call in what is written.
    private static let leads = openers.union(["thank"])
    private static let determiners: Set<String> = [
        "an", "another", "any", "every", "her", "his", "its", "my", "no", "our", "some", "that", "the", "their",
        "these", "this", "those", "what",
        "which", "your",
    ]

    /// - Throws: ``WakePhraseError`` when nobody could be woken by `text`.
    public init(_ text: String) throws(WakePhraseError) {
        let words = SpokenText.normalizedWords(text)
        guard !words.isEmpty, words.count <= Self.mostWords, text.utf8.count <= 100 else {
            throw WakePhraseError(phrase: text, reason: "it needs one to \(Self.mostWords) words")
        }
        guard let said = Pronunciation(ofWords: words), let first = Pronunciation(of: words[0]) else {
            throw WakePhraseError(phrase: text, reason: "it can only have words of the letters a to z")
        }
        guard said.phones.count >= Self.fewestPhones else {
            throw WakePhraseError(phrase: text, reason: "it is so short that it would be heard everywhere")
        }
        self.text = text
        self.words = words
        self.first = first
        sounds = Self.ways(to: words, said)
        skeletons = sounds.map(\.consonants)
    }

    /// All ways to say the words: flite's, and those of the dictionary where it is installed.
    private static func ways(to words: [String], _ said: Pronunciation) -> [Pronunciation] {
        guard let dictionary = CMUDictionary.installed else { return [said] }
        var phrases: [[Phone]] = [[]]
        for word in words {
            let ways = dictionary.pronunciations(of: word)
            phrases = Array(phrases.flatMap { phrase in ways.map { phrase + $0.phones } }.prefix(8))
        }
        return [said] + phrases.map { Pronunciation($0) }.filter { $0 != said }
    }

    /// About how many phones the phrase has.
    var length: Int { sounds.map(\.phones.count).max() ?? 0 }

    // MARK: Fit

    /// How a recogniser may write the phrase.
    var spellings: [String] {
        let capital = { (word: String) in word.prefix(1).uppercased() + word.dropFirst() }
        guard let first = words.first, words.count > 1 else { return words.map(capital) }
        let rest = words.dropFirst()
        let ways = Set([rest.joined(separator: " "), rest.map(capital).joined(separator: " ")]).sorted()
        return ways.flatMap { ["\(capital(first)) \($0)", "\(capital(first)), \($0)"] }
    }

    /// How likely a call is.
    enum Likelihood: Comparable {
        /// Not worth reading what was said.
        case none
        case readable
        case conceivable
        case sure
    }

    /// What the fit of the first words says.
    func likelihood(of fit: PhraseFit) -> Likelihood {
        let preference = fit.preference / Double(max(1, length))
        if preference >= Self.surePreference { return .sure }
        if preference >= Self.conceivablePreference { return .conceivable }
        // Behind another word the phrase cannot fit the beginning.
        let beginning = SpokenText.normalizedWords(fit.beginning).first ?? ""
        return preference >= Self.readablePreference || Self.leads.contains(beginning) ? .readable : .none
    }

    // MARK: Finding

    /// Where the phrase stands in a transcript as one calls somebody by it: among the first words, or set off by punctuation. The place that
    /// fits best; nil when nobody is called.
    public func find(in transcript: String) -> Range<String.Index>? {
        best(in: transcript) { window in
            window.distance <= tolerance(of: window) && bears(window)
        }
    }

    /// Whether a transcript of the beginning of an utterance leaves it possible that the rest names the phrase.
    func isConceivable(in transcript: String) -> Bool {
        doubtful(in: transcript) != nil
    }

    private func doubtful(in transcript: String) -> Range<String.Index>? {
        best(in: transcript) { $0.place > .elsewhere && $0.distance <= Self.doubt }
    }

    /// Some successive words of a transcript.
    private struct Window {
        var range: Range<String.Index>
        var words: ArraySlice<String>
        var first: Pronunciation
        var sound: Pronunciation
        var distance: Double
        var place: Place
        /// It has more or fewer words than the phrase.
        var isReshaped: Bool
    }

    /// Where a window stands, the likelier to be a call the higher.
    private enum Place: Int, Comparable {
        case elsewhere
        /// One or two words stand before it, which may have been noise.
        case early
        /// Punctuation stands on both sides, or one word before it.
        case setOff
        /// Nothing or only such as "um" stands before it.
        case opening

        static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
    }

    private func tolerance(of window: Window) -> Double {
        switch window.place {
        case .elsewhere: -1
        case .early: Self.narrowestTolerance
        case .setOff: Self.narrowTolerance
        case .opening:
            !window.isReshaped ? Self.tolerance : words.count > 1 ? Self.reshapedTolerance : Self.narrowTolerance
        }
    }

    private func best(in transcript: String, where isFit: (Window) -> Bool) -> Range<String.Index>? {
        let heard = Array(SpokenText.words(in: transcript).prefix(Self.mostHeardWords))
        let pronounced = heard.map { Pronunciation(of: $0.text) }
        var best: (range: Range<String.Index>, distance: Double)?
        for start in heard.indices {
            let isOpening = heard[..<start].allSatisfy { Self.openers.contains($0.text) }
            for count in max(1, words.count - 1)...words.count + 2 where start + count <= heard.count {
                guard let first = pronounced[start] else { continue }
                let texts = heard.map(\.text)[start..<start + count]
                let sound = Pronunciation(pronounced[start..<start + count].flatMap { $0?.phones ?? [] })
                let range = heard[start].source.lowerBound..<heard[start + count - 1].source.upperBound
                let place: Place =
                    isOpening
                    ? .opening
                    : start == 1 || Self.isSetOff(range, in: transcript) ? .setOff : start == 2 ? .early : .elsewhere
                let distance =
                    Array(texts) == words ? 0 : sounds.map { $0.distance(to: sound) }.min() ?? 1
                let window = Window(
                    range: range, words: texts, first: first, sound: sound, distance: distance,
                    place: place, isReshaped: count != words.count)
                guard distance < best?.distance ?? .infinity, isFit(window) else { continue }
                best = (range, distance)
            }
        }
        return best?.range
    }

    /// Whether punctuation or the end stands on both sides.
    private static func isSetOff(_ range: Range<String.Index>, in transcript: String) -> Bool {
        let before = transcript[..<range.lowerBound].last { !$0.isWhitespace }
        let behind = transcript[range.upperBound...].first { !$0.isWhitespace }
        return before?.isPunctuation ?? true && behind?.isPunctuation ?? true
    }

    /// Whether what must be there is there.
    private func bears(_ window: Window) -> Bool {
        if Array(window.words) == words { return true }
        if words.count > 1, window.words.count >= words.count {
            guard let word = window.words.first, !Self.determiners.contains(word),
                window.first.distance(to: first) <= Self.firstWordTolerance
            else { return false }
        }
        let heard = window.sound.consonants
        return skeletons.contains { Self.errors($0, heard) <= $0.count / Self.consonantsPerError }
    }

    /// Levenshtein's distance.
    private static func errors(_ left: [Phone], _ right: [Phone]) -> Int {
        var row = Array(0...right.count)
        for phone in left {
            var diagonal = row[0]
            row[0] += 1
            for (column, candidate) in right.enumerated() {
                let substitution = diagonal + (phone == candidate ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }

    // MARK: Requests

    /// What was asked for in the same breath: the text behind the phrase, or before it where nothing follows ("Thank you, Serena"), without the
    /// punctuation between them. Empty when nothing else was said, nil when the phrase is not there.
    public func request(in transcript: String) -> String? {
        request(in: transcript, doubtfully: false)
    }

    /// The same, where the phrase may also be written as something that only resembles it.
    func request(in transcript: String, doubtfully: Bool) -> String? {
        guard let range = doubtfully ? doubtful(in: transcript) : find(in: transcript) else { return nil }
        let isBetween = { (character: Character) in character.isWhitespace || character.isPunctuation }
        let behind = transcript[range.upperBound...].drop(while: isBetween)
        if !behind.isEmpty { return String(behind) }
        let before = transcript[..<range.lowerBound]
        return before.lastIndex { !isBetween($0) }.map { String(before[...$0]) } ?? ""
    }
}

extension Pronunciation {
    /// The consonants that are not easily lost, without regard to voicing, neighbours of one kind joined.
    fileprivate var consonants: [Phone] {
        var kept: [Phone] = []
        for phone in phones {
            let consonant: Phone? =
                switch phone {
                case .er: .r
                case .ng: .n
                case .hh, .y, .w: nil
                default: phone.kind == .vowel ? nil : phone.unvoiced
                }
            guard let consonant, kept.last != consonant else { continue }
            kept.append(consonant)
        }
        return kept
    }
}

/// Why a phrase cannot wake anybody.
public struct WakePhraseError: Error, Hashable, CustomStringConvertible, Sendable {
    public let phrase: String
    public let reason: String

    public var description: String { "\"\(phrase.prefix(60))\" cannot be the wake word: \(reason)" }
}
