// Conversations with the debugger, as a script would have them.

import FTAI
import FTAICompiler
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection
import Testing

/// Time stands still.
struct StoppedClock: EngineClock {
    var now: Instant { Instant(nanoseconds: 0) }

    func sleep(until deadline: Instant) async {}

    func prolong(by duration: Duration) {}
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// What a session wrote.
private final class Transcript {
    var text = ""
}

/// Debugs a document with these commands, and gives what was shown.
private func debug(
    _ document: String, _ commands: [String], task: String = "main", inputs: [String: VMValue] = [:],
    level: OptimizationLevel = .none
) async throws -> String {
    let source = FTAISource(file: "test.ftai", text: document)
    let program = try FTAICompiler().compileForInspection(source, level: level)
    let subject = DebugSubject(
        program: try LoadedProgram(program.bytecode), variables: program.variables,
        sources: [source.file: source.text(SourceRange(0, source.bytes.count))],
        task: try #require(program.bytecode.task(named: task)), inputs: inputs)
    let transcript = Transcript()
    let session = try DebugSession(
        of: subject, clock: StoppedClock(), useColor: false,
        host: { request in
            if case .say(let text) = request { transcript.text += "says \(text)\n" }
            return .done
        }, write: { transcript.text += $0 })
    await session.begin()
    for command in commands {
        transcript.text += "> \(command)\n"
        guard await session.execute(command) else { break }
    }
    return transcript.text
}

@Suite struct DebugSessionTests {
    private static let document = """
        @ftai v2.0
        @task main
          @do
            let words = ["tea", "milk"]
            var total = 0
            for word in words
              let size = length(word)
              total = total + doubled(size)
            end
            say "{total} letters"
          @end
        @end
        @task doubled
          @input n:int
          @output twice:int
          @do
            let twice = n * 2
            return twice
          @end
        @end

        """

    @Test func aSessionStopsShowsAndGoesOn() async throws {
        let text = try await debug(
            Self.document, ["break 8", "continue", "locals", "c", "print total * 10 + size", "c"])
        #expect(
            text == """
                test.ftai, level none; help shows the commands
                main at test.ftai:4
                 →   4      let words = ["tea", "milk"]
                > break 8
                breakpoint 1 at line 8
                > continue
                breakpoint 1
                main at test.ftai:8
                ●→   8        total = total + doubled(size)
                > locals
                  words: list<string> = ["tea", "milk"]
                  total: int = 0
                  word: string = "tea"
                  size: int = 3
                > c
                breakpoint 1
                main at test.ftai:8
                ●→   8        total = total + doubled(size)
                > print total * 10 + size
                64
                > c
                says 14 letters
                the task has ended

                """)
    }

    /// The commands, and what the answer to the last of them has to be.
    static let conversations: [(commands: [String], answer: String)] = [
        (["b doubled", "c", "backtrace"], "→ #0 doubled at test.ftai:17\n  #1 main at test.ftai:8\n"),
        (["b doubled", "c", "frame 1", "locals"], "  word: string = \"tea\"\n"),
        (["b doubled", "c", "next", "locals"], "  n: int = 3\n  twice: int = 6\n"),
        (["b doubled", "c", "out"], "main at test.ftai:8\n"),
        (["b 8", "c", "step"], "doubled at test.ftai:17\n"), (["b 8", "c", "next"], "main at test.ftai:6\n"),
        (["b 8", "c", "next", ""], "main at test.ftai:7\n"),
        (["b 8 if size == 4", "c", "print word"], "\"milk\"\n"),
        (["b 8 if size == 4", "n", "n", "n", "n", "n"], "main at test.ftai:6\n"),
        (["b 8 if nobody == 4", "c"], "the condition of breakpoint 1: there is no variable or input `nobody` here\n"),
        (["b 1", "breakpoints"], "  1: break line 4\n"), (["b 99"], "there is no code on line 99 or behind it\n"),
        (["b doubld"], "there is no task doubld; did you mean doubled?\n"),
        (["b doubled+99"], "doubled has the instructions 0 to "), (["b 8 when size"], "break LINE | TASK"),
        (["b"], "where? break LINE"), (["b 8", "d 1", "c"], "the task has ended\n"),
        (["b 8", "d", "c"], "the task has ended\n"), (["d 5"], "there is no breakpoint and no watch 5\n"),
        (["b 6", "c", "watch total", "c"], "watch 2: total: 0 → 6\n"),
        (["b doubled", "c", "watch n", "d 1", "c"], "watch 2 ends with its task: n\n"),
        (["display total", "b 8", "c", "c"], "  1: total = 6\n"), (["display total", "undisplay 1", "n"], "main at "),
        (["print doubled(21)"], "42\n"), (["print words"], "there is no variable or input `words` here\n"),
        (["print"], "which expression?\n"), (["print 1 / 0"], "division by zero\n"),
        (["print recall \"x\""], "an expression that is looked at must not do anything but compute"),
        (["b 8", "c", "p words[1]"], "\"milk\"\n"),
        (["b 8", "c", "p count(words) > 1 and size < 4"], "true\n"), (["c", "c"], "the task has ended; restart"),
        (["c", "restart", "n"], "main at test.ftai:5\n"), (["stepi"], "main at test.ftai:4\n →"),
        (["disasm"], " →    "), (["registers"], "  r0: list<string> = []  (words)\n"),
        (["list 1"], "     1  @ftai v2.0\n"), (["list doubled"], "    17      let twice = n * 2\n"),
        (["list nobody"], "there is no line and no task nobody\n"), (["frame 7"], "there is no such call"),
        (["nonsense"], "there is no command nonsense"), (["re"], "restart, registers?\n"), (["help"], "  break, b "),
        ([String(repeating: "x", count: 5_000)], "a command has at most 4096 bytes\n"),
        (["p \u{1B}[31m"], "the control character U+001B stands here\n"),
    ]

    @Test(arguments: conversations)
    func commandsAnswer(commands: [String], answer: String) async throws {
        let text = try await debug(Self.document, commands)
        let last = text.components(separatedBy: "> \(commands[commands.count - 1])\n").last ?? ""
        #expect(last.contains(answer), "\(text)")
        #expect(!last.contains("\u{1B}"))
    }

    @Test func aTaskThatFailsCanBeLookedAt() async throws {
        let document = "@ftai v2.0\n@task main\n  @do\n    let xs = [1]\n    let i = 3\n    say xs[i]\n  @end\n@end\n"
        let text = try await debug(document, ["continue", "locals", "step"])
        #expect(text.contains("the task has failed: test.ftai:6: index 3 is outside a list of 1"))
        #expect(text.contains("  xs: list<int> = [1]\n  i: int = 3\n"))
        #expect(text.contains("the task has failed; restart begins again"))
    }

    /// What is caught, what stands in sight then, and where control goes.
    @Test func aFailureThatIsCaughtIsFollowed() async throws {
        let document = """
            @ftai v2.0
            @task main
              @do
                var n = 0
                try
                  n = 5
                  say 1 / (n - 5)
                catch message, kind
                  say "{kind} {n}"
                end
              @end
            @end

            """
        let text = try await debug(document, ["n", "n", "n", "locals", "c"])
        #expect(
            text.contains("  n: int = 5\n  message: string = \"division by zero\"\n  kind: string = \"division\"\n"))
        #expect(text.contains("says division 5"))
    }

    @Test(arguments: OptimizationLevel.allCases)
    func variablesAreFoundAtEveryLevel(level: OptimizationLevel) async throws {
        let text = try await debug(Self.document, ["b doubled", "c", "c", "p n", "frame 1", "p size"], level: level)
        #expect(text.contains("> p n\n4\n") && text.contains("> p size\n4\n"), "\(text)")
    }

    @Test func anEndlessTaskIsStoppedOnRequest() async throws {
        let source = FTAISource(
            file: "test.ftai", text: "@ftai v2.0\n@task main\n  @do\n    while true\n    end\n  @end\n@end\n")
        let program = try FTAICompiler().compileForInspection(source, level: .none)
        let transcript = Transcript()
        let session = try DebugSession(
            of: DebugSubject(
                program: try LoadedProgram(program.bytecode), variables: program.variables,
                sources: [source.file: source.text(SourceRange(0, source.bytes.count))],
                task: program.bytecode.tasks[0], inputs: [:]),
            clock: StoppedClock(), useColor: false, host: { _ in .done }, write: { transcript.text += $0 })
        await session.begin()
        let interruption = session.interruption
        // Asked for again and again, because a request made before the task runs is forgotten when it does.
        let asking = Task { while !Task.isCancelled { interruption.request(); await Task.yield() } }
        _ = await session.execute("continue")
        asking.cancel()
        #expect(transcript.text.contains("interrupted\nmain at test.ftai:4\n"))
    }
}
