// Immediates and strength: numbers that fit into an instruction stand in it, and dear operations become cheap ones.

import SerenaNetBytecode

/// Chooses the cheaper of two operations that do the same.
///
/// Before: `v1 = loadInt 3`, `v2 = addInt v0, v1`. After: `v2 = addIntImmediate v0, 3`. Likewise `v0 - 3`, `v0 * -1`, and `v0 * 2`, which is `v0 + v0`.
enum Immediates {
    static func apply(to function: inout IRFunction) {
        let definitions = function.definitions
        for block in function.layout {
            for index in function.blocks[block].code {
                let instruction = function.instructions[index]
                guard instruction.operands.count == 2 else { continue }
                let constants = instruction.operands.map { value -> Int64? in
                    guard definitions[value] >= 0 else { return nil }
                    let source = function.instructions[definitions[value]]
                    return source.opcode == .loadInt ? source.payload : nil
                }
                reduce(&function.instructions[index], constants[0], constants[1])
            }
        }
    }

    private static func reduce(_ instruction: inout IRInstruction, _ first: Int64?, _ second: Int64?) {
        let (a, b) = (instruction.operands[0], instruction.operands[1])
        func add(_ number: Int64, to value: IRValue) {
            instruction.opcode = .addIntImmediate
            instruction.operands = IROperands(value)
            instruction.payload = number
        }
        switch (instruction.opcode, first, second) {
        case (.addInt, _, let number?) where Int16(exactly: number) != nil: add(number, to: a)
        case (.addInt, let number?, _) where Int16(exactly: number) != nil: add(number, to: b)
        case (.subInt, _, let number?) where number != .min && Int16(exactly: -number) != nil: add(-number, to: a)
        case (.mulInt, _, .some(-1)), (.divInt, _, .some(-1)):
            (instruction.opcode, instruction.operands) = (.negInt, IROperands(a))
        case (.mulInt, .some(-1), _), (.subInt, 0?, _):
            (instruction.opcode, instruction.operands) = (.negInt, IROperands(b))
        case (.mulInt, _, 2?): (instruction.opcode, instruction.operands) = (.addInt, IROperands(a, a))
        case (.mulInt, 2?, _): (instruction.opcode, instruction.operands) = (.addInt, IROperands(b, b))
        default: break
        }
    }
}
