// Programs for the tests of the bytecode.

import Foundation
import SerenaNetBytecode

/// A program that uses every field of the format: two functions, all kinds of constants, a task with defaults.
let sample = FTAIBytecode(
    id: "tip", sourceHash: String(repeating: "ab", count: 32),
    instructions: [
        VMInstruction(.loadConstant, a: 3, b: 1), VMInstruction(.mulFloat, a: 2, b: 0, c: 1),
        VMInstruction(.divFloat, a: 2, b: 2, c: 3), VMInstruction(.call, a: 4, b: 1, arguments: [2]),
        VMInstruction(.loadConstant, a: 5, b: 0), VMInstruction(.concatenate, a: 4, arguments: [5, 4, 5, 4, 4]),
        VMInstruction(.say, a: 4), VMInstruction(.return, a: 2),
        VMInstruction(.loadInt, a: 1, b: 2), VMInstruction(.addIntImmediate, a: 1, b: 1, c: 0xFFFF),
        VMInstruction(.jumpEqualInt, a: 1, b: 1, c: 4), VMInstruction(.jump, a: 0),
        VMInstruction(.callBuiltin, a: 2, b: Builtin.formatFloat.rawValue, arguments: [0, 1]),
        VMInstruction(.return, a: 2),
    ],
    functions: [
        BytecodeFunction(
            name: "tip", parameterCount: 2, registers: [.float, .float, .float, .float, .string, .string],
            result: .float, effects: .says, code: 0..<8, lines: [8, 8, 8, 9, 9, 9, 9, 0]),
        BytecodeFunction(
            name: "shown", parameterCount: 1, registers: [.float, .int, .string], result: .string, effects: .pure,
            code: 8..<14, lines: [3, 3, 4, 4, 5, 5]),
    ],
    constants: [.string("Zoë says \"hi\"\n"), .float(100), .int(-7)],
    tasks: [
        TaskDeclaration(
            name: "tip", function: 0,
            inputs: [.init(name: "bill", type: .float), .init(name: "rate", type: .float, defaultValue: .float(15))],
            outputName: "tip", phrases: ["tip on {bill:float}", "trinkgeld für {bill:float}"], agent: "assistant"),
        TaskDeclaration(name: "shown", function: 1, inputs: [.init(name: "amount", type: .float)]),
    ],
    metadata: BytecodeMetadata(
        sourceLanguage: "FTAI 2.0", targetVM: "SerenaNet 1", sourceFile: "tip.ftai",
        dependencies: ["b.ftai": "02", "a.ftai": "01"], cacheKey: "key"),
    optimizationLevel: .basic, compiledAt: Date(timeIntervalSinceReferenceDate: 1234.5))

/// A generator of numbers that gives the same ones on every machine (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}
