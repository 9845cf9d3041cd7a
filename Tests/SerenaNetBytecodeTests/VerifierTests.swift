// The verifier lets the sample through and notices each rule that is broken.

import SerenaNetBytecode
import Testing

/// One change to the sample, and what the verifier says to it.
struct Breach: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let expected: VerificationError.Reason
    let instruction: Int?
    let change: @Sendable (inout FTAIBytecode) -> Void

    init(
        _ name: String, _ expected: VerificationError.Reason, at instruction: Int? = nil,
        change: @escaping @Sendable (inout FTAIBytecode) -> Void
    ) {
        testDescription = name
        self.expected = expected
        self.instruction = instruction
        self.change = change
    }
}

@Suite struct VerifierTests {
    @Test func acceptsASoundProgram() throws {
        try BytecodeVerifier.verify(sample)
    }

    @Test(arguments: Breach.all)
    func refuses(_ breach: Breach) {
        var program = sample
        breach.change(&program)
        let error = #expect(throws: VerificationError.self) { try BytecodeVerifier.verify(program) }
        #expect(error?.reason == breach.expected)
        #expect(error?.instruction == breach.instruction)
    }

    /// Fails to compile when there is a reason without a name here, and fails when there is one without a breach.
    @Test func everyReasonHasABreach() {
        let all: Set<String> = [
            "register outside", "register type", "constant outside", "constant type", "function outside", "built-in",
            "relation", "jump", "argument count", "argument list", "unused operand", "result", "end", "no code",
            "code range", "line count", "inlined calls", "effects", "depth", "optional", "too many", "parameters",
            "inputs", "default", "name", "handler",
        ]
        #expect(Set(Breach.all.map { Self.name(of: $0.expected) }) == all)
        for breach in Breach.all { #expect(!breach.expected.description.isEmpty) }
    }

    private static func name(of reason: VerificationError.Reason) -> String {
        switch reason {
        case .registerOutside: "register outside"
        case .registerType: "register type"
        case .constantOutside: "constant outside"
        case .constantType: "constant type"
        case .functionOutside: "function outside"
        case .unknownBuiltin: "built-in"
        case .unknownRelation: "relation"
        case .jumpOutside: "jump"
        case .argumentCount: "argument count"
        case .argumentList: "argument list"
        case .unusedOperand: "unused operand"
        case .resultMismatch: "result"
        case .noEnd: "end"
        case .noCode: "no code"
        case .codeRange: "code range"
        case .lineCount: "line count"
        case .inlinedCalls: "inlined calls"
        case .effects: "effects"
        case .typeTooDeep: "depth"
        case .optionalInOptional: "optional"
        case .tooMany: "too many"
        case .parameterCount: "parameters"
        case .taskInputs: "inputs"
        case .defaultValue: "default"
        case .duplicateName: "name"
        case .handlerRange: "handler"
        }
    }

    @Test func namesThePlace() {
        var program = sample
        program.instructions[9].b = 12
        let error = #expect(throws: VerificationError.self) { try BytecodeVerifier.verify(program) }
        #expect(error.map { "\($0)" } == "function shown, instruction 1, register r12 is not one of 3")
    }

    /// Every operand of every instruction is looked at: with numbers that mean nothing, none passes.
    @Test(arguments: VMOpcode.allCases)
    func refusesSenselessOperands(opcode: VMOpcode) {
        var program = sample
        program.instructions[0] = VMInstruction(opcode, a: 0xEEEE, b: 0xEEEE, c: 0xEEEE)
        #expect(throws: VerificationError.self) { try BytecodeVerifier.verify(program) }
        // And a register of the wrong type is noticed where a register is written or read.
        for (index, kind) in [opcode.signature.a, opcode.signature.b, opcode.signature.c].enumerated() {
            guard kind == .read(.int) || kind == .write(.int) || kind == .read(.bool) || kind == .write(.bool) else {
                continue
            }
            var operands: [UInt16] = [0, 0, 0]
            operands[index] = 4
            program.instructions[0] = VMInstruction(opcode, a: operands[0], b: operands[1], c: operands[2])
            #expect(throws: VerificationError.self) { try BytecodeVerifier.verify(program) }
        }
    }

    @Test func acceptsRecursionWithItsEffects() throws {
        var program = sample
        program.functions[1].effects = .says
        program.instructions[12] = VMInstruction(.call, a: 0, b: 0, arguments: [0, 0])
        try BytecodeVerifier.verify(program)
    }
}
