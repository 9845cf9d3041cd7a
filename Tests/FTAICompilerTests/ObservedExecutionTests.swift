// Programs that were made up at random do the same when they are counted and when they are debugged.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct ObservedExecutionTests {
    /// More programs with `SERENA_LONG_TESTS=1`.
    private static let count = ProcessInfo.processInfo.environment["SERENA_LONG_TESTS"] == nil ? 20 : 2_000

    private static func text(seed: Int) -> String {
        var author = ProgramAuthor(seed: UInt64(seed))
        return Programs.task(author.program()) + ProgramAuthor.callees
    }

    @Test(arguments: 0..<count)
    func countingChangesNothingAndMissesNothing(seed: Int) throws {
        let text = Self.text(seed: 500_000 + seed)
        let level = OptimizationLevel.allCases[seed % OptimizationLevel.allCases.count]
        let plain = try Programs.run(text, level: level)
        let profiler = try Profiler(
            of: "main", in: LoadedProgram(Programs.compile(text, level: level)), clock: FrozenClock())
        var said: [String] = []
        var step = profiler.advance()
        while case .suspended(let request) = step {
            if case .say(let text) = request { said.append(text) }
            step = profiler.advance()
        }
        #expect(said == plain.said && Self.error(step) == plain.error, "\(text)")
        #expect(profiler.execution.instructionsExecuted == plain.instructions, "\(text)")
        #expect(profiler.profile.instructionsExecuted == plain.instructions, "\(text)")
        #expect(profiler.callTree.totals[0] == plain.instructions, "\(text)")
        #expect(try ExecutionProfile(json: profiler.profile.json) == profiler.profile)
        let jumps = profiler.profile.functions.flatMap { function in
            function.jumps.filter { $0.taken > function.executions[$0.instruction] }
        }
        #expect(jumps.isEmpty, "\(text)")
    }

    /// Stops at every line for a while, and looks at every register and every variable of every call there.
    @Test(arguments: 0..<count)
    func steppingAndLookingChangeNothing(seed: Int) throws {
        let text = Self.text(seed: 600_000 + seed)
        let level = OptimizationLevel.allCases[seed % OptimizationLevel.allCases.count]
        let plain = try Programs.run(text, level: .none)
        let program = try FTAICompiler().compileForInspection(FTAISource(file: "test.ftai", text: text), level: level)
        let debugger = try Debugger(of: "main", in: LoadedProgram(program.bytecode), clock: FrozenClock())
        let plans: [Debugger.Plan] = [.into, .over, .instruction, .into, .out]
        var said: [String] = []
        var stops = 0
        var stop = debugger.resume(.into)
        while true {
            if case .ended(let step) = stop {
                #expect(said == plain.said && Self.error(step) == plain.error, "\(text)")
                return
            }
            if case .waiting(let request) = stop {
                if case .say(let text) = request { said.append(text) }
                stop = debugger.proceed()
                continue
            }
            stops += 1
            if stops <= 100 { look(at: debugger, program) }
            stop = debugger.resume(stops <= 400 ? plans[stops % plans.count] : .run)
        }
    }

    private func look(at debugger: Debugger, _ program: InspectableProgram) {
        for frame in debugger.frames {
            let function = program.bytecode.functions[frame.position.function]
            for (register, type) in function.registers.enumerated() {
                let value = debugger.value(ofRegister: register, in: frame)
                #expect(value.map { $0.fits(type) } == true, "r\(register): \(type)")
            }
            for variable in program.variables[frame.position.function] {
                #expect(function.registers[variable.register] == variable.type)
            }
        }
    }

    private static func error(_ step: Execution.Step) -> VMError? {
        if case .failed(let error) = step { error } else { nil }
    }
}
