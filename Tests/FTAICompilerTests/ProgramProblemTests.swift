// What is wrong with a program is found, all of it, with its place in the file.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import Testing

/// Code and what is wrong with it. The code begins in line 4 and column 5.
struct BadProgram: Sendable, CustomTestStringConvertible {
    let code: String
    let problems: [String]

    init(_ code: String, _ problems: String...) {
        self.code = code
        self.problems = problems
    }

    var testDescription: String { code }
}

@Suite struct ProgramProblemTests {
    static let bad = [
        // Words
        BadProgram("say $x", "FTAI0101 4:9", "FTAI0201 4:10"),
        BadProgram("say \"open", "FTAI0102 4:9"),
        BadProgram("let x = 99999999999999999999\nsay x", "FTAI0103 4:13"),
        BadProgram("let x = 9223372036854775808\nsay x", "FTAI0103 4:13"),
        BadProgram("let x = 1e999\nsay x", "FTAI0103 4:13"),
        BadProgram("say \"a\\qb\"", "FTAI0104 4:11"),
        BadProgram("say \"a {b\"", "FTAI0105 4:12"),
        BadProgram("say \"{} {1 +}\"", "FTAI0105 4:10", "FTAI0110 4:17"),
        // Grammar
        BadProgram("let = 3", "FTAI0110 4:9"),
        BadProgram("let x 3", "FTAI0110 4:11"),
        BadProgram("say 1 2", "FTAI0110 4:11"),
        BadProgram("sya \"x\"", "FTAI0110 4:5"),
        BadProgram("1 + 2", "FTAI0110 4:5"),
        BadProgram("abs(1) + 2", "FTAI0110 4:5"),
        BadProgram("abs(1) = 2", "FTAI0110 4:5"),
        BadProgram("say (1", "FTAI0110 4:11"),
        BadProgram("say max(1,\n  2\nsay 3", "FTAI0110 5:8"),
        BadProgram("if true\n  say 1", "FTAI0111 4:5"),
        BadProgram("while 1 ==\nend\nsay 2", "FTAI0110 4:15"),
        BadProgram("end\nsay 1\nelse", "FTAI0112 4:5", "FTAI0112 6:5"),
        BadProgram("for i in 1..2\nelse\nend", "FTAI0112 5:5"),
        BadProgram("if true\nelse\nelse\nend", "FTAI0112 6:5"),
        BadProgram("say 1 < 2 < 3", "FTAI0114 4:15"),
        BadProgram("break", "FTAI0210 4:5"),
        BadProgram("if true\n  continue\nend", "FTAI0210 5:7"),
        // Names
        BadProgram("say nmae", "FTAI0201 4:9"),
        BadProgram("x = 1", "FTAI0201 4:5"),
        BadProgram("let x = x", "FTAI0201 4:13"),
        BadProgram("if true\n  let x = 1\n  say x\nend\nsay x", "FTAI0201 8:9"),
        BadProgram("say rond(1.0)", "FTAI0202 4:9"),
        BadProgram("let x = 1\nlet x = 2\nsay x", "FTAI0122 5:9"),
        BadProgram("let x = 1\nfor x in 1..2\n  say x\nend", "FTAI0122 5:9"),
        BadProgram("let x = 1\nx = 2\nsay x", "FTAI0207 5:5"),
        BadProgram("for i in 1..2\n  i = 3\nend", "FTAI0207 5:7"),
        BadProgram("let unused = 1", "FTAI0220 4:9"),
        BadProgram("var x = 1\nx = 2", "FTAI0220 4:9"),
        // Types
        BadProgram("let x: int = 1.5\nsay x", "FTAI0203 4:18"),
        BadProgram("let x: nit = 1\nsay x", "FTAI0125 4:12"),
        BadProgram("let x: list<int = [1]\nsay x", "FTAI0110 4:21"),
        BadProgram("var x = 1\nx = \"a\"\nsay x", "FTAI0203 5:9"),
        BadProgram("if 1\nend", "FTAI0203 4:8"),
        BadProgram("while \"x\"\nend", "FTAI0203 4:11"),
        BadProgram("for i in 1.5..2\n  say i\nend", "FTAI0203 4:14"),
        BadProgram("for i in 3\n  say i\nend", "FTAI0203 4:14"),
        BadProgram("let xs = [1, \"a\"]\nsay count(xs)", "FTAI0203 4:18"),
        BadProgram("let xs = [1]\nsay xs[\"a\"]", "FTAI0203 5:12"),
        BadProgram("let xs = [1]\nxs[0] = \"a\"\nsay xs[0][0]", "FTAI0203 5:13", "FTAI0203 6:9"),
        BadProgram("say [1]", "FTAI0203 4:9"),
        BadProgram("say \"{[1]}\"", "FTAI0203 4:11"),
        BadProgram("remember 1 = 2", "FTAI0203 4:14"),
        BadProgram("say \"a\" + \"b\"", "FTAI0204 4:9"),
        BadProgram("say 1 + true", "FTAI0204 4:13"),
        BadProgram("say -\"a\"", "FTAI0204 4:10"),
        BadProgram("say 1.5 % 2", "FTAI0204 4:9"),
        BadProgram("say 1 == \"a\"", "FTAI0204 4:9"),
        BadProgram("say true < false", "FTAI0204 4:9"),
        BadProgram("say [1] == [1]", "FTAI0204 4:9"),
        BadProgram("say 1 == null", "FTAI0204 4:9"),
        BadProgram("say not 1", "FTAI0203 4:13"),
        BadProgram("let x = null\nsay 1", "FTAI0211 4:13"),
        BadProgram("let x = []\nsay 1", "FTAI0211 4:13"),
        BadProgram("let x: int = null\nsay x", "FTAI0203 4:18"),
        // Null
        BadProgram("let a: int? = 1\nsay a", "FTAI0212 5:9"),
        BadProgram("let a: int? = 1\nsay a + 1", "FTAI0212 5:9"),
        BadProgram("let a: int? = 1\nlet b: int = a\nsay b", "FTAI0212 5:18"),
        BadProgram("let a: int? = 1\nsay \"{a == 1}\"", "FTAI0212 5:11"),
        BadProgram("let a: int? = 1\nsay abs(a)", "FTAI0212 5:13"),
        BadProgram("let a: list<int>? = [1]\nsay a[0]", "FTAI0212 5:9"),
        BadProgram("var a: int? = 1\nif a != null\n  a = null\n  say a + 1\nend", "FTAI0212 7:11"),
        BadProgram("var a: int? = 1\nif a == null\n  return\nend\na = null\nsay a + 1", "FTAI0212 9:9"),
        BadProgram("let a: int? = 1\nif a != null or true\n  say a + 1\nend", "FTAI0212 6:11"),
        BadProgram("say 1 ?? 2", "FTAI0222 4:9"),
        BadProgram("let a: int? = 1\nif a != null\n  say \"{a != null}\"\nend", "FTAI0222 6:13"),
        // Calls
        BadProgram("say round()", "FTAI0205 4:9"),
        BadProgram("say round(\"a\")", "FTAI0205 4:9"),
        BadProgram("say count(1)", "FTAI0205 4:15"),
        BadProgram("append([1])", "FTAI0205 4:5"),
        BadProgram("say append([1], 2)", "FTAI0206 4:9"),
        BadProgram("say main()", "FTAI0206 4:9"),
        BadProgram("main(1)", "FTAI0205 4:10"),
        BadProgram("say abs(x: 1)", "FTAI0205 4:13"),
        // Flow
        BadProgram("return 1", "FTAI0209 4:12"),
        BadProgram("return\nsay 1", "FTAI0221 5:5"),
        BadProgram("while true\nend\nsay 1", "FTAI0221 6:5"),
        // Several at once
        BadProgram("say nmae\nlet x: int = \"a\"\nsay rond(x)", "FTAI0201 4:9", "FTAI0203 5:18", "FTAI0202 6:9"),
    ]

    @Test(arguments: bad)
    func problemsAreFoundWhereTheyAre(program: BadProgram) {
        #expect(Programs.problems(Programs.task(program.code)) == program.problems)
    }

    @Test func aTagInCodeIsToldOfOnceWithTheEndThatIsMissing() {
        let second = "@task b\n  @input x:int\n  @do\n    say \"{x}\"\n  @end\n@end\n"
        let text = "@ftai v2.0\n@task a\n  @do\n    say \"1\"\n\(second)"
        let problems = FTAICompiler().validateSyntax(FTAISource(file: "a", text: text))
        #expect(problems.map { "\($0.code.rawValue) \($0.line):\($0.column)" } == ["FTAI0101 5:1"])
        #expect(problems.first?.message == "`@task` is a tag, and this is code")
        #expect(problems.first?.help == "Is the `@end` of this `@do` missing before it?")
    }

    static let helps: [(code: String, help: String?)] = [
        ("try\n  say 1\nend", "Write `catch` before its `end`."),
        ("try\n  say 1", "Write `catch`, and an `end` behind it."), ("say 1 2", nil),
    ]

    @Test(arguments: helps)
    func helpIsGivenWhereThereIsAny(code: String, help: String?) {
        let source = FTAISource(file: "a", text: Programs.task(code))
        #expect(FTAICompiler().validateSyntax(source).map(\.help) == [help])
    }

    @Test func blocksThatAreTooDeepAreToldOfAsCode() {
        let code = String(repeating: "if true\n", count: 250) + String(repeating: "end\n", count: 250)
        let problems = FTAICompiler().validateSyntax(FTAISource(file: "a", text: Programs.task(code)))
        #expect(Set(problems.map(\.message)) == ["code is nested deeper than 200"])
    }

    static let badHeads = [
        ("  @input x\n", "FTAI0124 3:10"), ("  @input 2x:int\n", "FTAI0124 3:10"),
        ("  @input if:int\n", "FTAI0124 3:10"),
        ("  @input x:nit\n", "FTAI0125 3:12"), ("  @input x:int y\n", "FTAI0126 3:16"),
        ("  @input x:int 1.5\n", "FTAI0126 3:16"), ("  @input x:list<int> [1, a]\n", "FTAI0126 3:22"),
        ("  @input x:int 1\n  @input x:int 2\n", "FTAI0122 4:10"), ("  @output\n", "FTAI0124 3:3"),
        ("  @output x:int 3\n", "FTAI0208 2:7, FTAI0124 3:16"),
        ("  effects: pure, shouts\n", "FTAI0127 3:12"), ("  phrase: [hello]\n", "FTAI0132 3:3"),
        ("  phrases: [\"hi {name\"]\n", "FTAI0129 3:13"), ("  phrases: [\"hi (a|b\"]\n", "FTAI0129 3:13"),
        ("  phrases: [hi {nmae}]\n  @input name:string Ann\n", "FTAI0130 3:13"),
        ("  phrases: [hi {n:string}]\n  @input n:int 1\n", "FTAI0130 3:13"),
        ("  phrases: [hi]\n  @input n:int\n", "FTAI0131 3:13"),
        ("  @do\n  @end\n", "FTAI0123 5:3"), ("  @output x:int\n", "FTAI0208 2:7"),
    ]

    @Test(arguments: badHeads)
    func problemsOfTheHeadAreFoundWhereTheyAre(head: String, problems: String) {
        #expect(Programs.problems(Programs.task("", head: head)).joined(separator: ", ") == problems)
    }

    @Test func documentsWithoutProgramsAndWithClashingTasksAreRefused() {
        let source = FTAISource(file: "a", text: "@ftai v2.0\n@task a\n@end\n")
        #expect(FTAICompiler().validateSyntax(source).isEmpty)
        let error = #expect(throws: CompilationError.self) { try FTAICompiler().compile(source) }
        #expect(error?.diagnostics.map(\.code) == [.taskMissing])
        #expect(Programs.problems("@ftai v2.0\n@task my task\n  @do\n  @end\n@end\n") == ["FTAI0121 2:7"])
        #expect(Programs.problems("@ftai v2.0\n@task\n  @do\n  @end\n@end\n") == ["FTAI0121 2:1"])
        let twice = "@task a\n  @do\n  @end\n@end\n@task A\n  @do\n  @end\n@end\n"
        #expect(Programs.problems("@ftai v2.0\n" + twice) == ["FTAI0122 6:7"])
        #expect(Programs.problems("@ftai v2.0\n@task round\n  @do\n  @end\n@end\n") == ["FTAI0122 2:7"])
    }

    static let calls = [
        ("f(1)", "FTAI0205 4:5"), ("f(1, \"a\", 3)", "FTAI0205 4:15"), ("f(b: \"x\", 1)", "FTAI0205 4:15"),
        ("f(1, a: 2)", "FTAI0205 4:10"), ("f(a: 1, c: 2)", "FTAI0205 4:13"), ("f(\"x\", \"y\")", "FTAI0203 4:7"),
        ("f(a: 1, b: 2)", "FTAI0203 4:16"), ("f(1, \"a\")", ""),
    ]

    @Test(arguments: calls)
    func argumentsMustFitTheTask(call: String, problems: String) {
        let callee = "@task f\n  @input a:int\n  @input b:string\n  @do\n    say \"{a} {b}\"\n  @end\n@end\n"
        #expect(Programs.problems(Programs.task(call) + callee).joined(separator: ", ") == problems)
    }

    static let returns: [(code: String, problems: String)] = [
        ("return 1", ""), ("return", "FTAI0209 5:5"), ("return \"a\"", "FTAI0209 5:12"), ("say 1", "FTAI0208 2:7"),
        ("if true\n  return 1\nend", "FTAI0208 2:7"), ("if true\n  return 1\nelse\n  return 2\nend", ""),
        ("while true\n  say 1\nend", ""), ("while true\n  break\nend", "FTAI0208 2:7"),
        ("for i in 1..2\n  return i\nend", "FTAI0208 2:7"),
        ("while true\n  while true\n    break\n  end\nend", ""),
    ]

    @Test(arguments: returns)
    func everyWayThroughATaskMustReturnItsOutput(code: String, problems: String) throws {
        let text = Programs.task(code, head: "  @output value:int\n")
        #expect(Programs.problems(text).joined(separator: ", ") == problems)
        guard problems.isEmpty else { return }
        for level in OptimizationLevel.allCases {
            try BytecodeVerifier.verify(try Programs.compile(text, level: level))
        }
    }

    @Test func threeErrorsInOneFileAreAllShownWithTheirCarets() throws {
        let text = Programs.task("let x: int = \"a\"\nsay nmae\nif 1\n  say 2\nend")
        let source = FTAISource(file: "three.ftai", text: text)
        let error = try #require(throws: CompilationError.self) { try FTAICompiler().compile(source) }
        let shown = DiagnosticRenderer(useColor: false).render(error.diagnostics, source: source)
        for part in [
            "three.ftai:4:18: error: expected an int, found a string [FTAI0203]", "three.ftai:5:9: error:",
            "three.ftai:6:8: error:", "   |                  ^~~", "3 errors\n",
        ] {
            #expect(shown.contains(part), "\(part) in\n\(shown)")
        }
        #expect(error.description == "three.ftai:4:18: expected an int, found a string (and 2 more)")
    }

    @Test func misspeltNamesAreMetWithASuggestion() {
        let text = Programs.task("let name = 1\nsay nmae\nsay rond(1.0)\nsya 1\nmian()", head: "  phrase: []\n")
        let diagnostics = FTAICompiler().validateSyntax(FTAISource(file: "a", text: text))
        let help = diagnostics.compactMap(\.help).filter { $0.hasPrefix("Did") }
        #expect(
            help == [
                "Did you mean `phrases`?", "Did you mean `name`?", "Did you mean `round`?", "Did you mean `say`?",
                "Did you mean `main`?",
            ])
    }
    @Test func misspeltNamesHaveAFixThatIsAGuess() throws {
        let text = Programs.task(
            "let name = 1\nsay nmae\nsay rond(1.0)\nsya 1\nmian(coutn: 2)\nlet x: itn = 2\nsay x",
            head: "  phrase: []\n  @input count:int\n")
        let source = FTAISource(file: "a.ftai", text: text)
        let fixes = FTAICompiler().validateSyntax(source).compactMap(\.fix)
        #expect(fixes.allSatisfy { !$0.isCertain })
        let mended = fixes.flatMap(\.edits).map { "\(source.text($0.range)) → \($0.text)" }
        #expect(
            mended == ["phrase → phrases", "nmae → name", "rond → round", "sya → say", "mian → main", "itn → int"])
        #expect(DiagnosticFixer.fixed(source) { FTAICompiler().validateSyntax($0) }.count == 0)
    }
}
