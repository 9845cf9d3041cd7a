// Puts the names and terms of a speaker in the place of what they were taken for.

import AssistantInterface
import Foundation

/// Corrects transcripts by the vocabulary of a voice profile.
///
/// A stretch of words becomes a term when the recogniser has written it for that term before, or when it sounds like the term: by the phones of
/// its words, whatever their number ("kuber nitz" becomes "Kubernetes"). Short terms must sound more alike than long ones. Function words
/// alone are never touched, and neither is a single word that the dictionary has, unless that very word was misheard at enrolment: it is more likely
/// what was said.
public struct VocabularyCorrection: Sendable {
    /// How differently a stretch may sound from a term of many phones; see ``Pronunciation/distance(to:)``.
    public static let defaultTolerance = 0.22

    private struct Term: Hashable {
        let written: String
        let words: [String]
        let sound: Pronunciation
        var forms: [[String]]
    }

    /// A stretch of the transcript that a term takes the place of.
    private struct Replacement {
        let words: Range<Int>
        let written: String
        let distance: Double
    }

    private let terms: [Term]
    private let tolerance: Double
    private let dictionary: CMUDictionary?

    /// A term with fewer phones is corrected by known forms only: too many words sound like it.
    private static let fewestPhones = 4
    /// From here on the whole tolerance counts.
    private static let manyPhones = 7
    /// The most words that a term is taken for.
    private static let widestWindow = 5
    /// Longer transcripts are left as they are.
    private static let mostWords = 1_000

    /// - Parameter dictionary: tells the words of the language; without it, all words are as likely.
    public init(
        _ profile: VoiceProfile, tolerance: Double = defaultTolerance,
        dictionary: CMUDictionary? = .installed
    ) {
        self.tolerance = tolerance
        self.dictionary = dictionary
        terms = profile.customVocabulary.compactMap { written in
            let words = SpokenText.normalizedWords(written)
            guard let sound = Pronunciation(ofWords: words) else { return nil }
            let forms = profile.heardForms.filter { $0.written == written }
                .map { $0.heard.split(separator: " ").map(String.init) }
            return Term(written: written, words: words, sound: sound, forms: forms)
        }
    }

    /// The transcript with the terms as they are written.
    public func correct(_ transcript: String) -> String {
        let words = SpokenText.words(in: transcript)
        guard !terms.isEmpty, !words.isEmpty, words.count <= Self.mostWords else { return transcript }
        var corrected = transcript
        for replacement in replacements(words).sorted(by: { $0.words.lowerBound > $1.words.lowerBound }) {
            let range =
                words[replacement.words.lowerBound].source
                .lowerBound..<words[replacement.words.upperBound - 1]
                .source.upperBound
            corrected.replaceSubrange(range, with: replacement.written)
        }
        return corrected
    }

    private func replacements(_ words: [SpokenWord]) -> [Replacement] {
        let sounds = words.map { Pronunciation(of: $0.text) }
        var found: [Replacement] = []
        for start in words.indices where isBoundary(start, words) {
            for end in start + 1...min(words.count, start + Self.widestWindow) where isBoundary(end, words) {
                if let best = bestTerm(for: start..<end, words, sounds) { found.append(best) }
            }
        }
        // The nearest first; of two that are as near, the longer.
        found.sort { ($0.distance, -$0.words.count) < ($1.distance, -$1.words.count) }
        var taken: [Replacement] = []
        for candidate in found where !taken.contains(where: { $0.words.overlaps(candidate.words) }) {
            taken.append(candidate)
        }
        return taken
    }

    /// A number or a contraction is several words from one piece of text, which can only be replaced as a whole.
    private func isBoundary(_ index: Int, _ words: [SpokenWord]) -> Bool {
        index == 0 || index == words.count || words[index - 1].source != words[index].source
    }

    private func bestTerm(
        for window: Range<Int>, _ words: [SpokenWord], _ sounds: [Pronunciation?]
    ) -> Replacement? {
        let texts = words[window].map(\.text)
        // What is a term already stays one, and nothing else takes a part of it.
        if let known = terms.first(where: { $0.words == texts }) {
            return Replacement(words: window, written: known.written, distance: -1)
        }
        guard texts.contains(where: WordCosts.isContent) else { return nil }
        let phones = sounds[window].flatMap { $0?.phones ?? [] }
        let sound = Pronunciation(phones)
        var best: Replacement?
        for term in terms {
            if term.forms.contains(texts) { return Replacement(words: window, written: term.written, distance: 0) }
            let count = term.sound.phones.count
            guard count >= Self.fewestPhones, abs(phones.count - count) * 3 <= count else { continue }
            let limit = tolerance * min(1, Double(count) / Double(Self.manyPhones))
            let distance = sound.distance(to: term.sound)
            if distance <= limit, distance < best?.distance ?? .infinity {
                best = Replacement(words: window, written: term.written, distance: distance)
            }
        }
        // Looked up last, because it takes longest.
        guard best != nil, texts.count == 1, dictionary?.contains(texts[0]) ?? false else { return best }
        return nil
    }
}
