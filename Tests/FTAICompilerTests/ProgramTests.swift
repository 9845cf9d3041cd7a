// Programs say what they should, at every level of optimisation.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM
import Synchronization
import Testing

/// Code and what it says.
struct Program: Sendable, CustomTestStringConvertible {
    let name: String
    let code: String
    let said: [String]

    init(_ name: String, _ code: String, says said: String...) {
        self.name = name
        self.code = code
        self.said = said
    }

    var testDescription: String { name }
}

@Suite struct ProgramTests {
    static let programs = [
        Program(
            "arithmetic", "say \"{1 + 2 * 3} {(1 + 2) * 3} {7 / 2} {-7 / 2} {7 % 3} {-7 % 3} {7 - 2 - 1}\"",
            says: "7 9 3 -3 1 2 4"),
        Program(
            "floats", "say \"{1.5 + 1} {1 / 4.0} {2.5 * 2} {1e3} {0.1 + 0.2 < 0.31}\"", says: "2.5 0.25 5 1000 true"),
        Program(
            "limits", "say \"{-9223372036854775808} {9223372036854775807} {1_000}\"",
            says: "-9223372036854775808 9223372036854775807 1000"),
        Program(
            "text", "let name = \"Ann\"\nsay \"Hi {name}! {{braces}} \\\"q\\\" \\u{41}\"\nsay \"\"",
            says: "Hi Ann! {braces} \"q\" A", ""),
        Program("nested text", "let a = 1\nsay \"x {upper(\"y {a + count([1, 2])} z\")} w\"", says: "x Y 3 Z w"),
        Program("scalars are said", "say 4\nsay 2.5\nsay true", says: "4", "2.5", "true"),
        Program(
            "comparisons", "let a = 3\nlet b = 4\nsay \"{a < b} {a > b} {a <= 3} {a >= 4} {a == 3} {a != 3}\"",
            says: "true false true false true false"),
        Program("mixed comparison", "let a = 3\nsay \"{a < 3.5} {a == 3.0} {2.5 >= a}\"", says: "true true false"),
        Program(
            "text comparison",
            "let a = \"a\"\nlet b = \"b\"\nsay \"{a < b} {a > b} {a <= a} {a >= b} {a == \"a\"} {a != b}\"",
            says: "true false true false true true"),
        Program(
            "bool comparison", "let t = 1 < 2\nsay \"{t == true} {t != true} {not t} {!t}\"",
            says: "true false false false"),
        Program(
            "NaN",
            "var z = 0.0\nlet n = z / z\nsay \"{n == n} {n != n} {n < 1.0} {not (n < 1.0)} {n >= 1.0}\"\nif not (n < 1.0)\n  say \"not less\"\nend",
            says: "false true false true false", "not less"),
        Program(
            "precedence", "say \"{not 1 == 2} {true or false and false} {1 + 2 == 3 and 4 > 2 * 1}\"",
            says: "true true true"),
        Program("symbols", "say \"{true && !false || false}\"", says: "true"),
        Program(
            "branches",
            "for x in 1..4\n  if x == 1\n    say \"one\"\n  else if x == 2\n    say \"two\"\n  else if x == 3\n    say \"three\"\n  else\n    say \"many\"\n  end\nend",
            says: "one", "two", "three", "many"),
        Program(
            "while",
            "var i = 0\nwhile i < 5\n  i = i + 1\n  if i == 2\n    continue\n  end\n  if i == 4\n    break\n  end\n  say i\nend\nsay \"end {i}\"",
            says: "1", "3", "end 4"),
        Program("endless", "var i = 0\nwhile true\n  i = i + 1\n  if i > 2\n    break\n  end\nend\nsay i", says: "3"),
        Program(
            "range", "for i in 3..1\n  say \"never\"\nend\nvar n = 3\nfor i in n - 2..n\n  n = 10\n  say i\nend",
            says: "1", "2", "3"),
        Program(
            "range to the largest int", "for i in 9223372036854775806..9223372036854775807\n  say i\nend",
            says: "9223372036854775806", "9223372036854775807"),
        // Its sign depends on the processor and on the order of the operands.
        Program(
            "what is no number has no sign",
            "let big = 1e308 * 10.0\nlet none = big - big\nsay none\nsay -none\nsay \"{none * big} {big - none}\"",
            says: "nan", "nan", "nan nan"),
        Program("range with continue", "for i in 1..3\n  if i == 2\n    continue\n  end\n  say i\nend", says: "1", "3"),
        Program(
            "list loop", "var xs = [1, 2]\nfor x in xs\n  append(xs, x * 10)\n  xs = [0]\n  say x\nend\nsay count(xs)",
            says: "1", "2", "1"),
        Program(
            "lists",
            "var xs = [1, 2.5]\nxs[0] = 4\nappend(xs, 7)\nlet ys = [[1], [2, 3]]\nys[0][0] = 9\nsay \"{xs[0] + xs[2]} {count(xs)} {ys[0][0]} {count(ys[1])}\"",
            says: "11 3 9 2"),
        Program("lists are shared", "let a = [1]\nlet b = a\nappend(b, 2)\nsay count(a)", says: "2"),
        Program(
            "long list",
            "let xs = [\((1...100).map(String.init).joined(separator: ", "))]\nvar sum = 0\nfor x in xs\n  sum = sum + x\nend\nsay sum",
            says: "5050"),
        Program(
            "long text", "let x = 1\nsay \"\((1...70).map { _ in "{x}," }.joined())\"",
            says: String(repeating: "1,", count: 70)),
        Program(
            "text into itself",
            "var s = \"a\"\ns = \"{s}b{s}\"\nsay s\n\((1...1).map { _ in "s = \"\((1...40).map { _ in "{s}" }.joined())\"" }.joined())\nsay length(s)",
            says: "aba", "120"),
        Program(
            "optionals",
            "let a: int? = 3\nlet b: int? = null\nsay \"{a ?? 0} {b ?? 7} {(b ?? a) ?? 1}\"\nlet c: float? = 2\nsay \"{c ?? 0}\"",
            says: "3 7 3", "2"),
        Program(
            "narrowing",
            "let a: int? = 3\nif a != null\n  say a + 1\nend\nif a == null\n  say \"null\"\nelse\n  say a * 2\nend\nif a != null and a > 2\n  say \"big\"\nend\nif a == null or a < 2\n  say \"small\"\nelse\n  say a\nend",
            says: "4", "6", "big", "3"),
        Program("early exit", "var a: int? = 5\nif a == null\n  return\nend\nsay a + 1", says: "6"),
        Program(
            "variable into itself",
            "var t = true\nlet f = false\nt = f or t\nsay t\nt = t and not t\nsay t\nvar o: int? = 1\no = o ?? o\nlet n: int? = null\no = n ?? o\nsay \"{o ?? 0}\"",
            says: "true", "false", "1"),
        Program(
            "conditions as values",
            "let a = 1\nlet b = a < 2 and (a == 1 or a > 5)\nlet o: string? = null\nsay \"{b} {o == null} {o != null} {not (a < 2 and b)}\"",
            says: "true true false false"),
        Program(
            "standard library",
            "say \"{round(2.5)} {round(12.6, 2)} {floor(2.7)} {ceil(2.1)} {sqrt(9.0)} {abs(-3)} {min(2, 1.5)} {max(1, 2)} {int(3.9)}\"",
            says: "3 12.60 2 3 3 3 1.5 2 3"),
        Program(
            "decimals",
            "say \"{round(0.125, 2)} {round(0.375, 2)} {round(1.005, 2)} {round(2.5, 0)} {round(-0.001, 2)} {round(1.25, -1)} {round(0.5, 99)}\"",
            says: "0.12 0.38 1.00 2 0.00 1 0.500000000000000"),
        Program(
            "numbers in texts",
            "say \"{parse_float(\"1e999\") ?? 7} {parse_float(\"-1e999\") ?? 7} {parse_float(\"1e308\") == null} {parse_int(\"99999999999999999999\") ?? 7}\"",
            says: "7 7 false 7"),
        Program(
            "texts",
            "say \"{upper(\"a\")} {length(\"日本\")} {trim(\" x \")} {contains(\"abc\", \"b\")} {replace(\"aba\", \"a\", \"c\")} {join(split(\"a,b\", \",\"), \"-\")} {parse_int(\"12\") ?? 0} {parse_float(\"x\") ?? 1.5}\"",
            says: "A 2 x true cbc a-b 12 1.5"),
        Program("lines", "let xs = [\n  1,\n  2\n]\nlet sum = 1 +\n  2\nsay max(\n  xs[0],\n  sum)", says: "3"),
        Program("comments", "// first\nsay \"a // no comment\" // a comment", says: "a // no comment"),
        Program(
            "recall without memory", "let name = recall \"name\"\nsay name ?? \"nobody\"\nsay recall \"x\" ?? \"none\"",
            says: "nobody", "none"),
        Program(
            "remember",
            "remember \"name\" = \"Ann\"\nremember \"age\" = 7\nsay recall \"name\" ?? \"nobody\"\nsay recall \"age\" ?? \"?\"",
            says: "Ann", "7"),
        Program(
            "nested loops",
            "var n = 0\nfor i in 1..10\n  for j in [1, 2, 3]\n    if j == 2\n      break\n    end\n    n = n + i * j\n  end\nend\nsay n",
            says: "55"),
        Program(
            "negative zero", "var z = 0.0\nlet m = -0.0\nsay \"{1.0 / (z + 0.0) > 0.0} {1.0 / m < 0.0}\"",
            says: "true true"),
    ]

    @Test(arguments: programs, OptimizationLevel.allCases)
    func programsSayWhatTheyShould(program: Program, level: OptimizationLevel) throws {
        let text = Programs.task(program.code)
        let errors = Programs.problems(text).filter { $0 < "FTAI0220" }
        try #require(errors == [])
        let run = try Programs.run(text, level: level)
        #expect(run.error == nil)
        #expect(run.said == program.said)
    }

    static let tasks = """
        @ftai v2.0
        @task fib
          @input n:int
          @output value:int
          @do
            if n < 2
              return n
            end
            return fib(n - 1) + fib(n - 2)
          @end
        @end
        @task even
          @input n:int
          @output answer:bool
          @do
            if n == 0
              return true
            end
            return odd(n: n - 1)
          @end
        @end
        @task odd
          @input n:int
          @output answer:bool
          @do
            return n != 0 and even(n - 1)
          @end
        @end
        @task tip
          @input bill:float
          @input rate:float 15
          @input words:list<string> ["a", "b"]
          @input note:string? null
          @input greeting:string Hello, you
          @output tip:float
          @do
            say "{greeting} {count(words)} {note ?? "no note"}"
            return bill * rate / 100
          @end
        @end
        @task main
          @do
            say fib(15)
            say even(10)
            say tip(rate: 10, bill: 50)
            say tip(80)
            tip(1, note: "hm")
            greet()
          @end
        @end
        @task greet
          @do
            say "hi"
          @end
        @end

        """

    @Test(arguments: OptimizationLevel.allCases)
    func tasksCallEachOther(level: OptimizationLevel) throws {
        let run = try Programs.run(Self.tasks, level: level)
        #expect(
            run.said == [
                "610", "true", "Hello, you 2 no note", "5", "Hello, you 2 no note", "12", "Hello, you 2 hm", "hi",
            ])
        let tip = try Programs.run(Self.tasks, task: "tip", inputs: ["bill": .float(20)], level: level)
        #expect(tip.result == .float(3))
    }

    @Test func theHeadOfATaskIsPartOfTheProgram() throws {
        let head = """
              phrases: ["what is a {rate:float} percent tip on {bill:float} dollars", tip on {bill}]
              agent: assistant
              @input bill:float
              @input rate:float 15.0
              @output tip:float

            """
        let bytecode = try Programs.compile(Programs.task("return bill * rate", head: head))
        let task = try #require(bytecode.task(named: "Main"))
        #expect(task.phrases == ["what is a {rate:float} percent tip on {bill:float} dollars", "tip on {bill}"])
        #expect(task.agent == "assistant")
        #expect(
            task.inputs == [
                .init(name: "bill", type: .float), .init(name: "rate", type: .float, defaultValue: .float(15)),
            ])
        #expect(task.outputName == "tip")
        #expect(bytecode.id == "test")
        #expect(bytecode.compiledAt == nil)
    }

    @Test func runTimeErrorsNameTheLineOfTheDocument() throws {
        let run = try Programs.run(Programs.task("let xs = [1]\nsay \"a\"\nlet i = count(xs)\nsay xs[i]"))
        #expect(run.error?.description == "test.ftai:7: index 1 is outside a list of 1 in task main")
        let overflow = try Programs.run(Programs.task("say 9223372036854775807 + 1"))
        #expect(overflow.error?.description.hasPrefix("test.ftai:4:") == true)
        let division = try Programs.run(Programs.task("let z = 0\nsay 1 / z"))
        #expect(division.error?.description.hasPrefix("test.ftai:5: division by zero") == true)
    }

    @Test func compilingIsDeterministicAndKeyed() throws {
        let first = try Programs.compile(Self.tasks)
        #expect(try Programs.compile(Self.tasks) == first)
        #expect(first.encoded() == (try Programs.compile(Self.tasks)).encoded())
        let keys = try OptimizationLevel.allCases.map { try Programs.compile(Self.tasks, level: $0).metadata.cacheKey }
        #expect(Set(keys).count == OptimizationLevel.allCases.count)
        #expect(first.sourceHash.count == 64)
        for function in first.functions {
            #expect(function.lines.allSatisfy { $0 > 0 })
        }
    }

    @Test func theFiguresOfTheLastCompilationAreKept() throws {
        let time = Mutex(0)
        let compiler = FTAICompiler(now: {
            .milliseconds(
                time.withLock {
                    $0 += 5; return $0
                })
        })
        #expect(compiler.getCompilationMetrics() == nil)
        let source = FTAISource(file: "a.ftai", text: Programs.task("say 1"))
        let outcome = try compiler.compileWithOptimization(source, level: .size)
        #expect(outcome.metrics.compilationTime == .milliseconds(5))
        #expect(outcome.metrics.sourceSize == source.bytes.count)
        #expect(outcome.metrics.instructionCount == outcome.bytecode.instructions.count)
        #expect(outcome.metrics.level == .size)
        #expect(throws: CompilationError.self) { try compiler.compile(FTAISource(file: "b", text: "")) }
        #expect(compiler.getCompilationMetrics() == outcome.metrics)
    }

    @Test func optimisationLeavesLessToDo() throws {
        let text = Programs.task(
            "let debug = false\nlet n = 2 * 3 + 1\nif debug\n  say \"debug\"\nend\nsay \"{n} {\"x\"}\"")
        let plain = try Programs.compile(text, level: .none).instructions
        let folded = try Programs.compile(text, level: .basic).instructions
        #expect(plain.contains { $0.opcode == .mulInt })
        #expect(folded.map(\.opcode) == [.loadConstant, .say, .returnNothing])
        let loop = Programs.task("var s = 0\nfor i in 1..10\n  s = s + i % 7\nend\nsay s")
        let executed = try [OptimizationLevel.none, .basic, .performance].map {
            try Programs.run(loop, level: $0).instructions
        }
        #expect(executed[0] > executed[1] && executed[1] > executed[2])
    }
}
