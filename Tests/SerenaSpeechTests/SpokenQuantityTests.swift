// That quantities, times and dates in words have a value.

import AssistantInterface
import Testing

@Suite struct SpokenQuantityTests {
    @Test(
        arguments: [
            ("half a", 0.5), ("half", 0.5), ("a quarter of a", 0.25), ("three quarters of a", 0.75),
            ("two thirds", 2.0 / 3.0),
            ("a dozen", 12.0), ("two dozen", 24.0), ("a couple of", 2.0), ("twenty first", 21.0), ("third", 3.0),
            ("twelfth", 12.0),
            ("seven and a half", 7.5), ("eighty four point five zero", 84.5),
        ] as [(String, Double)])
    func quantitiesHaveAValue(words: String, value: Double) {
        #expect(SpokenQuantity.value(of: words.split(separator: " ").map(String.init)[...]) == value)
    }

    @Test(arguments: ["half past three", "quarter to nine", "a", "a tip", "", "of"])
    func whatIsNoQuantityHasNoValue(words: String) {
        #expect(SpokenQuantity.value(of: words.split(separator: " ").map(String.init)[...]) == nil)
    }

    @Test(arguments: [
        ("half past three", "03:30"), ("a quarter to nine", "08:45"), ("quarter past twelve", "12:15"),
        ("ten minutes to one", "12:50"), ("seven thirty pm", "19:30"), ("7:30 p.m.", "19:30"),
        ("seven o'clock", "07:00"),
        ("noon", "12:00"), ("midnight", "00:00"), ("twelve am", "00:00"), ("nineteen thirty", "19:30"),
        ("seven oh five", "07:05"), ("ten thirty", "10:30"), ("8:15 in the evening", "20:15"),
        ("half past six", "06:30"),
    ])
    func timesOfDayHaveANormalForm(said: String, time: String) {
        let words = SpokenText.normalizedWords(said)
        let reading = SpokenTime.read(words[...])
        #expect(reading?.text == time)
        #expect(reading?.wordCount == words.count)
    }

    @Test(arguments: [
        ("the third of May", "05-03"), ("May third", "05-03"), ("May 3rd, 2027", "2027-05-03"),
        ("tomorrow", "tomorrow"),
        ("next Friday", "next friday"), ("December 31", "12-31"), ("twenty first of june", "06-21"),
    ])
    func datesHaveANormalForm(said: String, date: String) {
        let words = SpokenText.normalizedWords(said)
        #expect(SpokenDate.read(words[...])?.text == date)
        #expect(SpokenDate.read(words[...])?.wordCount == words.count)
    }

    @Test(arguments: ["the thirty first of february", "banana", "", "may", "the ninth"])
    func whatIsNoDateIsNone(said: String) {
        #expect(SpokenDate.read(SpokenText.normalizedWords(said)[...]) == nil)
    }
}
