// The standard library that is part of the VM: pure functions with fixed types.

/// A function of the standard library. All are pure; those that can fail say how in ``meaning``.
public enum Builtin: UInt16, CaseIterable, Sendable {
    case round, floor, ceiling, truncate, squareRoot, power, absInt, absFloat, minInt, maxInt, minFloat, maxFloat
    case floatToInt, formatFloat, parseInt, parseFloat
    case length, uppercase, lowercase, trim, contains, startsWith, endsWith, replace, split, join

    /// What it is called in source, its parameters, and its result. Overloads share a name.
    public var signature: (name: String, parameters: [ValueType], result: ValueType) {
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
        }
    }
}
