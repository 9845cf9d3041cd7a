// What the stages of a compilation show, and what an author is told.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import Testing

@Suite struct StageTests {
    private static let source = FTAISource(
        file: "test.ftai",
        text: Programs.task(
            "var words: list<string> = []\nfor i in 1..n\n  append(words, \"{i * 2}\")\nend\nsay count(words)",
            head: "  @input n:int\n"))

    static let stages: [(CompilationStage, String)] = [
        (.tree, "set words: list<string> = list<string>()"), (.intermediate, "v1 = makeList: list<string>"),
        (.after(.folding), "// after folding, run 2"), (.bytecode, "listAppend"),
    ]

    @Test(arguments: stages)
    func everyStageCanBeSeen(stage: CompilationStage, part: String) throws {
        let text = try #require(try FTAICompiler().listing(of: Self.source, at: stage, level: .performance))
        #expect(text.contains(part), "\(text)")
    }

    @Test func aPassThatTheLevelDoesNotRunHasNoStage() throws {
        #expect(try FTAICompiler().listing(of: Self.source, at: .after(.inlining), level: .basic) == nil)
        let options = CompilationOptions(disabledPasses: [.folding])
        #expect(
            try FTAICompiler().listing(of: Self.source, at: .after(.folding), level: .basic, options: options) == nil)
    }

    @Test func whatTakesMemoryInALoopIsTold() throws {
        let hints = try FTAICompiler().feedback(on: Self.source, level: .performance)
        #expect(hints.map(\.line) == [7, 7])
        #expect(Set(hints.map(\.kind)) == [.allocationInLoop])
        #expect(hints.allSatisfy { $0.task == "main" })
    }

    @Test func whatIsCaughtSeesWhatWasAssignedUntilThen() throws {
        let text = Programs.task(
            "var n = 1\nlet xs = [1]\ntry\n  n = 2\n  say xs[n]\n  n = 3\ncatch why\n  say \"{n} {why}\"\nend\nsay n")
        for level in OptimizationLevel.allCases {
            #expect(try Programs.run(text, level: level).said == ["2 index 2 is outside a list of 1", "2"])
        }
        let listing = try FTAICompiler().listing(
            of: FTAISource(file: "test.ftai", text: text), at: .intermediate, level: .none)
        #expect(listing?.contains("try b1 catch b2") == true && listing?.contains("c0 = ") == true)
    }

    @Test func anErrorInAnInlinedTaskNamesTheSameTasksAndLine() throws {
        let text =
            Programs.task("let xs = [1]\nsay pick(xs, 3)") + """
                @task pick
                  @input xs:list<int>
                  @input n:int
                  @output value:int
                  @do
                    return at(xs, n)
                  @end
                @end
                @task at
                  @input xs:list<int>
                  @input n:int
                  @output value:int
                  @do
                    return xs[n]
                  @end
                @end

                """
        let plain = try Programs.run(text, level: .none)
        let fast = try Programs.run(text, level: .performance)
        #expect(plain.error == fast.error)
        #expect(fast.error?.description.contains("at") == true)
        let bytecode = try Programs.compile(text, level: .performance)
        #expect(bytecode.functions[0].inlined.map(\.name) == ["pick", "at"])
        #expect(try FTAIBytecode(decoding: bytecode.encoded()) == bytecode)
    }
}
