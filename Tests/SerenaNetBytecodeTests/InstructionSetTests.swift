// The description of the instruction set does not contradict itself.

import SerenaNetBytecode
import Testing

@Suite struct InstructionSetTests {
    @Test(arguments: VMOpcode.allCases)
    func theDescriptionIsOfOnePiece(opcode: VMOpcode) {
        let signature = opcode.signature
        let operands = signature.operands
        #expect(!signature.meaning.isEmpty)
        // What is written is one register and the first operand, where a call finds no place for it as well.
        for (place, operand) in operands.enumerated() {
            if case .write = operand { #expect(place == 0) }
            if operand == .argumentCount { #expect(place == 2 && signature.more.isEmpty) }
        }
        #expect(operands.filter { $0 == .jump }.count <= 1)
        // Unused operands stand behind the used ones, but for the second of those that take a list.
        let used = operands.indices.filter { operands[$0] != .none }
        #expect(used == Array(operands.indices.prefix(used.count)) || operands[2] == .argumentCount)
        #expect((signature.flow == .suspends) == (!signature.effect.isEmpty || opcode == .together))
        if signature.flow == .suspends { #expect(signature.faults.contains(.host)) }
        if signature.flow == .ends { #expect(operands[0] == .jump || !operands.contains(.jump)) }
    }

    @Test(arguments: VMOpcode.allCases)
    func theFormToLookUpIsTheDescription(opcode: VMOpcode) {
        let (shape, signature) = (opcode.operandShape, opcode.signature)
        #expect([shape.a, shape.b, shape.c] == Array(signature.operands.prefix(3)))
        #expect(shape.more == signature.more.count && shape.takesArguments == (signature.c == .argumentCount))
        #expect(shape.effect == signature.effect && shape.flow == signature.flow && shape.proof == signature.proof)
        #expect((shape.jumpPlace >= 0 ? shape.jumpPlace : nil) == signature.operands.firstIndex(of: .jump))
    }

    /// Whatever can be asked of an instruction is asked of one at least, so that nothing in the description is idle.
    @Test func everyWordOfTheDescriptionIsUsed() {
        let signatures = VMOpcode.allCases.map(\.signature)
        #expect(Set(signatures.flatMap(\.faults)) == Set(InstructionFault.allCases))
        #expect(Set(signatures.map(\.flow)) == [.goesOn, .ends, .suspends])
        #expect(Set(signatures.compactMap(\.proof)).count == 13)
    }

    /// A program that is written as the description says is written, read and listed as it was.
    @Test(arguments: VMOpcode.allCases)
    func everyInstructionSurvivesItsBinaryForm(opcode: VMOpcode) throws {
        let signature = opcode.signature
        let instruction =
            signature.c == .argumentCount
            ? VMInstruction(opcode, a: 3, arguments: [2, 0, 4, 1, 5])
            : VMInstruction(
                opcode, a: 3, b: 0xFFFE, c: 7, more: signature.more.indices.map { UInt16($0) + 9 })
        var program = sample
        program.instructions[0] = instruction
        let read = try FTAIBytecode(decoding: program.encoded())
        #expect(read.instructions[0] == instruction)
        let used = signature.operands.filter { $0 != .none && $0 != .argumentCount }.count
        #expect(read.instructions[0].operands.count == used + (signature.c == .argumentCount ? 5 : 0))
    }
}
