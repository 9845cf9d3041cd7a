// The pronouncing dictionary that comes with PocketSphinx's model.

import Foundation

/// The CMU pronouncing dictionary, looked up in its file: some 134,000 words and names of American English.
public struct CMUDictionary: Sendable {
    /// Lines of `word PHONES`, other ways to say a word as `word(2) PHONES`.
    private let entries: Data

    /// Nil when the file cannot be read.
    public init?(path: String) {
        guard let entries = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else { return nil }
        self.entries = entries
    }

    /// That of the installed model; nil where there is none.
    public static let installed = CMUDictionary(
        path: path(inModel: PocketSphinxRecognizer.defaultModelFolder))

    /// Where a model has its dictionary.
    static func path(inModel folder: String) -> String { folder + "/cmudict-en-us.dict" }

    /// All ways to say `word`, a normalised one, at most three; none when it is not there.
    public func pronunciations(of word: String) -> [Pronunciation] {
        [word, word + "(2)", word + "(3)"].compactMap { name in
            guard let found = entries.range(of: Data("\n\(name) ".utf8)) else { return nil }
            let line = entries[found.upperBound...].prefix(200).prefix { $0 != 10 }
            let phones = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Phone(written: $0) }
            return phones.isEmpty ? nil : Pronunciation(phones)
        }
    }

    public func contains(_ word: String) -> Bool {
        entries.range(of: Data("\n\(word) ".utf8)) != nil
    }
}
