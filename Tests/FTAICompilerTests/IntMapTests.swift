// Maps from ints do what the reference says, at every level of optimisation.

import Crypto
import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct IntMapTests {
    static let programs = [
        Program(
            "int map",
            "let m: map<int, string> = [:]\nm[7] = \"seven\"\nm[-1] = \"less\"\nm[7] = \"again\"\nfor k in m\n  say \"{k + 1} {m[k] ?? \"\"}\"\nend\nsay \"{count(m)} {m[3] == null} {has(m, 7)} {has(m, 8)} {remove(m, 7)} {remove(m, 7)} {count(m)}\"",
            says: "8 again", "0 less", "2 true true false true false 1"),
        Program(
            "literals",
            "let m = [3: 1.5, 4: 2]\nlet n = [1 + 1: \"two\"]\nlet k = 5\nlet o = [k: [k: true]]\nsay \"{sum(keys(m))} {sum(values(m))} {n[2] ?? \"\"}\"\nlet inner = o[5] ?? [:]\nsay \"{inner[5] ?? false} {inner[6] ?? false}\"",
            says: "7 3.5 two", "true false"),
        Program(
            "growing and shrinking",
            "let m: map<int, int> = [:]\nfor i in 1..300\n  m[i * 7919] = i\nend\nfor i in 1..300\n  if i % 3 != 0\n    remove(m, i * 7919)\n  end\nend\nfor i in 1..50\n  m[-i] = i\nend\nvar s = 0\nfor k in m\n  s = s + k % 1000 * (m[k] ?? 0)\nend\nsay \"{count(m)} {s} {m[300 * 7919] ?? 0} {m[-50] ?? 0} {m[7919] ?? -1}\"",
            says: growingAndShrinking),
        Program(
            "values that are references",
            "let rows: map<int, list<string>> = [:]\nfor i in 1..40\n  rows[i % 7] = [\"r{i}\", \"s{i}\"]\nend\nvar t = \"\"\nfor k in rows\n  t = \"{t}{join(rows[k] ?? [], \"\")} \"\nend\nsay t",
            says: "r36s36 r37s37 r38s38 r39s39 r40s40 r34s34 r35s35 "),
        Program(
            "int map of optionals",
            "let m: map<int, int?> = [1: null, 2: 5]\nsay \"{m[1] ?? 9} {m[2] ?? 9} {m[3] ?? 9} {has(m, 1)} {has(m, 3)}\"\nlet a: map<int, any> = [1: \"x\", 2: null]\nsay \"{a[1] as string ?? \"\"} {a[2] == null}\"",
            says: "9 5 9 true false", "x true"),
        Program(
            "ends of the ints",
            "let m = [9223372036854775807: 1, -9223372036854775807 - 1: 2, 0: 3]\nsay \"{m[9223372036854775807] ?? 0} {m[-9223372036854775807 - 1] ?? 0} {m[-1] ?? 0} {m[0] ?? 0}\"\nsay to_json(m)",
            says: "1 2 0 3", "{\"9223372036854775807\":1,\"-9223372036854775808\":2,\"0\":3}"),
        Program(
            "int map as any",
            "let m = [1: 2, -30: 4]\nlet x: any = m\nm[1] = 9\nsay \"{to_json(x)} {x is map<int, int>} {x is map<string, int>} {x is map<int, string>}\"\nif x is map<int, float>\n  say sum(values(x))\nend\nlet y = parse_json(\"{{\\\"7\\\": 1, \\\"8\\\": 2}}\") as map<int, int> ?? [:]\nsay \"{y[7] ?? 0} {y[8] ?? 0} {field(x, \"-30\") as int ?? 0}\"\nlet z = parse_json(\"{{\\\"07\\\": 1}}\")\nsay z is map<int, int>",
            says: "{\"1\":2,\"-30\":4} true true false", "6", "1 2 4", "false"),
        Program(
            "int map shared",
            "let m: map<int, int> = [:]\nlet n = m\nn[5] = 6\nlet all = [m, n]\nall[0][7] = 8\nsay \"{count(m)} {sum(values(n))}\"\nm[1] = m[5] ?? 0\nsay m[1] ?? 0",
            says: "2 14", "6"),
    ]

    /// What "growing and shrinking" says, computed without a map.
    private static var growingAndShrinking: String {
        func modulo(_ k: Int) -> Int { (k % 1_000 + 1_000) % 1_000 }
        let kept = stride(from: 3, through: 300, by: 3).map { modulo($0 * 7_919) * $0 }
        let more = (1...50).map { modulo(-$0) * $0 }
        return "150 \((kept + more).reduce(0, +)) 300 50 -1"
    }

    @Test(arguments: programs, OptimizationLevel.allCases)
    func programsSayWhatTheyShould(program: Program, level: OptimizationLevel) throws {
        let text = Programs.task(program.code)
        try #require(Programs.problems(text).filter { $0 < "FTAI0220" } == [])
        let run = try Programs.run(text, level: level)
        #expect(run.error == nil)
        #expect(run.said == program.said)
    }

    @Test(arguments: programs)
    func programsMeanWhatTheEvaluatorSays(program: Program) throws {
        let evaluator = Evaluator(FTAISource(file: "test.ftai", text: Programs.task(program.code)))
        try evaluator.run()
        #expect(evaluator.said == program.said)
    }

    static let bad = [
        BadProgram("let m = [1: \"a\", \"b\": \"c\"]\nsay count(m)", "FTAI0203 4:22"),
        BadProgram("let m = [1: 2]\nm[\"a\"] = 3\nm[2] = \"x\"\nsay count(m)", "FTAI0203 5:7", "FTAI0203 6:12"),
        BadProgram("let m: map<int, int> = [\"a\": 1]\nsay count(m)", "FTAI0203 4:29"),
        BadProgram("let m: map<string, int> = [1: 1]\nsay count(m)", "FTAI0203 4:32"),
        BadProgram("let m: map<string, int> = [:]\nlet n: map<int, int> = m\nsay count(n)", "FTAI0203 5:28"),
        BadProgram("let m = [1: 2]\nsay m[1]", "FTAI0212 5:9"),
        BadProgram("let m = [1: 2]\nsay has(m, \"a\")", "FTAI0205 5:9"),
        BadProgram("let m = [1: 2]\nremove(m, 1.5)", "FTAI0205 5:5"),
        BadProgram("let m: map<bool, int> = [:]\nsay count(m)", "FTAI0110 4:16"),
        BadProgram("let m: map<int> = [:]\nsay count(m)", "FTAI0110 4:19"),
        BadProgram("let m: map<int, [:]\nsay count(m)", "FTAI0110 4:21"),
        BadProgram("let m = [1: 2]\nsay \"{m == m}\"", "FTAI0204 5:11"),
        BadProgram("for k in [1: 2]\n  say upper(k)\nend", "FTAI0205 5:11"),
    ]

    @Test(arguments: bad)
    func problemsAreFoundWhereTheyAre(program: BadProgram) {
        #expect(Programs.problems(Programs.task(program.code)) == program.problems)
    }

    @Test func inputsAndResultsCanBeIntMaps() throws {
        let head = """
              @input m:map<int, string> [1: "a", -2: "b"]
              @input x:any [5: null]
              @output r:map<int, string>

            """
        let text = Programs.task("m[3] = \"c\"\nsay to_json(x)\nreturn m", head: head)
        #expect(Programs.problems(text) == [])
        let plain = try Programs.run(text)
        #expect(plain.said == ["{\"5\":null}"])
        let added = VMMapEntry(key: 3, value: .string("c"))
        #expect(
            plain.result == .map([.init(key: 1, value: .string("a")), .init(key: -2, value: .string("b")), added]))
        let run = try Programs.run(text, inputs: ["m": .map([.init(key: "9", value: .string("z"))])])
        #expect(run.result == .map([.init(key: 9, value: .string("z")), added]))
        #expect(throws: (any Error).self) {
            try Programs.run(text, inputs: ["m": .map([.init(key: "nine", value: .string("z"))])])
        }
    }

    @Test func aSnapshotWithOneKeyTwiceIsRefused() throws {
        let text = Programs.task("let m = [1: 2, 9: 3]\nsay 0\nsay m[1] ?? 0")
        let program = try LoadedProgram(Programs.compile(text))
        let execution = try Execution(of: "main", in: program, clock: FrozenClock())
        _ = execution.advance()
        var bytes = Array(try execution.snapshot().bytes.dropLast(32))
        let entry: [UInt8] = [9, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        // The last place: registers can hold the two numbers as well.
        let place = try #require(bytes.indices.dropLast(15).last { Array(bytes[$0..<$0 + 16]) == entry })
        bytes[place] = 1
        let changed = ExecutionSnapshot(bytes: bytes + Array(SHA256.hash(data: bytes)))
        #expect {
            try Execution(resuming: changed, of: program, atMost: PerformanceRequirements(), clock: FrozenClock())
        } throws: {
            ($0 as? SnapshotError)?.reason == .repeatedKey && ($0 as? SnapshotError)?.offset == place
        }
    }

    /// A key that is looked for with something to fall back on is one instruction.
    @Test func lookingForAKeyTakesOneInstruction() throws {
        let text = Programs.task("let m = [1: 2]\nvar s = 0\nfor i in 1..3\n  s = s + (m[i] ?? 0)\nend\nsay s")
        let opcodes = Set(try Programs.compile(text, level: .performance).instructions.map(\.opcode))
        #expect(opcodes.contains(.intMapGetOrJump))
        #expect(!opcodes.contains(.intMapGet))
    }
}
