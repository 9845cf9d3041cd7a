// Where sentences end.

import Testing

@testable import SerenaSpeech

@Suite struct SentenceSplitterTests {
    @Test(arguments: [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]), ("No end", ["No end"]), ("", []), ("  \n ", []),
        ("Dr. Smith met Mr. Jones. They spoke.", ["Dr. Smith met Mr. Jones.", "They spoke."]),
        ("It is 3.5 times, e.g. here. Yes.", ["It is 3.5 times, e.g. here.", "Yes."]),
        ("J. R. R. Tolkien wrote it. I read it.", ["J. R. R. Tolkien wrote it.", "I read it."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("We meet at 5 p.m. Bring water.", ["We meet at 5 p.m.", "Bring water."]),
        ("At 5 p.m. we meet.", ["At 5 p.m. we meet."]),
        ("Pens, paper, etc. are here.", ["Pens, paper, etc. are here."]),
        ("He said \"Stop.\" Then he left.", ["He said \"Stop.\"", "Then he left."]),
        ("Really?! Yes... Well.", ["Really?!", "Yes...", "Well."]), ("A title\n\nThe text.", ["A title", "The text."]),
        ("wait…what", ["wait…what"]), ("see example.com for more", ["see example.com for more"]),
        ("$4.20 is due. Pay.", ["$4.20 is due.", "Pay."]), ("...", ["..."]),
    ])
    func sentencesAreFoundHoweverTheTextArrives(text: String, sentences: [String]) {
        var whole = SentenceSplitter()
        #expect(whole.feed(text) + whole.finish() == sentences)
        var byCharacter = SentenceSplitter()
        #expect(text.flatMap { byCharacter.feed(String($0)) } + byCharacter.finish() == sentences)
    }

    @Test func aSentenceIsGivenAsSoonAsItsEndIsKnown() {
        var splitter = SentenceSplitter()
        #expect(splitter.feed("Hello there.").isEmpty)
        #expect(splitter.feed(" How") == ["Hello there."])
        #expect(splitter.feed(" are you? ") == ["How are you?"])
        #expect(splitter.finish().isEmpty)
    }

    @Test(arguments: [1, 7, 20, 100])
    func textWithoutEndIsCut(longest: Int) {
        var splitter = SentenceSplitter(longestSentence: longest)
        let text = String(repeating: "word, and more words ", count: 60)
        let sentences = splitter.feed(text) + splitter.finish()
        #expect(sentences.allSatisfy { $0.count <= longest })
        #expect(sentences.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }

    @Test(arguments: [
        ("Hello.", ["Hello."]), ("\u{7}a\u{0}b", ["ab"]), ("“Café” — 20°", ["\"Cafe\" , 20 degrees"]), ("", []),
        ("?!", []),
        ("日本", []), ("A\tb\nc", ["A b c"]),
        (
            "That is a long answer to a short question, which goes on and on and on, and then on again for a while.",
            [
                "That is a long answer to a short question,",
                "which goes on and on and on, and then on again for a while.",
            ]
        ),
        (
            "The long wooden bridge has stood unpainted for years over the wide and muddy river.",
            ["The long wooden bridge has stood unpainted", "for years over the wide and muddy river."]
        ),
        (
            "The ancient unpainted wooden construction collapsed completely, nobody knows why.",
            ["The ancient unpainted wooden construction collapsed completely,", "nobody knows why."]
        ),
    ])
    func textIsMadeSpeakable(text: String, pieces: [String]) {
        #expect(SpeakableText.pieces(of: text) == pieces)
    }

    @Test func longTextIsSpokenInPieces() {
        let pieces = SpeakableText.pieces(of: String(repeating: "blah ", count: 2_000))
        #expect(pieces.allSatisfy { $0.count <= SpeakableText.longestPiece })
        #expect(pieces.joined(separator: " ").split(separator: " ").count == 2_000)
    }
}
