// The standard library that is part of the VM: pure functions with fixed types.

/// A function of the standard library. None has an effect outside of the program's own values; those that can fail say how
/// in the language reference.
public enum Builtin: UInt16, CaseIterable, Sendable {
    case round, floor, ceiling, truncate, squareRoot, power, absInt, absFloat, minInt, maxInt, minFloat, maxFloat
    case floatToInt, formatFloat, parseInt, parseFloat
    case length, uppercase, lowercase, trim, contains, startsWith, endsWith, replace, split, join
    // Numbers
    case exponential, logarithm, sine, cosine, tangent, clampInt, clampFloat, groupDigits
    // Text
    case sliceText, indexOfText, repeatText, padStart, padEnd
    // Lists
    case sliceList, reversed, insert, removeAt
    case sortedInts, sortedFloats, sortedTexts, sumInts, sumFloats
    case containsInt, containsFloat, containsText, indexOfInt, indexOfFloat, indexOfTextInList
    // Maps
    case mapCount, hasKey, keys, values, removeKey
    case intMapCount, hasIntKey, intKeys, intValues, removeIntKey
    // JSON and values of any type
    case parseJSON, toJSON, field, item
    // Time, as seconds since 1970 in UTC
    case year, month, day, hour, minute, second, weekday, formatTime, parseTime

    public typealias Signature = (name: String, parameters: [ValueType], result: ValueType)

    /// Whether `any` in ``signature`` stands for one type, whichever it is, that the first argument settles.
    public var isGeneric: Bool {
        switch self {
        case .sliceList, .reversed, .insert, .removeAt, .mapCount, .hasKey, .keys, .values, .removeKey, .intMapCount,
            .hasIntKey, .intKeys, .intValues, .removeIntKey:
            true
        default: false
        }
    }

    /// Whether it changes its first argument, so that a call is worth something without its result.
    public var changesArgument: Bool {
        switch self {
        case .insert, .removeAt, .removeKey, .removeIntKey: true
        default: false
        }
    }

    /// What it is called in source, its parameters, and its result. Overloads share a name.
    public var signature: Signature { Self.signatures[Int(rawValue)] }

    /// By raw value: looking a signature up is far cheaper than making it.
    private static let signatures = allCases.map { builtin in
        builtin.numberSignature ?? builtin.textSignature ?? builtin.listSignature ?? builtin.valueSignature
    }

    /// The signature for a call whose first argument has a certain type; nil when it can have none.
    public func signature(for first: ValueType?) -> Signature? {
        let signature = signature
        guard isGeneric else { return signature }
        let element: ValueType
        switch (signature.parameters.first, first) {
        case (.list, .list(let found)), (.map, .map(let found)), (.intMap, .intMap(let found)):
            element = found
        default: return nil
        }
        func settled(_ type: ValueType) -> ValueType {
            switch type {
            case .any: element
            case .list(.any): .list(element)
            case .map(.any): .map(element)
            case .intMap(.any): .intMap(element)
            default: type
            }
        }
        return (signature.name, signature.parameters.map(settled), settled(signature.result))
    }

    private var numberSignature: Signature? {
        switch self {
        case .round: ("round", [.float], .int)
        case .floor: ("floor", [.float], .int)
        case .ceiling: ("ceil", [.float], .int)
        case .truncate: ("trunc", [.float], .int)
        case .squareRoot: ("sqrt", [.float], .float)
        case .power: ("pow", [.float, .float], .float)
        case .absInt: ("abs", [.int], .int)
        case .absFloat: ("abs", [.float], .float)
        case .minInt: ("min", [.int, .int], .int)
        case .maxInt: ("max", [.int, .int], .int)
        case .minFloat: ("min", [.float, .float], .float)
        case .maxFloat: ("max", [.float, .float], .float)
        case .floatToInt: ("int", [.float], .int)
        case .formatFloat: ("round", [.float, .int], .string)
        case .exponential: ("exp", [.float], .float)
        case .logarithm: ("log", [.float], .float)
        case .sine: ("sin", [.float], .float)
        case .cosine: ("cos", [.float], .float)
        case .tangent: ("tan", [.float], .float)
        case .clampInt: ("clamp", [.int, .int, .int], .int)
        case .clampFloat: ("clamp", [.float, .float, .float], .float)
        case .groupDigits: ("group", [.int], .string)
        default: nil
        }
    }

    private var textSignature: Signature? {
        switch self {
        case .parseInt: ("parse_int", [.string], .optional(.int))
        case .parseFloat: ("parse_float", [.string], .optional(.float))
        case .length: ("length", [.string], .int)
        case .uppercase: ("upper", [.string], .string)
        case .lowercase: ("lower", [.string], .string)
        case .trim: ("trim", [.string], .string)
        case .contains: ("contains", [.string, .string], .bool)
        case .startsWith: ("starts_with", [.string, .string], .bool)
        case .endsWith: ("ends_with", [.string, .string], .bool)
        case .replace: ("replace", [.string, .string, .string], .string)
        case .split: ("split", [.string, .string], .list(.string))
        case .join: ("join", [.list(.string), .string], .string)
        case .sliceText: ("slice", [.string, .int, .int], .string)
        case .indexOfText: ("index_of", [.string, .string], .optional(.int))
        case .repeatText: ("repeat", [.string, .int], .string)
        case .padStart: ("pad_start", [.string, .int], .string)
        case .padEnd: ("pad_end", [.string, .int], .string)
        default: nil
        }
    }

    private var listSignature: Signature? {
        switch self {
        case .sliceList: ("slice", [.list(.any), .int, .int], .list(.any))
        case .reversed: ("reversed", [.list(.any)], .list(.any))
        case .insert: ("insert", [.list(.any), .int, .any], .int)
        case .removeAt: ("remove_at", [.list(.any), .int], .any)
        case .sortedInts: ("sorted", [.list(.int)], .list(.int))
        case .sortedFloats: ("sorted", [.list(.float)], .list(.float))
        case .sortedTexts: ("sorted", [.list(.string)], .list(.string))
        case .sumInts: ("sum", [.list(.int)], .int)
        case .sumFloats: ("sum", [.list(.float)], .float)
        case .containsInt: ("contains", [.list(.int), .int], .bool)
        case .containsFloat: ("contains", [.list(.float), .float], .bool)
        case .containsText: ("contains", [.list(.string), .string], .bool)
        case .indexOfInt: ("index_of", [.list(.int), .int], .optional(.int))
        case .indexOfFloat: ("index_of", [.list(.float), .float], .optional(.int))
        case .indexOfTextInList: ("index_of", [.list(.string), .string], .optional(.int))
        case .mapCount: ("count", [.map(.any)], .int)
        case .hasKey: ("has", [.map(.any), .string], .bool)
        case .keys: ("keys", [.map(.any)], .list(.string))
        case .values: ("values", [.map(.any)], .list(.any))
        case .removeKey: ("remove", [.map(.any), .string], .bool)
        case .intMapCount: ("count", [.intMap(.any)], .int)
        case .hasIntKey: ("has", [.intMap(.any), .int], .bool)
        case .intKeys: ("keys", [.intMap(.any)], .list(.int))
        case .intValues: ("values", [.intMap(.any)], .list(.any))
        case .removeIntKey: ("remove", [.intMap(.any), .int], .bool)
        default: nil
        }
    }

    private var valueSignature: Signature {
        switch self {
        case .parseJSON: ("parse_json", [.string], .any)
        case .toJSON: ("to_json", [.any], .string)
        case .field: ("field", [.any, .string], .any)
        case .item: ("item", [.any, .int], .any)
        case .year: ("year", [.int], .int)
        case .month: ("month", [.int], .int)
        case .day: ("day", [.int], .int)
        case .hour: ("hour", [.int], .int)
        case .minute: ("minute", [.int], .int)
        case .second: ("second", [.int], .int)
        case .formatTime: ("format_time", [.int, .string], .string)
        case .parseTime: ("parse_time", [.string], .optional(.int))
        // Every other function has its line in one of the tables above.
        default: ("weekday", [.int], .int)
        }
    }
}
