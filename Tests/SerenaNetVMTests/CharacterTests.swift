// Functions by characters do with every text what Swift's own strings do, wherever the pieces end in which they work.

import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct CharacterTests {
    /// Scalars that join others to a character, keep apart, or change their length with their case.
    private static let scalars: [Unicode.Scalar] = [
        "a", "Y", "D", "D", "s", "s", " ", " ", "\t", "\r", "\n", "\u{301}", "\u{200D}", "\u{1F469}", "\u{1F680}",
        "\u{1F1F8}", "\u{1F1EA}", "\u{600}", "\u{915}", "\u{94D}", "\u{937}", "\u{1100}", "\u{1161}", "\u{A0}",
        "\u{2028}", "ß", "İ", "Σ", "é",
    ]

    private static func text(_ length: Int, _ numbers: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<length {
            text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &numbers)])
        }
        return text
    }

    private static let texts: [String] = {
        var numbers = SeededGenerator(seed: 7)
        let short = (0..<400).map { _ in text(Int.random(in: 0..<9, using: &numbers), &numbers) }
        let plain = ["", "\r\n", "12345678\r\n123456789", String(repeating: "plain ", count: 4_000) + "\u{301}"]
        return short + plain + [text(20_000, &numbers), "x" + String(repeating: "\u{301}", count: 10_000) + " "]
    }()

    private static func expect(
        _ builtin: Builtin, _ arguments: (String) -> [VMValue], gives expected: (String) -> VMValue
    ) throws {
        let program = BuiltinCase(builtin, gives: .null).program
        for text in texts {
            let step = try run(program, arguments(text))
            #expect(step == .finished(expected(text)), "\(text.prefix(20).debugDescription)")
        }
    }

    @Test func countsThem() throws {
        try Self.expect(.length, { [.string($0)] }, gives: { .int(Int64($0.count)) })
    }

    @Test func cutsBetweenThem() throws {
        for (start, end) in [(0, 1), (1, 3), (2, 9_000), (10, 12)] {
            try Self.expect(.sliceText, { [.string($0), .int(Int64(start)), .int(Int64(end))] }) {
                .string(String($0.dropFirst(start).prefix(end - start)))
            }
        }
        try Self.expect(.split, { [.string($0), .string("")] }, gives: { .list($0.map { .string(String($0)) }) })
    }

    @Test func findsTheirPositions() throws {
        try Self.expect(.indexOfText, { [.string($0 + "|"), .string("|")] }, gives: { .int(Int64($0.count)) })
    }

    @Test func fillsUpByThem() throws {
        try Self.expect(.padStart, { [.string($0), .int(6)] }) {
            .string(String(repeating: " ", count: max(0, 6 - $0.count)) + $0)
        }
    }

    @Test func trimsThem() throws {
        try Self.expect(.trim, { [.string($0)] }) { text in
            let start = text.drop { $0.isWhitespace }
            let last = start.lastIndex { !$0.isWhitespace }
            return .string(last.map { String(start[...$0]) } ?? "")
        }
    }

    @Test func changesTheirCase() throws {
        try Self.expect(.uppercase, { [.string($0)] }, gives: { .string($0.uppercased()) })
        try Self.expect(.lowercase, { [.string($0)] }, gives: { .string($0.lowercased()) })
    }

    @Test func replacesThemInPatternsOfTimes() throws {
        try Self.expect(.formatTime, { [.int(86_400 * 4 + 7), .string($0)] }) { pattern in
            var text = ""
            var rest = pattern[...]
            while let first = rest.first {
                let number = ["DD": "05", "ss": "07"].first { rest.hasPrefix($0.key) }
                text += number?.value ?? String(first)
                rest = rest.dropFirst(number == nil ? 1 : 2)
            }
            return .string(text)
        }
    }
}
