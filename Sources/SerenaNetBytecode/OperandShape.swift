// What the operands of an instruction are, in a form that is cheap to look up for every instruction.

/// The operands of ``VMOpcode/signature`` as far as writing and checking an instruction asks for them: no memory of its own.
public struct OperandShape: Sendable {
    public let a: OperandKind
    public let b: OperandKind
    public let c: OperandKind
    /// How many operands stand behind `c`, see ``InstructionSignature/more``.
    public let more: Int
    /// Whether a list of argument registers follows, whose number is `c`.
    public let takesArguments: Bool
    /// Where the target of a jump stands: 0 for `a` and so on; −1 for what does not jump.
    public let jumpPlace: Int
    /// See ``InstructionSignature``.
    public let effect: EffectSet
    public let flow: InstructionFlow
    public let proof: InstructionProof?

    fileprivate init(_ opcode: VMOpcode) {
        let signature = opcode.signature
        a = signature.a
        b = signature.b
        c = signature.c
        more = signature.more.count
        takesArguments = signature.c == .argumentCount
        jumpPlace = signature.operands.firstIndex(of: .jump) ?? -1
        effect = signature.effect
        flow = signature.flow
        proof = signature.proof
    }
}

extension VMOpcode {
    /// By raw value.
    static let operandShapes = allCases.map { OperandShape($0) }

    public var operandShape: OperandShape { Self.operandShapes[Int(rawValue)] }

    /// The ``signature``, for those who ask for its operands alone.
    public var operandKinds: InstructionSignature { signature }
}
