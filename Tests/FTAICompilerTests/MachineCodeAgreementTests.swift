// Programs do the same as machine code, to the instruction: what they ask for, how they end, and what they take of memory.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import Testing

@testable import SerenaNetVM

@Suite struct MachineCodeAgreementTests {
    /// All that an execution shows.
    private struct Course: Equatable {
        var requests: [HostRequest] = []
        var end: Execution.Step?
        var location: ProgramLocation?
        var instructions: UInt64 = 0
        var memory: MemoryFigures?

        init(
            _ bytecode: FTAIBytecode, inputs: [String: VMValue], _ use: MachineCodeUse, _ pace: CollectorPace,
            _ limit: UInt64
        ) throws {
            let requirements = PerformanceRequirements(
                maxInstructions: limit, maxMemoryUsage: 2 << 20, maxCallDepth: 50)
            let execution = try Execution(
                of: "main", in: LoadedProgram(bytecode, machineCode: use), inputs: inputs, requirements: requirements,
                clock: FrozenClock(), pace: pace)
            var step = execution.advance()
            while case .suspended(let request) = step, requests.count < 200 {
                requests.append(request)
                step = execution.advance(with: Self.answer(to: request))
            }
            end = step
            location = execution.errorLocation
            instructions = execution.instructionsExecuted
            memory = execution.memory
        }

        private static func answer(to request: HostRequest) -> HostAnswer {
            switch request {
            case .callTool(let name, let arguments):
                name.utf8.count % 3 == 0 ? .failed(reason: "it is not there") : .returned(.map(arguments))
            case .askAgent(_, let question): .returned(.string(question))
            case .readClock: .returned(.int(0))
            case .together(let requests): .together(requests.map(answer))
            default: .recalled("é")
            }
        }
    }

    private static func agree(
        _ bytecode: FTAIBytecode, inputs: [String: VMValue] = [:], pace: CollectorPace = .ordinary,
        limit: UInt64 = 200_000, _ text: @autoclosure () -> String
    ) throws -> Bool {
        let interpreted = try Course(bytecode, inputs: inputs, .off, pace, limit)
        let translated = try Course(bytecode, inputs: inputs, .always, pace, limit)
        #expect(translated == interpreted, "\(text())")
        guard case .finished = interpreted.end else { return true }
        return false
    }

    /// So many times as many with `SERENA_LONG_TESTS=1`.
    private static let factor = ProcessInfo.processInfo.environment["SERENA_LONG_TESTS"] == nil ? 1 : 100

    @Test func programsOfTheTestsDoTheSame() throws {
        let programs = ContainerTests.programs.map { Programs.task($0.code) }
        for (index, text) in programs.enumerated() {
            for level in [OptimizationLevel.none, .performance] {
                let bytecode = try Programs.compile(text, level: level)
                _ = try Self.agree(bytecode, pace: index % 2 == 0 ? .ordinary : .hasty, text)
            }
        }
    }

    /// Now and then with a collector at every turn, and with a budget that ends anywhere.
    @Test func programsMadeUpAtRandomDoTheSame() throws {
        var failed = 0
        for seed in 0..<120 * Self.factor {
            var author = ProgramAuthor(seed: UInt64(700_000 + seed))
            let text = Programs.task(author.program()) + ProgramAuthor.callees
            let level = OptimizationLevel.allCases[seed % OptimizationLevel.allCases.count]
            let bytecode = try Programs.compile(text, level: level)
            let limit = seed % 4 == 0 ? UInt64(1 + seed * 7 % 300) : 200_000
            if try Self.agree(bytecode, pace: seed % 3 == 0 ? .hasty : .ordinary, limit: limit, text) { failed += 1 }
        }
        #expect((5 * Self.factor...115 * Self.factor).contains(failed))
    }

    @Test func loopsMadeUpAtRandomDoTheSame() throws {
        for seed in 0..<40 * Self.factor {
            var author = LoopAuthor(seed: UInt64(900_000 + seed))
            let text = Programs.task(author.program())
            let level: OptimizationLevel = seed % 2 == 0 ? .performance : .none
            let bytecode = try Programs.compile(text, level: level)
            let limit = seed % 5 == 0 ? UInt64(1 + seed * 13 % 700) : 100_000
            _ = try Self.agree(bytecode, limit: limit, text)
        }
    }

    /// Bytecode that nobody compiled, as far as the verifier lets it through.
    @Test func changedBytecodeDoesTheSame() throws {
        var mutation = BytecodeMutation(seed: 23)
        var accepted = 0
        let programs = try ContainerTests.programs.map { try Programs.compile(Programs.task($0.code)) }
        for round in 0..<1_200 * Self.factor {
            let program = mutation.changed(programs[round % programs.count])
            guard (try? BytecodeVerifier.verify(program)) != nil else { continue }
            accepted += 1
            _ = try Self.agree(program, limit: 3_000, Disassembly(of: program).text)
        }
        #expect(accepted > 100 * Self.factor)
    }

    /// Its sign and payload depend on the processor, and on the order of operands that the code happens to have.
    @Test(arguments: [MachineCodeUse.off, .always], ["big - big", "-(big - big)", "(big - big) * -1.0"])
    func whatIsNoNumberLeavesInOneForm(use: MachineCodeUse, expression: String) throws {
        let code = "let big = start * 10.0\nreturn \(expression)"
        let source = Programs.task(code, head: "  @input start:float\n  @output none:float\n")
        let bytecode = try FTAICompiler().compile(FTAISource(file: "none.ftai", text: source)).bytecode
        let execution = try Execution(
            of: "main", in: LoadedProgram(bytecode, machineCode: use), inputs: ["start": .float(1e308)],
            requirements: PerformanceRequirements(), clock: FrozenClock())
        guard case .finished(.float(let value)) = execution.advance() else {
            Issue.record("the task should have ended with a float")
            return
        }
        #expect(value.bitPattern == Double.nan.bitPattern)
    }
}
