// Each pass does to an example what its file says, and leaves the intermediate form whole.

import FTAI
import SerenaNetBytecode
import Testing

@testable import FTAICompiler

/// Code, and its intermediate form before and after a pass.
struct PassExample: Sendable, CustomTestStringConvertible {
    let pass: Pass
    /// What runs before the pass, so that the example shows it alone.
    let first: [Pass]
    let code: String
    let after: String

    init(_ pass: Pass, after first: [Pass] = [], _ code: String, gives after: String) {
        (self.pass, self.first, self.code, self.after) = (pass, first, code, after)
    }

    var testDescription: String { "\(pass.rawValue): \(code.prefix(40))" }
}

enum Intermediate {
    static func program(_ code: String, head: String = "", others: String = "") -> IRProgram {
        CheckedProgram(FTAISource(file: "test.ftai", text: Programs.task(code, head: head) + others)).intermediateForm()
    }

    /// The code of the first task without its first line.
    static func text(_ program: IRProgram) -> String {
        let text = IRListing(program: program).text(of: program.functions[0])
        return text.split(separator: "\n").dropFirst().map { $0.drop { $0 == " " } }.joined(separator: "\n")
    }

    static func problems(_ program: IRProgram) -> [String] {
        program.functions.flatMap { IRVerifier.problems(of: $0, types: program.types) }
    }
}

@Suite struct PassTests {
    static let head = "  @input a:int\n  @input b:int\n  @input x:float\n"

    static let examples = [
        PassExample(
            .folding, "let t = 2 + 3 > 4\nif t\n  say a\nend",
            gives: """
                b0:
                v3 = loadInt 2
                v4 = loadInt 5
                v5 = loadInt 4
                v6 = loadBool true
                jump b1
                b1:
                v7 = intToString v0
                say v7
                jump b2
                b2:
                return
                """),
        PassExample(
            .folding, "let _n = 1 / 0\nsay a * 1",
            gives: """
                b0:
                v3 = loadInt 1
                v4 = loadInt 0
                v5 = divInt v3, v4
                v6 = loadInt 1
                v7 = move v0
                v8 = intToString v0
                say v8
                return
                """),
        PassExample(
            .copies, after: [.folding], "let t = true\nvar n = 1\nif t\n  n = 2\nend\nsay n",
            gives: """
                b0:
                v3 = loadBool true
                v4 = loadInt 1
                jump b1
                b1:
                v5 = loadInt 2
                jump b3
                b3:
                v7 = intToString v5
                say v7
                return
                """),
        PassExample(
            .deadCode, "let _y = x * 2.0\nlet _z = a + b\nsay a",
            gives: """
                b0:
                v5 = addInt v0, v1
                v6 = intToString v0
                say v6
                return
                """),
        PassExample(
            .flow, "let t = a > 1 and b > 1\nif t\n  say a\nend",
            gives: """
                b0:
                v3 = loadInt 1
                if v3 < v0 b4 else b2
                b4:
                v4 = loadInt 1
                if v4 < v1 b1 else b2
                b1:
                v5 = loadBool true
                v8 = intToString v0
                say v8
                jump b6
                b2:
                v6 = loadBool false
                jump b6
                b6:
                return
                """),
        PassExample(
            .commonSubexpressions, "say a * b + a * b",
            gives: """
                b0:
                v3 = mulInt v0, v1
                v5 = addInt v3, v3
                v6 = intToString v5
                say v6
                return
                """),
        PassExample(
            .commonSubexpressions, "let xs = [a]\nlet n = count(xs)\nappend(xs, n)\nsay count(xs)",
            gives: """
                b0:
                v3 = makeList: list<int> v0
                v4 = listCount v3
                listAppend v3, v4
                v5 = listCount v3
                v6 = intToString v5
                say v6
                return
                """),
        PassExample(
            .loopInversion, "var i = 0\nwhile i < a\n  i = i + b\nend\nsay i",
            gives: """
                b0:
                v3 = loadInt 0
                if v3 < v0 b2(v3) else b3(v3)
                b2(v7: int):
                v5 = addInt v7, v1
                jump b1
                b1:
                if v5 < v0 b2(v5) else b3(v5)
                b3(v8: int):
                v6 = intToString v8
                say v6
                return
                """),
        PassExample(
            .loopInvariants, "for i in a..b\n  say i % 7\nend",
            gives: """
                b0:
                if v1 < v0 b3 else b4
                b4:
                v4 = loadInt 7
                jump b1(v0)
                b5:
                v7 = addIntImmediate v3, 1
                jump b1(v7)
                b1(v3: int):
                v5 = modInt v3, v4
                v6 = intToString v5
                say v6
                if v3 < v1 b5 else b6
                b6:
                jump b2
                b3:
                jump b2
                b2:
                return
                """),
        PassExample(
            .immediates, "let three = 3\nsay a - three\nsay a * 2",
            gives: """
                b0:
                v3 = loadInt 3
                v4 = addIntImmediate v0, -3
                v5 = intToString v4
                say v5
                v6 = loadInt 2
                v7 = addInt v0, v0
                v8 = intToString v7
                say v8
                return
                """),
        PassExample(
            .texts, "let s = \"{a}!\"\nsay \"{s}?\"",
            gives: """
                b0:
                v3 = intToString v0
                v4 = loadConstant "!"
                v5 = concatenate v3, v4
                v6 = loadConstant "?"
                v8 = loadConstant "!?"
                v7 = concatenate v3, v8
                say v7
                return
                """),
        PassExample(
            .inlining, "say double(a)",
            gives: """
                b0:
                jump b2
                b2:
                v6 = loadInt 2  // in double
                v7 = mulInt v0, v6  // in double
                jump b1
                b1:
                v4 = intToString v7
                say v4
                return
                """),
    ]

    private static let double = """
        @task double
          @input n:int
          @output value:int
          @do
            return n * 2
          @end
        @end

        """

    @Test(arguments: examples)
    func eachPassDoesWhatItSays(example: PassExample) {
        var program = Intermediate.program(example.code, head: Self.head, others: Self.double)
        for pass in example.first { Optimizer.apply(pass, to: &program, .performance) }
        #expect(Intermediate.problems(program) == [])
        Optimizer.apply(example.pass, to: &program, .performance)
        #expect(Intermediate.problems(program) == [])
        #expect(Intermediate.text(program) == example.after, "\(Intermediate.text(program))")
    }

    @Test(arguments: ProgramTests.programs, OptimizationLevel.allCases)
    func everyPassLeavesTheProgramWhole(example: Program, level: OptimizationLevel) {
        var program = Intermediate.program(example.code)
        #expect(Intermediate.problems(program) == [])
        Optimizer(level: level, options: .init()).run(&program) { pass, program in
            #expect(Intermediate.problems(program) == [], "after \(pass.rawValue)")
        }
    }

    @Test(arguments: 0..<100)
    func everyPassLeavesRandomProgramsWhole(seed: Int) {
        var author = ProgramAuthor(seed: UInt64(seed) + 1_000)
        var program = Intermediate.program(author.program(), others: ProgramAuthor.callees)
        #expect(Intermediate.problems(program) == [])
        Optimizer(level: .performance, options: .init()).run(&program) { pass, program in
            #expect(Intermediate.problems(program) == [], "after \(pass.rawValue)")
        }
    }

    @Test func theStepAndTheTestOfACountingLoopBecomeOneInstruction() throws {
        let text = Programs.task("for i in 1..3\n  say i\nend")
        let fused = try Programs.compile(text, level: .basic)
        let separate = try Programs.compile(text, level: .basic, options: .init(disabledPasses: [.loopFusion]))
        #expect(fused.instructions.contains { $0.opcode == .loopInt })
        #expect(!separate.instructions.contains { $0.opcode == .loopInt })
        #expect(fused.instructions.count < separate.instructions.count)
    }

    /// Without a pass the others still give the right program.
    @Test(arguments: Pass.allCases, 0..<8)
    func everyPassCanBeSwitchedOff(pass: Pass, seed: Int) throws {
        var author = ProgramAuthor(seed: UInt64(seed) + 2_000)
        let text = Programs.task(author.program()) + ProgramAuthor.callees
        let plain = try Programs.run(text, level: .none)
        let run = try Programs.run(text, level: .performance, options: .init(disabledPasses: [pass]))
        #expect(run.said == plain.said && run.error == plain.error, "\(text)")
    }
}
