// Numbers as text and text as numbers, independent of the locale.

import Foundation

enum NumberText {
    /// The shortest decimal form that reads back as the same number; whole numbers have no fraction, and zero no sign.
    static func shortest(_ value: Double) -> String {
        if value == 0 { return "0" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Exactly `decimals` decimals, correctly rounded; a half is rounded to the even digit. A count outside of 0 to 15 becomes
    /// the nearest of these, and what rounds to zero has no sign.
    static func fixed(_ value: Double, decimals: Int64) -> String {
        guard value.isFinite else { return shortest(value) }
        let text = String(format: "%.\(min(15, max(0, decimals)))f", value)
        let isZero = text.allSatisfy { "-0.".contains($0) }
        return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    /// The digits in groups of three, with commas between them.
    static func grouped(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// The integer that `text` is, without regard to white space around it; nil when it is none or too large.
    static func integer(_ text: String) -> Int64? {
        Int64(trimmed(text))
    }

    /// The decimal number that `text` is, without regard to white space around it; nil when it is none or too large.
    ///
    /// Words such as `nan` and hexadecimal forms, which Swift would accept, are none: nobody says them.
    static func decimal(_ text: String) -> Double? {
        let text = trimmed(text)
        guard text.utf8.allSatisfy({ Self.decimalCharacters.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// `text` without white space and line breaks at its ends.
    static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    private static let decimalCharacters = Set("0123456789+-.eE".utf8)
}
