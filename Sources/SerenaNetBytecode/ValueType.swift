// The types of values, settled before a program runs.

/// The static type of a register, an input or a result.
///
/// Every register has one type for the whole of its function, so that an instruction never has to ask what it holds and the
/// verifier needs a single pass.
public indirect enum ValueType: Hashable, Sendable {
    /// 64-bit signed integer.
    case int
    /// IEEE 754 binary64.
    case float
    case bool
    /// Immutable UTF-8 text.
    case string
    /// A mutable sequence, shared by reference.
    case list(ValueType)
    /// A mutable map from texts to values of one type, in the order in which the keys were first set, shared by reference.
    case map(ValueType)
    /// The same from ints. Outside of the VM, and as `any`, it is a map whose keys are written in decimal.
    case intMap(ValueType)
    /// A value or null. Never nested directly in another optional, and never around `any`.
    case optional(ValueType)
    /// A value whose type is known only while the program runs, or null: what comes from tools and from JSON.
    case any

    /// The deepest nesting of `list`, `map` and `optional` that a program may use.
    public static let maximumDepth = 8
}

/// A value that crosses the border of the VM: an input, a result, an argument of a call to the host.
public enum VMValue: Hashable, Sendable {
    case int(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    case list([VMValue])
    /// In the order of insertion. Of two entries with one key the later counts. The keys of a map from ints are
    /// written in decimal, see ``VMMapEntry/intKey``.
    case map([VMMapEntry])
    case null

    /// The deepest nesting of lists and maps that crosses the border: a value of type `any` can contain itself.
    public static let maximumDepth = 64
}

/// A key of a map and what stands under it.
public struct VMMapEntry: Hashable, Sendable {
    public var key: String
    public var value: VMValue

    public init(key: String, value: VMValue) {
        self.key = key
        self.value = value
    }

    /// An entry of a map from ints.
    public init(key: Int64, value: VMValue) {
        self.init(key: String(key), value: value)
    }

    /// The int that the key is; nil for a text that is not written as an int is: without a plus, blanks or zeros in front.
    /// So no two keys are one int.
    public var intKey: Int64? {
        Int64(key).flatMap { String($0) == key ? $0 : nil }
    }
}

/// What running a task can do besides computing its result.
///
/// The compiler infers the set, the bytecode carries it, and the verifier holds the code to it: speculation may run whatever
/// has no effect that others could notice.
public struct EffectSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Reads memory.
    public static let reads = EffectSet(rawValue: 1)
    /// Speaks.
    public static let says = EffectSet(rawValue: 2)
    /// Writes memory.
    public static let writes = EffectSet(rawValue: 4)
    /// Calls tools or agents.
    public static let calls = EffectSet(rawValue: 8)

    /// No effect at all: the result depends on the inputs alone.
    public static let pure: EffectSet = []
}
