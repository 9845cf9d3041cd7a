// How words sound, and how alike.

import Testing

@testable import SerenaSpeech

@Suite struct PronunciationTests {
    @Test(arguments: [("computer", "K AH M P Y UW T ER"), ("the", "DH AH"), ("hey", "HH EY")])
    func wordsAreSaidAsInTheLexicon(word: String, phones: String) throws {
        let said = try #require(Pronunciation(of: word)).phones.map { $0.rawValue.uppercased() }
        #expect(said.joined(separator: " ") == phones)
    }

    @Test(arguments: ["", "1234", "…", String(repeating: "a", count: 100)])
    func whatCannotBeSaidHasNoSound(word: String) {
        #expect(Pronunciation(of: word) == nil)
    }

    @Test(arguments: [
        ("serena", "serina", 0.0..<0.15), ("kubernetes", "kubernitz", 0.0..<0.35), ("serena", "banana", 0.4..<1.01),
        ("bat", "pat", 0.05..<0.15), ("computer", "computer", 0.0..<0.001),
    ])
    func likeWordsAreNear(left: String, right: String, expected: Range<Double>) throws {
        let (left, right) = (try #require(Pronunciation(of: left)), try #require(Pronunciation(of: right)))
        #expect(expected.contains(left.distance(to: right)))
        #expect(left.distance(to: right) == right.distance(to: left))
    }

    @Test func everyPhoneIsNearestToItself() {
        for phone in Phone.allCases {
            #expect(Phone(written: phone.rawValue.uppercased() + "1") == phone)
            for other in Phone.allCases where other != phone {
                #expect(phone.cost(ofHearing: other) > 0)
                #expect(phone.cost(ofHearing: other) == other.cost(ofHearing: phone))
            }
        }
    }
}
