// Types and operands in a form in which most sound instructions are recognised by a few comparisons.

/// A type in one word: a byte for each of its levels, the outermost lowest.
///
/// Equal words are equal types, as no byte is 0 and no scalar is followed by another byte.
struct TypeWord: Hashable {
    let bits: UInt64

    static let int = TypeWord(bits: 1)
    static let float = TypeWord(bits: 2)
    static let bool = TypeWord(bits: 3)
    static let string = TypeWord(bits: 4)
    static let any = TypeWord(bits: 5)
    private static let list: UInt64 = 6
    private static let optional: UInt64 = 7
    private static let map: UInt64 = 8
    private static let intMap: UInt64 = 9

    /// - Parameter bits: of a type, or 0 for none that is known.
    fileprivate init(bits: UInt64) {
        self.bits = bits
    }

    /// - Returns: nil for a type that has more levels than there are bytes.
    init?(_ type: ValueType) {
        var (bits, shift, type) = (UInt64(0), UInt64(0), type)
        while shift < 64 {
            let code: UInt64
            var inner: ValueType?
            switch type {
            case .int: code = Self.int.bits
            case .float: code = Self.float.bits
            case .bool: code = Self.bool.bits
            case .string: code = Self.string.bits
            case .any: code = Self.any.bits
            case .list(let element): (code, inner) = (Self.list, element)
            case .optional(let element): (code, inner) = (Self.optional, element)
            case .map(let element): (code, inner) = (Self.map, element)
            case .intMap(let element): (code, inner) = (Self.intMap, element)
            }
            bits |= code << shift
            guard let inner else {
                self.bits = bits
                return
            }
            (type, shift) = (inner, shift + 8)
        }
        return nil
    }

    fileprivate var isNullable: Bool { self == .any || bits & 0xFF == Self.optional }
    fileprivate var isMapOfAny: Bool { bits == Self.map | Self.any.bits << 8 }
    fileprivate var elementOfList: TypeWord? { bits & 0xFF == Self.list ? TypeWord(bits: bits >> 8) : nil }
    fileprivate var elementOfMap: TypeWord? { bits & 0xFF == Self.map ? TypeWord(bits: bits >> 8) : nil }
    fileprivate var elementOfIntMap: TypeWord? { bits & 0xFF == Self.intMap ? TypeWord(bits: bits >> 8) : nil }
    fileprivate var elementOfOptional: TypeWord? { bits & 0xFF == Self.optional ? TypeWord(bits: bits >> 8) : nil }
}

/// What one operand must be, see ``OperandKind``.
private enum OperandRule: UInt8 {
    /// Not used.
    case zero
    // As in ``TypeWord``.
    case int = 1
    case float, bool, string, any
    case mapOfAny, nullable
    case element, listOfElement, mapOfElement, intMapOfElement, optionalElement
    case anything, place, relation, constant, argumentCount
    /// Nothing is known here of such an operand.
    case unknown

    /// The type that it must have, if that is one of the scalars.
    @inline(__always) var scalar: UInt64? {
        (Self.int.rawValue...Self.any.rawValue).contains(rawValue) ? UInt64(rawValue) : nil
    }

    init(_ kind: OperandKind) {
        switch kind {
        case .none: self = .zero
        // A proof looks at the functions themselves.
        case .immediate, .function, .builtin, .read(.fromSignature), .write(.fromSignature): self = .anything
        case .jump: self = .place
        case .constant: self = .constant
        case .argumentCount: self = .argumentCount
        case .relation: self = .relation
        case .read(let pattern), .write(let pattern): self = OperandRule(pattern)
        }
    }

    private init(_ pattern: TypePattern) {
        switch pattern {
        case .int: self = .int
        case .float: self = .float
        case .bool: self = .bool
        case .string: self = .string
        case .any: self = .any
        case .mapOfAny: self = .mapOfAny
        case .element: self = .element
        case .listOfElement: self = .listOfElement
        case .mapOfElement: self = .mapOfElement
        case .intMapOfElement: self = .intMapOfElement
        case .optionalElement: self = .optionalElement
        case .nullable: self = .nullable
        default: self = .unknown
        }
    }
}

/// What the verifier asks of an instruction, without memory of its own.
struct OperandRules {
    fileprivate let a: OperandRule
    fileprivate let b: OperandRule
    fileprivate let c: OperandRule
    fileprivate let d: OperandRule
    fileprivate let e: OperandRule
    fileprivate let f: OperandRule
    /// How many operands stand behind `c`.
    fileprivate let more: UInt8
    fileprivate let takesArguments: Bool
    /// Whether what must be proven of the instruction besides does not depend on what its operands have in common.
    fileprivate let suffices: Bool
    /// See ``InstructionSignature``.
    let effect: EffectSet
    let proof: InstructionProof?

    private init(_ opcode: VMOpcode) {
        let signature = opcode.signature
        (a, b, c) = (OperandRule(signature.a), OperandRule(signature.b), OperandRule(signature.c))
        let others = signature.more.map { OperandRule($0) }
        (d, e, f) = (
            others.first ?? .unknown, others.dropFirst().first ?? .unknown, others.dropFirst(2).first ?? .unknown
        )
        more = UInt8(others.count)
        takesArguments = signature.c == .argumentCount
        (effect, proof) = (signature.effect, signature.proof)
        guard others.count <= 3 else {
            suffices = false
            return
        }
        switch signature.proof {
        case nil, .interfaceOfFunction, .interfaceOfBuiltin, .resultOfFunction, .noResultOfFunction, .typeOfConstant,
            .argumentsAreTexts, .argumentsHaveTexts, .resultIsOptionalText, .requestsFollow:
            suffices = true
        default: suffices = false
        }
    }

    /// By opcode.
    static let all = VMOpcode.allCases.map { OperandRules($0) }
}

/// Looks at the operands of the instructions of one function.
///
/// Only ever says of sound operands that they are: for all others, and for those that it does not know, the rules of
/// ``FunctionVerifier`` decide.
struct OperandCheck {
    /// By register; 0 for a type that is not known here.
    private let types: [UInt64]
    private let constants: Int
    private let places: Int

    /// - Parameters:
    ///   - constants: how many the program has.
    ///   - places: how many instructions the function has.
    init(_ function: BytecodeFunction, constants: Int, places: Int) {
        types = function.registers.map { TypeWord($0)?.bits ?? 0 }
        self.constants = constants
        self.places = places
    }

    /// - Parameter rules: those of its opcode.
    func accepts(_ instruction: UnsafePointer<VMInstruction>, _ rules: UnsafePointer<OperandRules>) -> Bool {
        var element: UInt64 = 0
        let count = instruction.pointee.arguments.count
        guard rules.pointee.suffices, fits(instruction.pointee.a, rules.pointee.a, count, &element),
            fits(instruction.pointee.b, rules.pointee.b, count, &element),
            fits(instruction.pointee.c, rules.pointee.c, count, &element)
        else { return false }
        if rules.pointee.takesArguments || Int(rules.pointee.more) + count == 0 { return true }
        guard Int(rules.pointee.more) == count else { return false }
        return fits(instruction.pointee.arguments[0], rules.pointee.d, count, &element)
            && (count < 2 || fits(instruction.pointee.arguments[1], rules.pointee.e, count, &element))
            && (count < 3 || fits(instruction.pointee.arguments[2], rules.pointee.f, count, &element))
    }

    /// - Parameter element: the type for which `element` stands in this instruction; 0 as long as that is not settled.
    @inline(__always)
    private func fits(_ bits: UInt16, _ rule: OperandRule, _ arguments: Int, _ element: inout UInt64) -> Bool {
        if let scalar = rule.scalar { return Int(bits) < types.count && types[Int(bits)] == scalar }
        return fitsOther(bits, rule, arguments, &element)
    }

    private func fitsOther(_ bits: UInt16, _ rule: OperandRule, _ arguments: Int, _ element: inout UInt64) -> Bool {
        func type() -> TypeWord { TypeWord(bits: Int(bits) < types.count ? types[Int(bits)] : 0) }
        switch rule {
        case .zero: return bits == 0
        case .anything: return true
        case .place: return Int(bits) < places
        case .constant: return Int(bits) < constants
        case .relation: return Relation(rawValue: bits) != nil
        case .argumentCount: return Int(bits) == arguments
        case .mapOfAny: return type().isMapOfAny
        case .nullable: return type().isNullable
        case .element: return Self.bind(type(), &element)
        case .listOfElement: return Self.bind(type().elementOfList, &element)
        case .mapOfElement: return Self.bind(type().elementOfMap, &element)
        case .intMapOfElement: return Self.bind(type().elementOfIntMap, &element)
        case .optionalElement: return Self.bind(type().elementOfOptional, &element)
        case .int, .float, .bool, .string, .any, .unknown: return false
        }
    }

    @inline(__always)
    private static func bind(_ found: TypeWord?, _ element: inout UInt64) -> Bool {
        guard let found, found.bits != 0, element == 0 || element == found.bits else { return false }
        element = found.bits
        return true
    }
}
