// Two instructions that are executed at once do what they do one after the other.

import SerenaNetBytecode
import Testing

@testable import SerenaNetVM

@Suite struct InstructionPairTests {
    /// Looks at each instruction alone, and lets all pass: nothing is executed at once under its eyes.
    private struct Onlooker: InstructionObserver {
        static var isActive: Bool { true }
        var seen: UInt64 = 0

        mutating func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool {
            #expect(!pc.plainOpcode.isPair)
            seen += depth > 0 ? 1 : 0
            return true
        }
        mutating func callWillRepeat() {}
        mutating func failureWasCaught() {}
    }

    private static let ints: [VMOpcode] = [.move, .addInt, .subInt, .mulInt, .addIntImmediate]
    private static let floats: [VMOpcode] = [.addFloat, .subFloat, .mulFloat, .mulAddFloat]

    private func instruction(_ opcode: VMOpcode, to a: UInt16, from b: UInt16, and c: UInt16) -> VMInstruction {
        switch opcode {
        case .move: VMInstruction(opcode, a: a, b: b)
        case .addIntImmediate: VMInstruction(opcode, a: a, b: b, c: 3)
        case .mulAddFloat: VMInstruction(opcode, a: a, b: b, c: c, more: [b])
        default: VMInstruction(opcode, a: a, b: b, c: c)
        }
    }

    /// The result, the line where it failed, and how many instructions were executed.
    private func course(_ execution: Execution, _ step: Execution.Step?) -> String {
        let line = execution.errorLocation.map { "\($0.line ?? 0)" } ?? "-"
        return "\(step.map { "\($0)" } ?? "nothing") at \(line) after \(execution.instructionsExecuted)"
    }

    private func compare(_ first: VMOpcode, _ second: VMOpcode, _ type: ValueType, _ values: [VMValue]) throws {
        // The second takes what the first gives; a jump comes to it alone as well.
        let program = assemble(
            FunctionSource(
                parameters: [type, type], registers: [type, type, .bool], result: type,
                code: [
                    instruction(first, to: 2, from: 0, and: 1), instruction(second, to: 3, from: 2, and: 1),
                    VMInstruction(.jumpIf, a: 4, b: 5), VMInstruction(.loadBool, a: 4, b: 1),
                    VMInstruction(.jump, a: 1), VMInstruction(.return, a: 3),
                ]))
        let loaded = try LoadedProgram(program)
        for left in values {
            for right in values {
                func execution() throws -> Execution {
                    try Execution(of: "main", in: loaded, inputs: inputs([left, right]), clock: SteppingClock())
                }
                let (alone, together) = (try execution(), try execution())
                var onlooker = Onlooker()
                let expected = course(alone, alone.advance(with: .done, &onlooker))
                #expect(course(together, together.advance()) == expected, "\(first), \(second): \(left), \(right)")
                #expect(onlooker.seen == alone.instructionsExecuted)
            }
        }
    }

    @Test(arguments: ints) func pairsOfInts(first: VMOpcode) throws {
        let values = ([.min, -1, 2, .max] as [Int64]).map(VMValue.int)
        for second in Self.ints { try compare(first, second, .int, values) }
    }

    @Test(arguments: floats.dropLast()) func pairsOfFloats(first: VMOpcode) throws {
        let values = [-0.0, 0.1, -1e300, .infinity].map(VMValue.float)
        for second in Self.floats { try compare(first, second, .float, values) }
    }

    /// The opcodes of pairs are found by counting: each must be that of its name.
    @Test func everyPairHasItsOwnOpcode() {
        var found: Set<UInt8> = []
        for raw in UInt8(0)...255 {
            for other in UInt8(0)...255 {
                guard let first = MachineOpcode(rawValue: raw), let second = MachineOpcode(rawValue: other),
                    let pair = MachineOpcode.pair(first, second)
                else { continue }
                found.insert(pair.rawValue)
                let name = "\(second)"
                #expect("\(pair)" == "\(first)Then\(name.prefix(1).uppercased())\(name.dropFirst())")
            }
        }
        #expect(found.count == (UInt8(0)...255).compactMap(MachineOpcode.init).filter(\.isPair).count)
    }
}
