// Every instruction does what its signature says.

import SerenaNetBytecode
import SerenaNetVM
import Testing

/// A program that uses one instruction, and what comes of it.
struct InstructionCase: CustomTestStringConvertible, Sendable {
    enum Outcome: Hashable, Sendable {
        case value(VMValue)
        case fault(RuntimeFault.Kind)
    }

    let opcode: VMOpcode
    let arguments: [VMValue]
    let expected: Outcome
    let program: FTAIBytecode

    var testDescription: String { "\(opcode) \(arguments) → \(expected)" }

    /// Any code; the arguments are in the first registers.
    init(
        _ opcode: VMOpcode, _ arguments: [VMValue] = [], types: [ValueType]? = nil, registers: [ValueType] = [],
        result: ValueType, constants: [BytecodeConstant] = [], _ expected: Outcome, code: [VMInstruction]
    ) {
        self.opcode = opcode
        self.arguments = arguments
        self.expected = expected
        program = assemble(
            FunctionSource(
                parameters: types ?? arguments.map(\.scalarType), registers: registers, result: result, code: code),
            constants: constants)
    }

    /// An instruction that reads `b` and `c` from the arguments and writes a result.
    init(_ opcode: VMOpcode, _ arguments: VMValue..., gives result: ValueType, _ expected: Outcome) {
        let register = UInt16(arguments.count)
        self.init(
            opcode, arguments, registers: [result], result: result, expected,
            code: [
                VMInstruction(opcode, a: register, b: 0, c: arguments.count > 1 ? 1 : 0),
                VMInstruction(.return, a: register),
            ])
    }

    /// A conditional jump over the arguments: the result is whether it was taken.
    init(_ opcode: VMOpcode, _ arguments: VMValue..., types: [ValueType]? = nil, jumps: Bool) {
        let register = UInt16(arguments.count)
        let jump =
            arguments.count == 1
            ? VMInstruction(opcode, a: 0, b: 3) : VMInstruction(opcode, a: 0, b: 1, c: 3)
        self.init(
            opcode, arguments, types: types, registers: [.bool], result: .bool, .value(.bool(jumps)),
            code: [
                jump, VMInstruction(.loadBool, a: register, b: 0), VMInstruction(.return, a: register),
                VMInstruction(.loadBool, a: register, b: 1), VMInstruction(.return, a: register),
            ])
    }
}

extension VMValue {
    /// The type of a value that has only one; lists are of their first element's type.
    var scalarType: ValueType {
        switch self {
        case .int: .int
        case .float: .float
        case .bool: .bool
        case .string, .null: .string
        case .list(let elements): .list(elements.first?.scalarType ?? .int)
        case .map(let entries): .map(entries.first?.value.scalarType ?? .int)
        }
    }
}

@Suite struct InstructionTests {
    @Test(arguments: InstructionCase.all)
    func givesTheExpectedResult(_ testCase: InstructionCase) throws {
        #expect(testCase.program.instructions.contains { $0.opcode == testCase.opcode })
        let step = try run(testCase.program, testCase.arguments)
        switch testCase.expected {
        case .value(let value): #expect(step == .finished(value))
        case .fault(let kind): #expect(fault(step) == kind)
        }
    }

    /// The instructions that suspend are tested with a host.
    @Test func everyInstructionHasACase() {
        let tested = Set(InstructionCase.all.map(\.opcode)).union(HostTests.opcodes)
        #expect(VMOpcode.allCases.filter { !tested.contains($0) }.isEmpty)
    }

    @Test func notANumberIsNeitherEqualNorLess() throws {
        for opcode in [VMOpcode.equalFloat, .lessFloat, .lessEqualFloat] {
            let testCase = InstructionCase(
                opcode, .float(.nan), .float(.nan), gives: .bool, .value(.bool(false)))
            #expect(try run(testCase.program, testCase.arguments) == .finished(.bool(false)))
        }
    }
}
