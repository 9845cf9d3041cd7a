// What leaves the VM, for the host or as a result: how much memory it takes, and what happens when it cannot leave.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct LeavingTests {
    private func run(_ text: String, memory: Int) throws -> (Execution.Step, Execution) {
        var requirements = PerformanceRequirements()
        requirements.maxMemoryUsage = memory
        let execution = try Execution(
            of: "main", in: LoadedProgram(Programs.compile(text)), requirements: requirements, clock: FrozenClock())
        var step = execution.advance()
        while case .suspended = step { step = execution.advance() }
        return (step, execution)
    }

    @Test(arguments: ["emit e(text: text)", "let x = call t(text: text)"])
    func requestsDoNotAddUp(request: String) throws {
        let text = Programs.task(
            """
            let text = repeat("x", 1000)
            for i in 1..500
              \(request)
            end
            """)
        #expect(try run(text, memory: 65_536).0 == .finished(nil))
    }

    /// The list leaves as 24 KB, while 150 KB of 175 KB are not needed any more.
    @Test(arguments: [("return list", true), ("emit e(list: list)", false)])
    func whatIsNotNeededMakesRoom(leaving: String, isResult: Bool) throws {
        let text = Programs.task(
            """
            var list: list<\(isResult ? "int" : "any")> = []
            for i in 0..1000
              append(list, i)
            end
            var text = repeat("x", 150000)
            if length(text) < 5
              say text
            end
            text = ""
            \(leaving)
            """, head: isResult ? "  @output list:list<int>\n" : "")
        let (step, execution) = try run(text, memory: 175_000)
        let list = VMValue.list((0...1_000).map { .int($0) })
        #expect(step == .finished(isResult ? list : nil))
        #expect(execution.memory.collector.fullCollections == 1)
    }

    @Test func whatDoesNotFitIsStillRefused() throws {
        let text = Programs.task(
            """
            var list: list<int> = []
            for i in 0..10000
              append(list, i)
            end
            return list
            """, head: "  @output list:list<int>\n")
        guard case (.failed(.memoryExhausted), _) = try run(text, memory: 300_000) else {
            Issue.record("80 KB of numbers leave as half a megabyte")
            return
        }
    }

    @Test(arguments: ["emit e(list: list)", "let x = call t(list: list)", "let x = to_json(list)"])
    func whatIsTooDeepToLeaveIsCaught(request: String) throws {
        let text = Programs.task(
            """
            var list: list<any> = []
            append(list, list)
            try
              \(request)
            catch message, kind
              say kind
            end
            say "on"
            """)
        #expect(try Programs.run(text).said == ["depth", "on"])
    }

    @Test func whatIsTooDeepAmongCallsAtOnceIsCaught() throws {
        let text = Programs.task(
            """
            var list: list<any> = []
            append(list, list)
            try
              parallel
                let x = call first(n: 1)
                let y = call second(list: list)
              end
            catch message, kind
              say kind
            end
            """)
        #expect(try Programs.run(text).said == ["depth"])
    }
}
