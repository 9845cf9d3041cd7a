// Bytecode that nobody compiled: what the verifier lets through may do anything but harm.

import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM
import Testing

/// Changes programs at random, the same way for the same seed.
struct BytecodeMutation {
    /// A generator of numbers that gives the same ones on every machine (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var number = state
            number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
            number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
            return number ^ (number >> 31)
        }
    }

    private var numbers: Numbers

    init(seed: UInt64) {
        numbers = Numbers(state: seed)
    }

    /// The program with one to three changes. All effects are declared, so that any instruction of the outside may stand anywhere.
    mutating func changed(_ program: FTAIBytecode) -> FTAIBytecode {
        var program = program
        for index in program.functions.indices {
            program.functions[index].effects = [.reads, .says, .writes, .calls]
        }
        for _ in 0..<Int.random(in: 1...3, using: &numbers) { mutate(&program) }
        return program
    }

    /// Changes an operand, an instruction, the type of a register or a handler.
    private mutating func mutate(_ program: inout FTAIBytecode) {
        let function = Int.random(in: program.functions.indices, using: &numbers)
        let registers = program.functions[function].registers.count
        let index = Int.random(in: program.instructions.indices, using: &numbers)
        let operand = UInt16.random(in: 0..<UInt16(max(2, registers)), using: &numbers)
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: program.instructions[index].a = operand
        case 1: program.instructions[index].b = operand
        case 2: program.instructions[index].c = operand
        case 3:
            guard !program.instructions[index].arguments.isEmpty else { return }
            let place = Int.random(in: program.instructions[index].arguments.indices, using: &numbers)
            program.instructions[index].arguments[place] = operand
        case 4:
            program.instructions[index].opcode = VMOpcode.allCases.randomElement(using: &numbers) ?? .move
        case 5:
            let other = Int.random(in: program.instructions.indices, using: &numbers)
            program.instructions.swapAt(index, other)
        case 6:
            guard registers > 0 else { return }
            let types: [ValueType] = [.int, .string, .any, .list(.any), .map(.int), .optional(.string), .list(.int)]
            program.functions[function].registers[Int(operand) % registers] =
                types.randomElement(using: &numbers) ?? .int
        default:
            let count = program.functions[function].code.count
            let start = Int.random(in: 0..<count, using: &numbers)
            program.functions[function].handlers.append(
                FaultHandler(
                    range: start..<Int.random(in: start...count, using: &numbers),
                    target: Int.random(in: 0..<count, using: &numbers), message: operand))
        }
    }
}

@Suite struct MutatedBytecodeTests {
    private func runToItsEnd(_ program: FTAIBytecode) throws {
        let requirements = PerformanceRequirements(maxInstructions: 20_000, maxMemoryUsage: 1 << 20, maxCallDepth: 50)
        let execution = try Execution(
            of: "main", in: LoadedProgram(program), requirements: requirements, clock: FrozenClock())
        var step = execution.advance()
        for _ in 0..<200 {
            guard case .suspended(let request) = step else { return }
            switch request {
            case .callTool(_, let arguments): step = execution.advance(with: .returned(.map(arguments)))
            case .readClock: step = execution.advance(with: .returned(.int(0)))
            case .together(let requests):
                step = execution.advance(with: .together(requests.map { _ in .returned(.string("x")) }))
            default: step = execution.advance(with: .recalled("é"))
            }
        }
    }

    @Test func whatTheVerifierAcceptsDoesNoHarm() throws {
        var mutation = BytecodeMutation(seed: 11)
        var accepted = 0
        let programs = try ContainerTests.programs.map { try Programs.compile(Programs.task($0.code)) }
        for round in 0..<6_000 {
            let program = mutation.changed(programs[round % programs.count])
            guard (try? BytecodeVerifier.verify(program)) != nil else { continue }
            accepted += 1
            try runToItsEnd(program)
        }
        #expect(accepted > 500)
    }
}
