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
            .folding, "say \"{2 + 3 > 4}\"",
            gives: """
                b0:
                v3 = loadInt 2
                v4 = loadInt 5
                v5 = loadInt 4
                v6 = loadBool true
                v7 = loadConstant "true"
                v8 = loadConstant "true"
                say v8
                return
                """)
    ]

    @Test(arguments: examples)
    func eachPassDoesWhatItSays(example: PassExample) {
        var program = Intermediate.program(example.code, head: Self.head)
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
        var program = Intermediate.program(author.program())
        #expect(Intermediate.problems(program) == [])
        Optimizer(level: .performance, options: .init()).run(&program) { pass, program in
            #expect(Intermediate.problems(program) == [], "after \(pass.rawValue)")
        }
    }

    /// Without a pass the others still give the right program.
    @Test(arguments: Pass.allCases, 0..<8)
    func everyPassCanBeSwitchedOff(pass: Pass, seed: Int) throws {
        var author = ProgramAuthor(seed: UInt64(seed) + 2_000)
        let text = Programs.task(author.program())
        let plain = try Programs.run(text, level: .none)
        let run = try Programs.run(text, level: .performance, options: .init(disabledPasses: [pass]))
        #expect(run.said == plain.said && run.error == plain.error, "\(text)")
    }
}
