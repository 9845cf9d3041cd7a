// The monitor of a VM: what it estimates, held against what the profiler counts.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct MonitorTests {
    private static let document = """
        @ftai v2.0
        @task main
          @input n:int
          @output sum:int
          @do
            var sum = 0
            for i in 1..n
              if i % 4 == 0
                sum = sum + square(i)
              else
                sum = sum + 1
              end
            end
            return sum
          @end
        @end
        @task square
          @input i:int
          @output value:int
          @do
            let text = "{i}"
            return i * i + length(text)
          @end
        @end
        """

    private static let budgets = PerformanceRequirements(maxInstructions: .max)

    private func exact(_ program: LoadedProgram, _ n: Int64) throws -> ExecutionProfile {
        let profiler = try Profiler(
            of: "main", in: program, inputs: ["n": .int(n)], requirements: Self.budgets, clock: FrozenClock())
        _ = profiler.advance()
        return profiler.profile
    }

    private func lines(_ profile: ExecutionProfile) -> [Int: Double] {
        let all = Double(profile.instructionsExecuted)
        return Dictionary(profile.functions.flatMap(\.lines).map { ($0.line, Double($0.instructions) / all) }) {
            $0 + $1
        }
    }

    @Test func theEstimateIsNearWhatIsCounted() throws {
        let program = try LoadedProgram(Programs.compile(Self.document, level: .none))
        let monitor = ProgramMonitor(program)
        let plain = try Execution(
            of: "main", in: program, inputs: ["n": .int(200_000)], requirements: Self.budgets, clock: FrozenClock())
        let watched = try Execution(
            of: "main", in: program, inputs: ["n": .int(200_000)], requirements: Self.budgets, clock: FrozenClock())
        watched.watch(with: monitor)
        #expect(plain.advance() == watched.advance())
        #expect(plain.instructionsExecuted == watched.instructionsExecuted)
        let exact = try exact(program, 20_000)
        let (seen, counted) = (lines(monitor.profile), lines(exact))
        for (line, share) in counted where share > 0.02 {
            #expect(abs((seen[line] ?? 0) - share) < 0.05, "line \(line)")
        }
        let executed = Double(watched.instructionsExecuted)
        #expect(abs(Double(monitor.profile.instructionsExecuted) - executed) < executed * 0.5)
        #expect(Double(monitor.instructionsSeen) < executed * 0.01)
        let calls = monitor.profile.functions[1].calls
        #expect(abs(Double(calls) - 50_000) < 25_000)
        #expect(monitor.profile.functions[1].lines.contains { $0.allocations > 0 && $0.bytes > 0 })
    }

    @Test func shortTasksAreSeenOverManyExecutions() async throws {
        let bytecode = try Programs.compile(Self.document, level: .none)
        let vm = SerenaNetVM(clock: FrozenClock())
        vm.initialize()
        for _ in 0..<200 {
            let result = await vm.execute(
                with: VMExecutionContext(
                    taskId: "main", bytecode: bytecode, inputs: ["n": .int(12)], host: SilentHost(),
                    timestamp: FrozenClock().now))
            #expect(result.success)
        }
        let profile = try #require(vm.profiles.first)
        let exact = try exact(LoadedProgram(bytecode), 12)
        let (seen, counted) = (lines(profile), lines(exact))
        for (line, share) in counted where share > 0.05 {
            #expect(abs((seen[line] ?? 0) - share) < 0.1, "line \(line)")
        }
        let hottest = try #require(vm.getPerformanceMetrics().hotLines.first)
        #expect(hottest.file == "test.ftai")
        #expect((counted[hottest.line] ?? 0) > 0.1)
        #expect(vm.getPerformanceMetrics().tasks.first?.totals.executions == 200)
    }

    @Test func theCompilerReadsWhatTheMonitorSaw() throws {
        let program = try LoadedProgram(Programs.compile(Self.document, level: .none))
        let monitor = ProgramMonitor(program)
        let execution = try Execution(
            of: "main", in: program, inputs: ["n": .int(10_000)], requirements: Self.budgets, clock: FrozenClock())
        execution.watch(with: monitor)
        _ = execution.advance()
        let profile = try ExecutionProfile(json: monitor.profile.json)
        #expect(profile == monitor.profile)
        #expect(profile.describes(program.bytecode))
        let guided = try Programs.compile(
            Self.document, level: .performance, options: CompilationOptions(profile: profile))
        let plain = try Programs.compile(Self.document, level: .performance)
        #expect(guided.metadata.cacheKey != plain.metadata.cacheKey)
    }

    @Test func aRepeatedRunIsSeenInTheSamePlaces() throws {
        let program = try LoadedProgram(Programs.compile(Self.document, level: .basic))
        let profiles = try (0..<2).map { _ in
            let monitor = ProgramMonitor(program)
            for n in [3, 500, 60_000] as [Int64] {
                let execution = try Execution(
                    of: "main", in: program, inputs: ["n": .int(n)], requirements: Self.budgets, clock: FrozenClock())
                execution.watch(with: monitor)
                _ = execution.advance()
            }
            return monitor.profile
        }
        #expect(profiles[0] == profiles[1])
    }

    private struct SilentHost: VMHost {
        func say(_ text: String) async {}
        func remember(key: String, value: String) async throws {}
        func recall(key: String) async throws -> String? { nil }
    }
}
