// Numbers as text, independent of the locale.

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

    /// Whether all bytes can stand in a decimal number.
    ///
    /// Words such as `nan` and hexadecimal forms, which Swift would accept, are none: nobody says them.
    static func isDecimal(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
    }
}
