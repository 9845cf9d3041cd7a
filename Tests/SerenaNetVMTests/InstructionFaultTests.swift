// Every failure that the description of an instruction names does happen, and arithmetic is right at the edges of its numbers.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct InstructionFaultTests {
    /// What the description calls a failure; nil for those that no instruction alone can have.
    private static func described(_ kind: RuntimeFault.Kind) -> InstructionFault? {
        switch kind {
        case .integerOverflow: .overflow
        case .divisionByZero: .divisionByZero
        case .indexOutside: .outside
        case .nullValue: .null
        case .missingList: .neverMade
        case .callDepth: .callDepth
        case .failed: .message
        case .hostFailed, .toolFailed, .agentFailed: .host
        case .valueTooDeep: .tooDeep
        case .numberConversion, .notJSON: .builtin
        case .cancelled, .unknownTask, .missingInput, .mistypedInput, .unknownInput: nil
        }
    }

    /// The failures of the cases, for each instruction; those of the host are tested below.
    @Test(arguments: VMOpcode.allCases.filter { $0.signature.flow != .suspends })
    func everyFailureThatIsDescribedHasACase(opcode: VMOpcode) {
        let found = InstructionCase.all.filter { $0.opcode == opcode }.compactMap { testCase in
            guard case .fault(let kind) = testCase.expected else { return InstructionFault?.none }
            return Self.described(kind)
        }
        #expect(Set(found) == Set(opcode.signature.faults))
    }

    /// Registers for one instruction of the outside: two texts, a map, a place for each kind of answer.
    private func program(_ opcode: VMOpcode) -> FTAIBytecode {
        let places: [OperandKind: UInt16] = [
            .read(.string): 0, .read(.mapOfAny): 2, .write(.any): 3, .write(.string): 1, .write(.optionalElement): 4,
            .write(.int): 5, .immediate: 1,
        ]
        let signature = opcode.signature
        var code = [VMInstruction(.makeMap, a: 2, arguments: [])]
        code.append(
            VMInstruction(
                opcode, a: places[signature.a] ?? 0, b: places[signature.b] ?? 0, c: places[signature.c] ?? 0))
        if opcode == .together { code.append(VMInstruction(.askAgent, a: 1, b: 0, c: 0)) }
        code.append(VMInstruction(.returnNothing))
        return assemble(
            FunctionSource(
                registers: [.string, .string, .map(.any), .any, .optional(.string), .int],
                effects: [.reads, .says, .writes, .calls], code: code))
    }

    @Test(arguments: VMOpcode.allCases.filter { $0.signature.flow == .suspends })
    func whatTheHostCannotDoEndsTheProgramThere(opcode: VMOpcode) throws {
        let execution = try execution(of: program(opcode))
        guard case .suspended = execution.advance() else {
            Issue.record("\(opcode) did not ask its host")
            return
        }
        let failure = HostAnswer.failed(reason: "no")
        let step = execution.advance(with: opcode == .together ? .together([failure]) : failure)
        let kind = try #require(fault(step))
        #expect(Self.described(kind) == .host)
        #expect(execution.errorLocation?.line == (opcode == .together ? 3 : 2))
    }

    @Test func theHostIsTestedWithEveryInstructionThatAsksIt() {
        #expect(HostTests.opcodes == Set(VMOpcode.allCases.filter { $0.signature.flow == .suspends }))
    }
}

@Suite struct ArithmeticEdgeTests {
    private static let ints: [Int64] = [
        .min, .min + 1, -4_294_967_297, -7, -1, 0, 1, 2, 7, 3_037_000_500, .max - 1, .max,
    ]
    private static let floats = [
        0, -0.0, 1, -1.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0x1p53, .infinity, -.infinity, .nan,
    ]

    /// What an operation on two ints gives in numbers that cannot overflow; nil for division by zero.
    private static let intOperations: [VMOpcode: @Sendable (Int128, Int128) -> Int128?] = [
        .addInt: { $0 + $1 }, .subInt: { $0 - $1 }, .mulInt: { $0 * $1 },
        .divInt: { $1 == 0 ? nil : $0 / $1 },
        .modInt: { $1 == 0 ? nil : ($0 % $1 + $1) % $1 },
        .equalInt: { $0 == $1 ? 1 : 0 }, .lessInt: { $0 < $1 ? 1 : 0 }, .lessEqualInt: { $0 <= $1 ? 1 : 0 },
    ]

    private static let floatOperations: [VMOpcode: @Sendable (Double, Double) -> Double] = [
        .addFloat: { $0 + $1 }, .subFloat: { $0 - $1 }, .mulFloat: { $0 * $1 }, .divFloat: { $0 / $1 },
        .equalFloat: { $0 == $1 ? 1 : 0 }, .lessFloat: { $0 < $1 ? 1 : 0 }, .lessEqualFloat: { $0 <= $1 ? 1 : 0 },
    ]

    @Test func noOperationOnTwoNumbersIsLeftOut() {
        let ofTwo = VMOpcode.allCases.filter { opcode in
            let signature = opcode.signature
            guard signature.more.isEmpty, signature.b == signature.c, case .write = signature.a else { return false }
            return signature.b == .read(.int) || signature.b == .read(.float)
        }
        #expect(Set(ofTwo) == Set(Self.intOperations.keys).union(Self.floatOperations.keys))
    }

    private func loaded(_ opcode: VMOpcode, _ operand: ValueType) throws -> LoadedProgram {
        let result: ValueType = opcode.signature.a == .write(.bool) ? .bool : operand
        return try LoadedProgram(
            assemble(
                FunctionSource(
                    parameters: [operand, operand], registers: [result], result: result,
                    code: [VMInstruction(opcode, a: 2, b: 0, c: 1), VMInstruction(.return, a: 2)])))
    }

    private func step(_ program: LoadedProgram, _ left: VMValue, _ right: VMValue) throws -> Execution.Step {
        try Execution(of: "main", in: program, inputs: inputs([left, right]), clock: SteppingClock()).advance()
    }

    @Test(arguments: VMOpcode.allCases.filter { intOperations[$0] != nil })
    func intsAreExactOrFail(opcode: VMOpcode) throws {
        let operation = try #require(Self.intOperations[opcode])
        let program = try loaded(opcode, .int)
        for left in Self.ints {
            for right in Self.ints {
                let step = try step(program, .int(left), .int(right))
                let exact = operation(Int128(left), Int128(right))
                if let exact, let result = Int64(exactly: exact) {
                    let isBool = opcode.signature.a == .write(.bool)
                    #expect(step == .finished(isBool ? .bool(result == 1) : .int(result)), "\(left) \(right)")
                } else {
                    #expect(fault(step) == (exact == nil ? .divisionByZero : .integerOverflow), "\(left) \(right)")
                }
            }
        }
    }

    @Test(arguments: VMOpcode.allCases.filter { floatOperations[$0] != nil })
    func floatsFollowTheStandard(opcode: VMOpcode) throws {
        let operation = try #require(Self.floatOperations[opcode])
        let program = try loaded(opcode, .float)
        for left in Self.floats {
            for right in Self.floats {
                let exact = operation(left, right)
                switch try step(program, .float(left), .float(right)) {
                case .finished(.float(let result)):
                    #expect(result.bitPattern == exact.bitPattern || result.isNaN && exact.isNaN, "\(left) \(right)")
                case .finished(.bool(let result)): #expect(result == (exact == 1), "\(left) \(right)")
                case let other: Issue.record("\(left) \(right): \(other)")
                }
            }
        }
    }
}
