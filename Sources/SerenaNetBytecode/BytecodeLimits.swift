// How large a program may be, and the properties of types and instructions that the limits speak of.

/// The bounds that every program keeps, so that operands fit their 16 bits and loading takes bounded time and memory.
///
/// ``BytecodeVerifier`` refuses what exceeds them; a compiler reports it to the author before that.
public enum BytecodeLimits {
    /// Registers of one function. A register's byte offset must fit 16 bits.
    public static let registers = 4_096
    /// Functions of a program: as many as a 16-bit operand can name, without ``VMInstruction/noRegister``.
    public static let functions = 65_535
    /// Constants of a program.
    public static let constants = 65_536
    /// Words of one function's code, see ``VMInstruction/wordCount``. Jump distances must fit 16 bits with their sign.
    public static let functionWords = 32_767
}

extension VMInstruction {
    /// How many 64-bit words the instruction takes: itself, and one for each four arguments.
    public var wordCount: Int {
        1 + (arguments.count + 3) / 4
    }

    /// An immediate operand as the signed number that it stands for.
    public static func immediate(_ bits: UInt16) -> Int16 {
        Int16(bitPattern: bits)
    }
}

extension BytecodeFunction {
    /// The source line of the instruction at `index`, counted from the function's first; nil where there is none.
    public func line(at index: Int) -> Int? {
        guard lines.indices.contains(index), lines[index] != 0 else { return nil }
        return Int(lines[index])
    }
}

extension FTAIBytecode {
    /// The source line of the instruction at `index` of ``instructions``; nil where there is none.
    public func line(ofInstruction index: Int) -> Int? {
        guard let function = functions.first(where: { $0.code.contains(index) }) else { return nil }
        return function.line(at: index - function.code.lowerBound)
    }

    /// The instructions of `function`, as far as they exist.
    public func instructions(of function: BytecodeFunction) -> ArraySlice<VMInstruction> {
        instructions[function.code.clamped(to: instructions.indices)]
    }
}

extension ValueType {
    /// How deep `list`, `map` and `optional` are nested; 1 for a scalar. Counted without recursion: the type may come from outside.
    public var depth: Int {
        var depth = 1
        var type = self
        while let inner = type.element {
            depth += 1
            type = inner
        }
        return depth
    }

    /// The type within a list, a map or an optional; nil for any other type.
    public var element: ValueType? {
        switch self {
        case .list(let element), .map(let element), .intMap(let element), .optional(let element): element
        case .int, .float, .bool, .string, .any: nil
        }
    }

    /// Whether an optional stands directly in an optional, or around `any`, which may be null anyway.
    public var nestsOptionals: Bool {
        var type = self
        while let inner = type.element {
            if case .optional = type {
                switch inner {
                case .optional, .any: return true
                default: break
                }
            }
            type = inner
        }
        return false
    }

    /// Whether values of the type are held by reference, so that a register must never hold anything else.
    public var isReference: Bool {
        switch self {
        case .string, .list, .map, .intMap, .optional, .any: true
        case .int, .float, .bool: false
        }
    }
}

extension ValueType {
    /// The type of a value of this type that may be missing.
    public var orNull: ValueType {
        switch self {
        case .optional, .any: self
        default: .optional(self)
        }
    }

    /// Whether a register of the type can hold null.
    public var isNullable: Bool {
        switch self {
        case .optional, .any: true
        case .int, .float, .bool, .string, .list, .map, .intMap: false
        }
    }
}

extension ValueType: CustomStringConvertible {
    /// As it is written in source: `list<float>`, `string?`.
    public var description: String {
        switch self {
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .string: "string"
        case .list(let element): "list<\(element)>"
        case .map(let element): "map<string, \(element)>"
        case .intMap(let element): "map<int, \(element)>"
        case .any: "any"
        case .optional(let element): "\(element)?"
        }
    }
}

extension VMValue {
    /// Whether the value is one of `type`, with everything in it. An integer is not a float.
    public func fits(_ type: ValueType) -> Bool {
        switch (self, type) {
        case (.int, .int), (.float, .float), (.bool, .bool), (.string, .string), (.null, .optional): true
        case (.list(let elements), .list(let element)): elements.allSatisfy { $0.fits(element) }
        case (.map(let entries), .map(let element)): entries.allSatisfy { $0.value.fits(element) }
        case (.map(let entries), .intMap(let element)):
            entries.allSatisfy { $0.intKey != nil && $0.value.fits(element) }
        case (_, .any): true
        case (.null, _): false
        case (_, .optional(let element)): fits(element)
        default: false
        }
    }
}

extension EffectSet: CustomStringConvertible {
    /// The effects by name, such as `reads, says`; `pure` when there are none.
    public var description: String {
        let names: [(EffectSet, String)] = [(.reads, "reads"), (.says, "says"), (.writes, "writes"), (.calls, "calls")]
        let present = names.filter { contains($0.0) }.map(\.1)
        return present.isEmpty ? "pure" : present.joined(separator: ", ")
    }
}
