// The fuzz target of bytecode: whatever a file of it holds, it is refused, or runs within its budgets without doing harm.
//
// The seeds are documents: they are compiled, and what is mutated is the bytecode. The hash at the end is set right each time,
// because no mutation would get past it. An input that begins with `made` is the seed of programs that are made from the
// description of the instruction set, see MadeProgram.swift.

import Crypto
import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM

func fuzzBytecode(_ bytes: [UInt8]) {
    if bytes.starts(with: seedMark) { return fuzzMadePrograms(bytes) }
    let bytes = sealed(bytes)
    guard let bytecode = try? FTAIBytecode(decoding: bytes) else { return }
    precondition(bytecode.encoded() == bytes || !bytecode.metadata.dependencies.isEmpty)
    guard let program = try? LoadedProgram(bytecode) else { return }
    ProgramCount.mutated.add(1, ordering: .relaxed)
    _ = Disassembly(of: bytecode).text
    for task in bytecode.tasks.prefix(4) { _ = ProgramRun.of(task, in: program) }
}

/// The bytes with the hash that belongs to them; a document becomes its program first.
private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: Array("@ftai".utf8)) {
        let level: OptimizationLevel = bytes.count % 2 == 0 ? .none : .performance
        let source = FTAISource(file: "fuzz.ftai", bytes: bytes)
        guard let outcome = try? FTAICompiler().compileWithOptimization(source, level: level) else { return [] }
        return outcome.bytecode.encoded()
    }
    guard bytes.count > 32 else { return bytes }
    return bytes.dropLast(32) + Array(SHA256.hash(data: bytes.dropLast(32)))
}

/// The seed of other programs; or bytecode with some operands, instructions, types and handlers changed, which changed bytes seldom get right; nil when the bytes
/// should be changed, now and then or because they are no bytecode.
func mutatedBytecode(_ bytes: [UInt8], seed: UInt32) -> [UInt8]? {
    var numbers = SeededNumbers(state: UInt64(seed))
    if bytes.starts(with: seedMark) || Bool.random(using: &numbers) {
        return seedMark + withUnsafeBytes(of: numbers.next(), Array.init)
    }
    guard Int.random(in: 0..<8, using: &numbers) > 0, var program = try? FTAIBytecode(decoding: sealed(bytes)),
        !program.functions.isEmpty, !program.instructions.isEmpty
    else { return nil }
    for _ in 0..<Int.random(in: 1...4, using: &numbers) { mutate(&program, &numbers) }
    return program.encoded()
}

private func mutate(_ program: inout FTAIBytecode, _ numbers: inout SeededNumbers) {
    let function = Int.random(in: program.functions.indices, using: &numbers)
    let registers = program.functions[function].registers.count
    let index = Int.random(in: program.instructions.indices, using: &numbers)
    let operand = UInt16.random(in: 0..<UInt16(clamping: max(4, registers)), using: &numbers)
    let types: [ValueType] = [
        .int, .float, .bool, .string, .any, .list(.any), .map(.int), .optional(.string), .list(.int),
        .list(.list(.int)),
    ]
    switch Int.random(in: 0..<11, using: &numbers) {
    case 0: program.instructions[index].a = operand
    case 1: program.instructions[index].b = operand
    case 2: program.instructions[index].c = operand
    case 3: program.instructions[index].c = UInt16.random(in: 0...UInt16.max, using: &numbers)
    case 4:
        guard let place = program.instructions[index].arguments.indices.randomElement(using: &numbers) else { return }
        program.instructions[index].arguments[place] = operand
    case 5: program.instructions[index].opcode = VMOpcode.allCases.randomElement(using: &numbers) ?? .move
    case 6: program.instructions.swapAt(index, Int.random(in: program.instructions.indices, using: &numbers))
    case 7:
        guard registers > 0 else { return }
        program.functions[function].registers[Int(operand) % registers] = types.randomElement(using: &numbers) ?? .int
    case 8: program.functions[function].effects = [.reads, .says, .writes, .calls]
    case 9:
        program.functions[function].result = Bool.random(using: &numbers) ? nil : types.randomElement(using: &numbers)
    default: addHandler(to: &program.functions[function], operand, &numbers)
    }
}

private func addHandler(to function: inout BytecodeFunction, _ operand: UInt16, _ numbers: inout SeededNumbers) {
    let count = function.code.count
    guard count > 0 else { return }
    let start = Int.random(in: 0..<count, using: &numbers)
    let end = Int.random(in: start...count, using: &numbers)
    let target = Int.random(in: 0..<count, using: &numbers)
    function.handlers.append(FaultHandler(range: start..<end, target: target, message: operand))
}
