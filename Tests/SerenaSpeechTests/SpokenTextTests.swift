// That two ways of writing the same speech become one.

import AssistantInterface
import Testing

@Suite struct SpokenTextTests {
    @Test(arguments: [
        ("Hello, World!", "hello world"), ("What's up?", "what is up"), ("WHAT’S UP", "what is up"),
        ("I'm sure it's fine, they've said we'll go", "i am sure it is fine they have said we will go"),
        ("don't, can't, won't, cannot", "do not can not will not can not"), ("let's go", "let us go"),
        ("the dog's name", "the dogs name"), ("15%", "fifteen percent"), ("15 percent", "fifteen percent"),
        ("fifteen percent", "fifteen percent"), ("$84", "eighty four dollars"), ("84 dollars", "eighty four dollars"),
        ("eighty-four dollars", "eighty four dollars"), ("$84.50", "eighty four point five zero dollars"),
        ("84 dollars and 50 cents", "eighty four point five zero dollars"),
        ("eighty four dollars fifty cents", "eighty four point five zero dollars"),
        ("$1", "one dollar"), ("$5 million", "five million dollars"), ("€20", "twenty euros"),
        ("1,200", "one thousand two hundred"), ("1200", "one thousand two hundred"),
        ("one thousand, two hundred", "one thousand two hundred"), ("120", "one hundred twenty"),
        ("one hundred and twenty", "one hundred twenty"), ("a hundred", "one hundred"), ("a million", "one million"),
        ("bread and butter", "bread and butter"), ("a hundred and a half", "one hundred and a half"),
        ("3.5", "three point five"), ("three point five", "three point five"), ("0.05", "zero point zero five"),
        ("1.2.3", "one point two three"), ("007", "zero zero seven"), ("-5", "minus five"),
        ("well-known", "well known"),
        ("21st", "twenty first"), ("3rd", "third"), ("12th", "twelfth"), ("40th", "fortieth"), ("5kg", "five kg"),
        ("7:30 p.m.", "seven thirty pm"), ("7:00", "seven oclock"), ("7:05", "seven oh five"), ("U.S.", "us"),
        ("Dr. Smith", "doctor smith"), ("OK", "okay"), ("café", "cafe"), ("20°", "twenty degrees"),
        ("8 ÷ 2", "eight divided by two"), ("rock & roll", "rock and roll"), ("He said 'hello'.", "he said hello"),
        ("", ""), ("…!?", ""), ("🙂", ""), ("$", "dollars"), ("'", ""), ("٣", ""), ("%", "percent"), (".", ""),
        ("1,23", "one twenty three"), ("1,2345", "one two thousand three hundred forty five"),
    ])
    func textIsNormalised(text: String, expected: String) {
        #expect(SpokenText.normalizedWords(text).joined(separator: " ") == expected)
    }

    @Test func numbersOfAnyLengthAreRead() {
        #expect(SpokenText.normalizedWords("999999999999999").first == "nine")
        #expect(SpokenText.normalizedWords(String(repeating: "9", count: 40)) == Array(repeating: "nine", count: 40))
    }

    @Test func wordsKnowTheirPlace() {
        let text = "What's a 15% tip?"
        let places = SpokenText.words(in: text).map { String(text[$0.source]) }
        #expect(places == ["What's", "What's", "a", "15", "%", "tip"])
    }

    @Test(arguments: [
        ("fifteen", 15.0), ("eighty four", 84), ("one hundred twenty", 120), ("twelve hundred", 1_200),
        ("three point five", 3.5), ("zero point zero five", 0.05), ("point five", 0.5), ("two and a half", 2.5),
        ("three and a quarter", 3.25), ("minus five", -5), ("negative two point five", -2.5),
        ("one million two hundred thousand thirty", 1_200_030), ("nineteen sixty nine", 1_969),
        ("twenty twenty six", 2_026),
        ("hundred", 100), ("thousand", 1_000), ("zero", 0), ("three point twenty five", 3.25),
        ("nine hundred ninety nine trillion", 999e12),
    ])
    func numberWordsHaveAValue(words: String, value: Double) {
        #expect(SpokenNumber.value(of: words.split(separator: " ").map(String.init)[...]) == value)
    }

    @Test(arguments: [
        "", "and", "point", "minus", "tip", "five five", "thousand million", "oh", "thirty eighty", "five tip",
    ])
    func whatIsNoSingleNumberHasNoValue(words: String) {
        #expect(SpokenNumber.value(of: words.split(separator: " ").map(String.init)[...]) == nil)
    }

    @Test func everyIntegerIsReadBackFromItsWords() {
        for value in Array(0...2_500) + [10_000, 99_999, 100_001, 1_000_000, 123_456_789, 999_999_999_999_999] {
            let words = SpokenText.normalizedWords(String(value))
            #expect(SpokenNumber.value(of: words[...]) == Double(value))
        }
    }
}
