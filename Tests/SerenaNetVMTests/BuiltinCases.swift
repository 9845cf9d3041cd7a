// The table of cases of the standard library, continued: parts of texts, lists, maps, JSON, time.

import SerenaNetBytecode
import SerenaNetVM

extension BuiltinCase {
    private static func map(_ entries: (String, VMValue)...) -> VMValue {
        .map(entries.map { VMMapEntry(key: $0.0, value: $0.1) })
    }

    private static func ints(_ values: Int64...) -> VMValue { .list(values.map(VMValue.int)) }

    static let moreNumbers = [
        BuiltinCase(.exponential, .float(0), gives: .float(1)),
        BuiltinCase(.logarithm, .float(1), gives: .float(0)),
        BuiltinCase(.logarithm, .float(0), gives: .float(-.infinity)),
        BuiltinCase(.sine, .float(0), gives: .float(0)),
        BuiltinCase(.cosine, .float(0), gives: .float(1)),
        BuiltinCase(.tangent, .float(0), gives: .float(0)),
        BuiltinCase(.clampInt, .int(12), .int(0), .int(10), gives: .int(10)),
        BuiltinCase(.clampInt, .int(-1), .int(0), .int(10), gives: .int(0)),
        BuiltinCase(.clampFloat, .float(0.5), .float(0), .float(1), gives: .float(0.5)),
        BuiltinCase(.groupDigits, .int(1_234_567), gives: .string("1,234,567")),
        BuiltinCase(.groupDigits, .int(.min), gives: .string("-9,223,372,036,854,775,808")),
        BuiltinCase(.groupDigits, .int(999), gives: .string("999")),
    ]

    static let moreTexts = [
        BuiltinCase(.sliceText, .string("smörgås"), .int(2), .int(4), gives: .string("ör")),
        BuiltinCase(.sliceText, .string("abc"), .int(-5), .int(99), gives: .string("abc")),
        BuiltinCase(.sliceText, .string("abc"), .int(2), .int(1), gives: .string("")),
        BuiltinCase(.indexOfText, .string("smörgås"), .string("gås"), gives: .int(4)),
        BuiltinCase(.indexOfText, .string("abc"), .string("x"), gives: .null),
        BuiltinCase(.indexOfText, .string("abc"), .string(""), gives: .int(0)),
        BuiltinCase(.repeatText, .string("ab"), .int(3), gives: .string("ababab")),
        BuiltinCase(.repeatText, .string("ab"), .int(-3), gives: .string("")),
        BuiltinCase(.repeatText, .string(""), .int(.max), gives: .string("")),
        BuiltinCase(.padStart, .string("é"), .int(3), gives: .string("  é")),
        BuiltinCase(.padEnd, .string("é"), .int(3), gives: .string("é  ")),
        BuiltinCase(.padEnd, .string("long"), .int(-3), gives: .string("long")),
        BuiltinCase(.padStart, .string("long"), .int(.min), gives: .string("long")),
    ]

    static let lists = [
        BuiltinCase(.sliceList, ints(1, 2, 3, 4), .int(1), .int(3), gives: ints(2, 3)),
        BuiltinCase(.sliceList, ints(1), .int(5), .int(9), gives: .list([])),
        BuiltinCase(.reversed, ints(1, 2, 3), gives: ints(3, 2, 1)),
        BuiltinCase(.insert, ints(1, 2), .int(1), .int(9), gives: .int(3)),
        BuiltinCase(.insert, .list([]), .int(0), .int(9), gives: .int(1)),
        BuiltinCase(.insert, ints(1, 2), .int(3), .int(9), fails: .indexOutside(index: 3, count: 2)),
        BuiltinCase(.removeAt, ints(1, 2), .int(0), gives: .int(1)),
        BuiltinCase(.removeAt, ints(1, 2), .int(2), fails: .indexOutside(index: 2, count: 2)),
        BuiltinCase(.removeAt, .list([]), .int(-1), fails: .indexOutside(index: -1, count: 0)),
        BuiltinCase(.sortedInts, ints(3, -1, 2), gives: ints(-1, 2, 3)),
        BuiltinCase(
            .sortedFloats, .list([.float(1), .float(-.infinity)]), gives: .list([.float(-.infinity), .float(1)])),
        BuiltinCase(
            .sortedTexts, .list([.string("b"), .string(""), .string("ab")]),
            gives: .list([.string(""), .string("ab"), .string("b")])),
        BuiltinCase(.sumInts, ints(1, 2, 3), gives: .int(6)),
        BuiltinCase(.sumInts, ints(.max, 1), fails: .integerOverflow),
        BuiltinCase(.sumFloats, .list([.float(0.5), .float(1)]), gives: .float(1.5)),
        BuiltinCase(.containsInt, ints(1, 2), .int(2), gives: .bool(true)),
        BuiltinCase(.containsFloat, .list([.float(0)]), .float(-0.0), gives: .bool(true)),
        BuiltinCase(.containsText, .list([.string("a")]), .string(""), gives: .bool(false)),
        BuiltinCase(.indexOfInt, ints(5, 6, 6), .int(6), gives: .int(1)),
        BuiltinCase(.indexOfFloat, .list([.float(.nan)]), .float(.nan), gives: .null),
        BuiltinCase(.indexOfTextInList, .list([.string(""), .string("a")]), .string("a"), gives: .int(1)),
    ]

    static let maps = [
        BuiltinCase(.mapCount, map(("a", .int(1)), ("b", .null)), gives: .int(2)),
        BuiltinCase(.hasKey, map(("a", .null)), .string("a"), gives: .bool(true)),
        BuiltinCase(.hasKey, map(("a", .null)), .string("b"), gives: .bool(false)),
        BuiltinCase(.keys, map(("b", .int(1)), ("a", .int(2))), gives: .list([.string("b"), .string("a")])),
        BuiltinCase(.values, map(("b", .int(1)), ("a", .int(2))), gives: ints(1, 2)),
        BuiltinCase(.removeKey, map(("a", .int(1))), .string("a"), gives: .bool(true)),
        BuiltinCase(.removeKey, map(("a", .int(1))), .string("b"), gives: .bool(false)),
        BuiltinCase(.intMapCount, map(("0", .int(1)), ("-9", .null)), gives: .int(2)),
        BuiltinCase(.hasIntKey, map(("0", .null)), .int(0), gives: .bool(true)),
        BuiltinCase(.hasIntKey, map(("0", .null)), .int(1), gives: .bool(false)),
        BuiltinCase(.hasIntKey, map(), .int(0), gives: .bool(false)),
        BuiltinCase(.intKeys, map(("9", .int(1)), ("-9223372036854775808", .int(2))), gives: ints(9, .min)),
        BuiltinCase(.intValues, map(("9", .int(1)), ("-9", .int(2))), gives: ints(1, 2)),
        BuiltinCase(.removeIntKey, map(("7", .int(1))), .int(7), gives: .bool(true)),
        BuiltinCase(.removeIntKey, map(("7", .int(1))), .int(8), gives: .bool(false)),
    ]

    private static let document = "{\"a\":[1,2.5,true,null,\"é\\n\"],\"b\":{}}"
    private static let tree = map(
        ("a", .list([.int(1), .float(2.5), .bool(true), .null, .string("é\n")])), ("b", .map([])))

    static let json = [
        BuiltinCase(.parseJSON, .string(document), gives: tree),
        BuiltinCase(.parseJSON, .string(" -0.0e1 "), gives: .float(0)),
        BuiltinCase(
            .parseJSON, .string("{"),
            fails: .notJSON(reason: "the text ends where a key in quotes should stand, at byte 1")),
        BuiltinCase(.toJSON, tree, gives: .string(document)),
        BuiltinCase(.toJSON, .float(.nan), gives: .string("null")),
        BuiltinCase(.field, tree, .string("b"), gives: .map([])),
        BuiltinCase(.field, tree, .string("c"), gives: .null),
        BuiltinCase(.field, .int(3), .string("c"), gives: .null),
        BuiltinCase(.item, .list([.int(1), .int(2)]), .int(1), gives: .int(2)),
        BuiltinCase(.item, .list([.int(1), .int(2)]), .int(-1), gives: .null),
        BuiltinCase(.item, .null, .int(0), gives: .null),
    ]

    /// The last second of 29 February 2024, a Thursday.
    private static let leapDay = VMValue.int(1_709_251_199)

    static let time = [
        BuiltinCase(.year, leapDay, gives: .int(2024)), BuiltinCase(.month, leapDay, gives: .int(2)),
        BuiltinCase(.day, leapDay, gives: .int(29)), BuiltinCase(.hour, leapDay, gives: .int(23)),
        BuiltinCase(.minute, leapDay, gives: .int(59)), BuiltinCase(.second, leapDay, gives: .int(59)),
        BuiltinCase(.weekday, leapDay, gives: .int(4)), BuiltinCase(.weekday, .int(-1), gives: .int(3)),
        BuiltinCase(.year, .int(-1), gives: .int(1969)), BuiltinCase(.day, .int(-1), gives: .int(31)),
        BuiltinCase(.year, .int(.max), fails: .numberConversion(value: "9223372036854775807")),
        BuiltinCase(.formatTime, leapDay, .string("DD.MM.YYYY hh:mm:ss"), gives: .string("29.02.2024 23:59:59")),
        BuiltinCase(.formatTime, .int(-62_167_219_200), .string("YYYY-MM-DD"), gives: .string("0000-01-01")),
        BuiltinCase(.parseTime, .string("2024-02-29T23:59:59Z"), gives: leapDay),
        BuiltinCase(.parseTime, .string("1970-01-01"), gives: .int(0)),
        BuiltinCase(.parseTime, .string("1969-12-31 23:59"), gives: .int(-60)),
        BuiltinCase(.parseTime, .string("2023-02-29"), gives: .null),
        BuiltinCase(.parseTime, .string("2023-13-01"), gives: .null),
        BuiltinCase(.parseTime, .string("tomorrow"), gives: .null),
    ]
}
