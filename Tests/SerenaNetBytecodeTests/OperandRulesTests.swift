// What is recognised at a glance is what the rules for operands let through.

import Testing

@testable import SerenaNetBytecode

@Suite struct OperandRulesTests {
    private static let deep = (1..<ValueType.maximumDepth).reduce(ValueType.int) { inner, _ in .list(inner) }

    /// Two registers of each type.
    private static let registers: [ValueType] = [
        .int, .float, .bool, .string, .any, .list(.int), .list(.string), .list(.any), .map(.any), .map(.string),
        .intMap(.string),
        .optional(.string), .optional(.int), .optional(.list(.int)), deep, .list(deep),
    ].flatMap { [$0, $0] }

    private static let program = FTAIBytecode(
        id: "operands", sourceHash: "", instructions: [], functions: [],
        constants: [.int(1), .float(2), .string("three")], tasks: [],
        metadata: BytecodeMetadata(sourceLanguage: "", targetVM: "", sourceFile: "", cacheKey: ""),
        optimizationLevel: .none)

    /// Knuth's linear congruential generator with the multiplier for 64 bits, so that a failure comes again.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 32 | state << 32
        }
    }

    /// An operand that is often, and not always, what belongs there.
    private static func operand(_ kind: OperandKind, arguments: Int, _ numbers: inout Numbers) -> UInt16 {
        guard Int.random(in: 0..<8, using: &numbers) > 0 else { return UInt16.random(in: 0...40, using: &numbers) }
        switch kind {
        case .none: return 0
        case .argumentCount: return UInt16(arguments)
        case .jump, .constant, .function: return UInt16.random(in: 0...3, using: &numbers)
        case .relation: return Relation.allCases.randomElement(using: &numbers)?.rawValue ?? 0
        case .builtin: return UInt16.random(in: 0..<UInt16(Builtin.allCases.count), using: &numbers)
        case .immediate: return UInt16.random(in: 0...3, using: &numbers)
        case .read(let pattern), .write(let pattern):
            let fitting = registers.indices.filter { mayFit(registers[$0], pattern) }
            return UInt16(fitting.randomElement(using: &numbers) ?? 0)
        }
    }

    private static func mayFit(_ type: ValueType, _ pattern: TypePattern) -> Bool {
        switch (pattern, type) {
        case (.int, .int), (.float, .float), (.bool, .bool), (.string, .string), (.any, .any), (.mapOfAny, .map(.any)),
            (.listOfElement, .list), (.mapOfElement, .map), (.intMapOfElement, .intMap), (.optionalElement, .optional),
            (.nullable, .optional),
            (.nullable, .any), (.element, _), (.fromSignature, _):
            true
        default: false
        }
    }

    private static func verdict(on instruction: VMInstruction, looksFirst: Bool) -> VerificationError? {
        let function = BytecodeFunction(
            name: "f", parameterCount: 0, registers: registers, result: .string,
            effects: [.reads, .says, .writes, .calls], code: 0..<2, lines: [0, 0])
        var program = program
        program.functions = [function]
        program.instructions = [instruction, VMInstruction(.jump)]
        do throws(VerificationError) {
            try FunctionVerifier(program: program, function: function).verify(looksFirst: looksFirst)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: VMOpcode.allCases)
    func lookingFirstChangesNoVerdict(on opcode: VMOpcode) {
        var numbers = Numbers(state: UInt64(opcode.rawValue) + 1)
        let signature = opcode.signature
        var sound = 0
        for _ in 0..<200 {
            let count = signature.more.isEmpty ? Int.random(in: 0...3, using: &numbers) : signature.more.count
            let hasArguments = signature.c == .argumentCount || !signature.more.isEmpty
            let wanted = hasArguments || Int.random(in: 0..<8, using: &numbers) == 0 ? count : 0
            let arguments = (0..<wanted).map { place in
                let kind = place < signature.more.count ? signature.more[place] : .read(.string)
                return Self.operand(kind, arguments: count, &numbers)
            }
            let instruction = VMInstruction(
                opcode, a: Self.operand(signature.a, arguments: wanted, &numbers),
                b: Self.operand(signature.b, arguments: wanted, &numbers),
                c: Self.operand(signature.c, arguments: wanted, &numbers), more: arguments)
            let verdict = Self.verdict(on: instruction, looksFirst: true)
            #expect(verdict == Self.verdict(on: instruction, looksFirst: false), "\(instruction)")
            if verdict == nil { sound += 1 }
        }
        // A function with a result may not end without one; the others are seldom right by chance.
        let hasNone: Set<VMOpcode> = [.returnNothing, .together, .call, .callBuiltin]
        #expect(sound > 0 || hasNone.contains(opcode))
    }

    @Test func typesAreTheSameWordWhenTheyAreTheSame() {
        let types = Array(Set(Self.registers))
        for one in types {
            for other in types { #expect((TypeWord(one) == TypeWord(other)) == (one == other)) }
        }
        #expect(TypeWord(Self.deep) != nil && TypeWord(.list(Self.deep)) == nil)
    }
}
