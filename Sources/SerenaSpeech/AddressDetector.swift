// Whether the speaker calls the assistant by its name.

import AssistantInterface

/// Finds the assistant's name at the beginning or the end of what was said, as recognisers spell it.
struct AddressDetector: Sendable {
    private let name: ComparableWord
    private static let greetings: Set<String> = ["hey", "hi", "hello", "okay", "yo", "dear"]
    /// Words that can stand before the name.
    private static let maximumLead = 4

    init(name: String) {
        self.name = ComparableWord(SpokenText.normalizedWords(name).joined())
    }

    /// Words that address the assistant.
    struct Call {
        var words: Range<Int>
        /// Whether they can mean nothing else. A name at the end without a comma before it is a call only when the rest is a request:
        /// "thanks Serena", but not "we built Serena".
        var isCertain = true
    }

    /// The words that address the assistant: the name, in one word or two, and a greeting before it.
    func find(in words: [SpokenWord], of text: String) -> Call? {
        guard !name.text.isEmpty else { return nil }
        for start in words.indices.prefix(Self.maximumLead) {
            let isGreeted = start > 0 && Self.greetings.contains(words[start - 1].text)
            for length in [1, 2] where start + length <= words.count {
                let range = start..<start + length
                let isCalled = start == 0 || endsClause(before: start, words, text)
                let isSetOff = isCalled && endsClause(after: range, words, text)
                if matches(range, in: words, isCertain: isGreeted || isSetOff, isPossible: isCalled || isGreeted) {
                    return Call(words: (isGreeted ? start - 1 : start)..<range.upperBound)
                }
            }
        }
        return findAtEnd(words, text)
    }

    private func findAtEnd(_ words: [SpokenWord], _ text: String) -> Call? {
        for length in [1, 2] where words.count > length {
            let range = words.count - length..<words.count
            if endsClause(before: range.lowerBound, words, text),
                matches(range, in: words, isCertain: true, isPossible: true)
            {
                return Call(words: range)
            }
        }
        guard let last = words.last, words.count > 1, last.text == name.text else { return nil }
        return Call(words: words.count - 1..<words.count, isCertain: false)
    }

    /// - Parameters:
    ///   - isCertain: the place speaks for a name, so that a name spelled otherwise counts too.
    ///   - isPossible: a name can stand here.
    private func matches(_ range: Range<Int>, in words: [SpokenWord], isCertain: Bool, isPossible: Bool) -> Bool {
        let heard = ComparableWord(words[range].map(\.text).joined())
        if heard.text == name.text { return isPossible }
        guard isCertain || isPossible, abs(heard.text.count - name.text.count) <= 2 else { return false }
        let soundsAlike = heard.sound == name.sound
        let distance = heard.distance(to: name)
        if isCertain { return soundsAlike || (distance <= 1 && heard.sound.first == name.sound.first) }
        // "Serene lakes" and "sirens" are no calls: without another sign, the name's last letter must be there.
        return range.count == 1 && soundsAlike && distance <= 2 && heard.text.last == name.text.last
    }

    private func endsClause(after range: Range<Int>, _ words: [SpokenWord], _ text: String) -> Bool {
        guard range.upperBound < words.count else { return true }
        return endsClause(before: range.upperBound, words, text)
    }

    /// Whether punctuation stands before the word at `index`.
    private func endsClause(before index: Int, _ words: [SpokenWord], _ text: String) -> Bool {
        guard index > 0 else { return true }
        let start = words[index - 1].source.upperBound
        let end = words[index].source.lowerBound
        guard start <= end else { return false }
        return text[start..<end].contains { ",.!?;:—–".contains($0) }
    }
}
