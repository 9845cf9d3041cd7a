// What a task does is inferred through its calls, and held to what its head allows.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import Testing

@Suite struct EffectTests {
    static let cases: [(code: String, effects: EffectSet)] = [
        ("let _x = 1 + 2", .pure), ("say 1", .says), ("remember \"a\" = 1", .writes),
        ("let _x = recall \"a\"", .reads), ("say recall \"a\" ?? \"b\"", [.reads, .says]), ("speaker()", .says),
        ("writer()", [.writes, .says]), ("ping()", .reads), ("if false\n  say 1\nend", .says),
    ]

    private static let others = """
        @task speaker
          @do
            say "x"
          @end
        @end
        @task writer
          @do
            remember "a" = 1
            speaker()
          @end
        @end
        @task ping
          @do
            pong()
          @end
        @end
        @task pong
          @do
            ping()
            let _x = recall "a"
          @end
        @end

        """

    @Test(arguments: cases)
    func effectsAreInferredThroughCalls(code: String, effects: EffectSet) throws {
        for level in OptimizationLevel.allCases {
            let bytecode = try Programs.compile(Programs.task(code) + Self.others, level: level)
            try BytecodeVerifier.verify(bytecode)
            #expect(bytecode.functions[0].effects == effects)
        }
    }

    static let bounds: [(bound: String, code: String, isAllowed: Bool)] = [
        ("pure", "let _x = 1", true), ("pure", "say 1", false), ("says", "say 1", true), ("says", "writer()", false),
        ("says, writes", "writer()", true), ("[says, writes]", "writer()", true), ("reads|says", "speaker()", true),
        ("pure", "ping()", false), ("reads", "ping()", true), ("says", "let _x = 1", true),
    ]

    @Test(arguments: bounds)
    func exceedingADeclaredBoundIsAnError(bound: String, code: String, isAllowed: Bool) {
        let text = Programs.task(code, head: "  effects: \(bound)\n") + Self.others
        #expect(Programs.problems(text) == (isAllowed ? [] : ["FTAI0128 3:12"]))
    }

    @Test func theCauseOfAnEffectIsNamed() throws {
        let text = Programs.task("let _x = 1\nwriter()", head: "  effects: says\n") + Self.others
        let diagnostic = try #require(FTAICompiler().validateSyntax(FTAISource(file: "a", text: text)).first)
        #expect(diagnostic.message == "`main` writes, which its `effects` do not allow")
        #expect(diagnostic.notes == [.init("writes: the call of `writer`", line: 6)])
    }
}
