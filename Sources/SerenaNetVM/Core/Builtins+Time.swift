// The standard library: dates and times of day in UTC, by the Gregorian calendar.

import SerenaNetBytecode

/// A moment as people write it, in UTC.
struct CalendarTime: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64
    /// Seconds since midnight.
    var second: Int64

    private static let secondsPerDay: Int64 = 86_400
    /// The times that have a year of four digits at most: from the year 0 to 9999.
    static let limits: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// - Parameter time: seconds since 1970-01-01T00:00:00Z; nil for the result outside of ``limits``.
    ///
    /// The days are counted in eras of 400 years from 1 March of the year 0: H. Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms" (2013), `civil_from_days`.
    init?(_ time: Int64) {
        guard Self.limits.contains(time) else { return nil }
        let days = Self.days(before: time)
        second = time - days * Self.secondsPerDay
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private init(year: Int64, month: Int64, day: Int64, second: Int64) {
        (self.year, self.month, self.day, self.second) = (year, month, day, second)
    }

    private static func days(before time: Int64) -> Int64 {
        time >= 0 ? time / secondsPerDay : (time + 1) / secondsPerDay - 1
    }

    /// Monday is 1, Sunday 7, as in ISO 8601; 1970-01-01 was a Thursday.
    static func weekday(of time: Int64) -> Int64 {
        let remainder = (days(before: time) + 3) % 7
        return (remainder + 7) % 7 + 1
    }

    /// Seconds since 1970 (`days_from_civil` of the same source).
    var time: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * Self.secondsPerDay + second
    }

    /// Bytes of the longest text that can be read, which is `2024-02-29T10:00:30Z`.
    static let longestForm = 20

    /// Reads `2024-02-29`, `2024-02-29T10:00` or `2024-02-29 10:00:30`, with or without a `Z`; nil for anything else.
    init?(reading text: String) {
        var bytes = Array(text.utf8)
        if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        guard [10, 16, 19].contains(bytes.count) else { return nil }
        let form = Array("0000-00-00T00:00:00".utf8)
        var numbers: [Int64] = [0]
        for (byte, expected) in zip(bytes, form) {
            if expected == UInt8(ascii: "0") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte - UInt8(ascii: "0"))
            } else {
                guard byte == expected || (expected == UInt8(ascii: "T") && byte == UInt8(ascii: " ")) else {
                    return nil
                }
                numbers.append(0)
            }
        }
        numbers += [Int64](repeating: 0, count: 6 - numbers.count)
        guard numbers[3] < 24, numbers[4] < 60, numbers[5] < 60 else { return nil }
        let second = (numbers[3] * 60 + numbers[4]) * 60 + numbers[5]
        let candidate = CalendarTime(year: numbers[0], month: numbers[1], day: numbers[2], second: second)
        // A day that does not exist comes back as another one.
        guard (1...12).contains(candidate.month), (1...31).contains(candidate.day),
            CalendarTime(candidate.time) == candidate
        else { return nil }
        self = candidate
    }

    /// What a pattern's `YYYY`, `MM`, `DD`, `hh`, `mm` or `ss` stands for, by its first letter, in as many digits.
    func digits(for letter: UInt8) -> [UInt8]? {
        let (value, count): (Int64, Int)
        switch letter {
        case UInt8(ascii: "Y"): (value, count) = (year, 4)
        case UInt8(ascii: "M"): (value, count) = (month, 2)
        case UInt8(ascii: "D"): (value, count) = (day, 2)
        case UInt8(ascii: "h"): (value, count) = (second / 3_600, 2)
        case UInt8(ascii: "m"): (value, count) = (second / 60 % 60, 2)
        case UInt8(ascii: "s"): (value, count) = (second % 60, 2)
        default: return nil
        }
        let digits = Array(String(value).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: count - digits.count) + digits
    }
}

extension Machine {
    func callTime(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        if builtin == .parseTime {
            let text = call.text(0)
            // No form of a time is any longer.
            let time = text.count <= CalendarTime.longestForm ? CalendarTime(reading: text.string)?.time : nil
            call.result.set(0, UInt64(0))
            if let time {
                guard let box = makeBox(UInt64(bitPattern: time)) else { return false }
                call.result.set(0, HeapText(box).slot)
            }
            return true
        }
        let time = call.int(0)
        guard let moment = CalendarTime(time) else { return refuse(.numberConversion(value: String(time))) }
        switch builtin {
        case .year: call.result.set(0, moment.year)
        case .month: call.result.set(0, moment.month)
        case .day: call.result.set(0, moment.day)
        case .hour: call.result.set(0, moment.second / 3_600)
        case .minute: call.result.set(0, moment.second / 60 % 60)
        case .second: call.result.set(0, moment.second % 60)
        case .weekday: call.result.set(0, CalendarTime.weekday(of: time))
        default:
            return format(moment, call)
        }
        return true
    }

    /// Gives the pattern with `YYYY`, `MM`, `DD`, `hh`, `mm` and `ss` replaced by their numbers, which are as long.
    private func format(_ moment: CalendarTime, _ call: BuiltinCall) -> Bool {
        let pattern = call.text(1).bytes
        guard let text = makeText(pattern), failure == nil else { return false }
        let numbers = (0...UInt8.max).map { moment.digits(for: $0) ?? [] }
        var index = 0
        while index < pattern.count {
            let digits = numbers[Int(pattern[index])]
            let size = max(1, digits.count)
            if !digits.isEmpty, isName(pattern, index, size), let memory = text.pointer {
                (memory + HeapText.headerSize + index).copyMemory(from: digits, byteCount: size)
                index += size
            } else {
                index += 1
            }
            guard account(for: Self.characterWork) else { return false }
        }
        call.result.set(0, text.slot)
        return true
    }

    /// Whether as many of one ASCII letter as `count` stand at `index`, each a character of its own.
    private func isName(_ bytes: UnsafeRawBufferPointer, _ index: Int, _ count: Int) -> Bool {
        let end = index + count
        let letter = bytes[index]
        guard end <= bytes.count, bytes.part(index..<end).allSatisfy({ $0 == letter }) else { return false }
        // What is put in front of a letter, and marks behind it, belong to its character.
        let scalar = Unicode.Scalar(letter)
        let begins = index == 0 || bytes[index - 1] < 0x80 || bytes.scalar(before: index).scalar.isApart(from: scalar)
        return begins && (end == bytes.count || bytes[end] < 0x80 || scalar.isApart(from: bytes.scalar(at: end).scalar))
    }
}
