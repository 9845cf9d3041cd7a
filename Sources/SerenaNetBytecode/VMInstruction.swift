// One instruction in its readable form.

/// An instruction as the compiler writes it and the disassembler shows it.
///
/// The form that the VM executes is its own business; see `SerenaNetVM`.
public struct VMInstruction: Hashable, Sendable {
    public var opcode: VMOpcode
    /// The operands as ``VMOpcode/signature`` explains them. Immediates are stored as the bits of an `Int16`. Jump targets are
    /// indices of instructions counted from the first of the function.
    public var a: UInt16
    public var b: UInt16
    public var c: UInt16
    /// The argument registers of an instruction that takes a list of them; `c` is their number. Or the operands from `d` on of
    /// one that has more than three.
    public var arguments: [UInt16]

    /// Stands in `a` of a call whose function returns nothing.
    public static let noRegister: UInt16 = 0xFFFF

    public init(_ opcode: VMOpcode, a: UInt16 = 0, b: UInt16 = 0, c: UInt16 = 0) {
        self.opcode = opcode
        self.a = a
        self.b = b
        self.c = c
        self.arguments = []
    }

    /// An instruction with more than three operands.
    public init(_ opcode: VMOpcode, a: UInt16, b: UInt16, c: UInt16, more: [UInt16]) {
        self.opcode = opcode
        self.a = a
        self.b = b
        self.c = c
        self.arguments = more
    }

    /// An instruction with argument registers.
    public init(_ opcode: VMOpcode, a: UInt16, b: UInt16 = 0, arguments: [UInt16]) {
        self.opcode = opcode
        self.a = a
        self.b = b
        self.c = UInt16(truncatingIfNeeded: arguments.count)
        self.arguments = arguments
    }

    /// The operands with their meaning, in order; those that are not used are left out.
    public var operands: [VMOperand] {
        let signature = opcode.signature
        let first = zip([signature.a, signature.b, signature.c], [a, b, c]).compactMap(VMOperand.init)
        guard signature.more.isEmpty else { return first + zip(signature.more, arguments).compactMap(VMOperand.init) }
        return first + arguments.map { .register($0, isWritten: false) }
    }
}

/// An operand with its meaning.
public enum VMOperand: Hashable, Sendable {
    case register(UInt16, isWritten: Bool)
    case immediate(Int16)
    case constant(UInt16)
    case jump(UInt16)
    case function(UInt16)
    case builtin(UInt16)
    case relation(UInt16)

    init?(kind: OperandKind, bits: UInt16) {
        switch kind {
        case .none, .argumentCount: return nil
        case .write: self = .register(bits, isWritten: true)
        case .read: self = .register(bits, isWritten: false)
        case .immediate: self = .immediate(Int16(bitPattern: bits))
        case .constant: self = .constant(bits)
        case .jump: self = .jump(bits)
        case .function: self = .function(bits)
        case .builtin: self = .builtin(bits)
        case .relation: self = .relation(bits)
        }
    }
}
