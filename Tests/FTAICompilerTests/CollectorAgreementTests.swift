// Programs do the same however often the collector works between their instructions.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import Testing

@testable import SerenaNetVM

@Suite struct CollectorAgreementTests {
    /// What a program asks for, and how it ends.
    private struct Course: Equatable {
        var requests: [HostRequest] = []
        var end: Execution.Step?
    }

    private func course(of program: FTAIBytecode, pace: CollectorPace) throws -> (Course, cycles: Int) {
        let requirements = PerformanceRequirements(maxInstructions: 200_000, maxMemoryUsage: 4 << 20, maxCallDepth: 50)
        let execution = try Execution(
            of: "main", in: LoadedProgram(program), requirements: requirements, clock: FrozenClock(), pace: pace)
        var course = Course()
        var step = execution.advance()
        while case .suspended(let request) = step, course.requests.count < 500 {
            course.requests.append(request)
            switch request {
            case .callTool(_, let arguments): step = execution.advance(with: .returned(.map(arguments)))
            case .readClock: step = execution.advance(with: .returned(.int(0)))
            case .together(let requests):
                step = execution.advance(with: .together(requests.map { _ in .returned(.string("x")) }))
            default: step = execution.advance(with: .recalled("é"))
            }
        }
        course.end = step
        return (course, execution.memory.collector.cycles)
    }

    private static let random = (0..<60).map { seed in
        var author = ProgramAuthor(seed: UInt64(20_000 + seed))
        return Programs.task(author.program()) + ProgramAuthor.callees
    }

    @Test func theCollectorChangesNothing() throws {
        var cycles = 0
        let level = OptimizationLevel.allCases
        let programs = ContainerTests.programs + IntMapTests.programs
        for (index, text) in (programs.map { Programs.task($0.code) } + Self.random).enumerated() {
            let source = FTAISource(file: "test.ftai", text: text)
            let program = try FTAICompiler().compileWithOptimization(source, level: level[index % level.count]).bytecode
            let ordinary = try course(of: program, pace: .ordinary)
            let hasty = try course(of: program, pace: .hasty)
            #expect(hasty.0 == ordinary.0, "\(text)")
            cycles += hasty.cycles
        }
        #expect(cycles > 100)
    }
}
