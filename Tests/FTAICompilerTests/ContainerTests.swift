// Lists, maps, `any`, failures and calls of the outside do what the reference says, at every level of optimisation.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct ContainerTests {
    static let programs = [
        Program(
            "maps",
            "var m: map<string, int> = [:]\nm[\"b\"] = 1\nm[\"a\"] = 2\nm[\"b\"] = 3\nfor k in m\n  say \"{k} {m[k] ?? 0}\"\n  m = [:]\nend\nsay \"{count(m)} {m[\"x\"] == null}\"",
            says: "b 3", "a 0", "0 true"),
        Program(
            "nested maps",
            "let m = [\"a\": [\"x\": 1.5], \"b\": [:]]\nlet a = m[\"a\"]\nif a != null\n  a[\"y\"] = 2\n  say \"{sum(values(a))}\"\nend\nlet b = m[\"b\"] ?? [\"z\": 0]\nsay count(b)",
            says: "3.5", "0"),
        Program(
            "long map",
            "let m = [\((1...80).map { "\"k\($0)\": \($0)" }.joined(separator: ", "))]\nlet vs = values(m)\nsay \"{count(m)} {sum(vs)} {m[\"k77\"] ?? 0}\"",
            says: "80 3240 77"),
        Program(
            "map of optionals",
            "let m: map<string, int?> = [\"a\": null, \"b\": 2]\nsay \"{m[\"a\"] ?? 9} {m[\"b\"] ?? 9} {has(m, \"a\")}\"",
            says: "9 2 true"),
        Program(
            "generic functions",
            "let xs = [1.5, 2]\ninsert(xs, 1, 3)\nlet last = remove_at(xs, 2)\nsay \"{last} {sum(xs)} {contains(xs, 3)} {index_of(xs, 1.5) ?? -1}\"\nlet ws = [\"b\", \"a\"]\nsay \"{join(sorted(ws), \"\")} {index_of(\"hello\", \"l\") ?? -1} {contains(ws, \"c\")}\"",
            says: "2 4.5 true 0", "ab 2 false"),
        Program(
            "any",
            "var x: any = 3\nif x is int\n  say x + 1\nelse if x is string\n  say x\nend\nx = \"t\"\nsay \"{x is int} {x is string} {x as string ?? \"\"} {x == null}\"\nlet y: any = null\nsay \"{y == null} {y is int} {(y ?? 5) as int ?? 0}\"",
            says: "4", "false true t false", "true false 5"),
        Program(
            "any in conditions",
            "let x: any = 3\nif x is int and x > 2\n  say \"big\"\nend\nif not (x is int)\n  say \"no\"\nend\nwhile x is string\n  say x\nend",
            says: "big"),
        Program(
            "any from containers",
            "let xs = [1, 2]\nlet x: any = xs\nappend(xs, 3)\nlet ys = x as list<int> ?? []\nsay count(ys)\nlet zs: list<any> = [1, \"a\", [2], [\"k\": true]]\nlet z: any = zs\nappend(zs, null)\nsay to_json(z)\nsay \"{z is list<int>} {z is list<any>}\"",
            says: "2", "[1,\"a\",[2],{\"k\":true},null]", "false true"),
        Program(
            "catching",
            "var n = 0\ntry\n  n = 1\n  n = 1 / (n - 1)\n  say \"never\"\ncatch m, k\n  say \"{n} {m} {k}\"\nend\nlet xs = [1]\ntry\n  say xs[3]\ncatch\n  say \"caught\"\nend\ntry\n  say 1\ncatch\n  say \"never\"\nend",
            says: "1 division by zero division", "caught", "1"),
        Program(
            "nested attempts",
            "try\n  try\n    fail \"a\"\n  catch m\n    say m\n    fail \"b\"\n  end\ncatch m, k\n  say \"{m} {k}\"\nend\nfor i in 1..3\n  try\n    if i == 2\n      continue\n    end\n    fail \"{i}\"\n  catch m\n    if m == \"3\"\n      break\n    end\n    say m\n  end\nend",
            says: "a", "b failed", "1"),
        Program(
            "failures of conversions",
            "try\n  say round(1e300)\ncatch _m, k\n  say k\nend\ntry\n  let _x = parse_json(\"[\")\ncatch m, k\n  say \"{k} {m}\"\nend\ntry\n  say sum([9223372036854775807, 1])\ncatch _m, k\n  say k\nend",
            says: "conversion", "json no JSON: the text ends where a value should stand, at byte 1", "overflow"),
        Program(
            "tools",
            "let r = call echo(a: 1, b: [\"x\": null])\nsay to_json(r)\ncall echo()\nsay ask echo(\"so {1 + 1}\")\ntry\n  call broken(x: 1)\ncatch m, k\n  say \"{k}: {m}\"\nend\nlet s = call \"e.cho\"(n: 2) as int ?? 7\nsay s",
            says: "{\"a\":1,\"b\":{\"x\":null}}", "so 2", "tool: the tool broken failed: it is not there", "5"),
        Program(
            "parallel",
            "let n = 1\nparallel\n  let a = call echo(n: n)\n  call echo()\n  var b = ask echo(\"q\")\nend\nb = \"{b}!\"\nsay \"{to_json(a)} {b}\"\ntry\n  parallel\n    let _c = call broken()\n    let _d = ask broken(\"x\")\n  end\ncatch _m, k\n  say k\nend",
            says: "{\"n\":1} q!", "tool"),
        Program("time", "let t = now()\nsay \"{year(t)} {format_time(t, \"hh:mm\")}\"", says: "2024 23:59"),
        Program(
            "many failures in a loop",
            "var caught = 0\nfor i in 1..200\n  try\n    fail \"{i}\"\n  catch\n    caught = caught + 1\n  end\nend\nsay caught",
            says: "200"),
    ]

    @Test(arguments: programs, OptimizationLevel.allCases)
    func programsSayWhatTheyShould(program: Program, level: OptimizationLevel) throws {
        let text = Programs.task(program.code)
        try #require(Programs.problems(text).filter { $0 < "FTAI0220" } == [])
        let run = try Programs.run(text, level: level, answers: ["e.cho": .returned(.int(5))])
        #expect(run.error == nil)
        #expect(run.said == program.said)
    }

    static let bad = [
        BadProgram("let m = [:]\nsay 1", "FTAI0211 4:13"),
        BadProgram("let m = [\"a\": 1, 2]\nsay 1", "FTAI0110 4:23"),
        BadProgram("let m = [1.5: 2]\nsay count(m)", "FTAI0203 4:14"),
        BadProgram("let m: map<float, int> = [:]\nsay count(m)", "FTAI0110 4:16"),
        BadProgram("let m = [\"a\": 1]\nsay m[\"a\"]", "FTAI0212 5:9"),
        BadProgram("let m = [\"a\": 1]\nm[0] = 2\nm[\"b\"] = \"x\"\nsay count(m)", "FTAI0203 5:7", "FTAI0203 6:14"),
        BadProgram("let x: any = 1\nsay x", "FTAI0213 5:9"),
        BadProgram("let x: any = 1\nsay x + 1\nsay \"{x == 1}\"", "FTAI0213 5:9", "FTAI0213 6:11"),
        BadProgram(
            "let x: any = 1\nlet n: int = x\nsay n\nsay abs(x)\nsay x[0]", "FTAI0213 5:18", "FTAI0213 7:13",
            "FTAI0213 8:9"),
        BadProgram("var x: any = 1\nif x is int\n  x = \"a\"\n  say x + 1\nend", "FTAI0213 7:11"),
        BadProgram("let x = 1\nsay \"{x is int}\"", "FTAI0204 5:11"),
        BadProgram("let x: any = 1\nsay \"{x is int?} {x as any == null}\"", "FTAI0204 5:16", "FTAI0204 5:28"),
        BadProgram("try\n  say 1\nend", "FTAI0111 4:5"),
        BadProgram("catch\nsay 1", "FTAI0112 4:5"),
        BadProgram("try\n  while true\ncatch\nend", "FTAI0111 5:7"),
        BadProgram("try\n  fail \"a\"\n  say 1\ncatch\nend", "FTAI0221 6:7"),
        BadProgram("fail [1]", "FTAI0203 4:10"),
        BadProgram("call echo(1)", "FTAI0205 4:15"), BadProgram("call echo(a: 1, a: 2)", "FTAI0205 4:21"),
        BadProgram("call echo", "FTAI0110 4:14"), BadProgram("call (1)", "FTAI0110 4:10"),
        BadProgram("say ask me(a: \"x\")", "FTAI0205 4:13"), BadProgram("say call echo()", "FTAI0213 4:9"),
        BadProgram("call echo(a: 1) as int", "FTAI0110 4:5"),
        BadProgram("parallel\n  say 1\nend", "FTAI0214 5:7"), BadProgram("parallel\nend", "FTAI0214 4:5"),
        BadProgram("parallel\n  let a = call x()\n  let b = call y(a: a)\nend\nsay to_json([a, b])", "FTAI0201 6:25"),
        BadProgram("parallel\n  let a: int = call x()\nend\nsay to_json(a)", "FTAI0203 5:14"),
        BadProgram("abs(-1)", "FTAI0223 4:5"), BadProgram("now()\ncount([1])", "FTAI0223 4:5", "FTAI0223 5:5"),
        BadProgram("say now(1)", "FTAI0205 4:9"), BadProgram("insert([1], 0, \"a\")", "FTAI0205 4:5"),
        BadProgram("say sorted([true])", "FTAI0205 4:9"),
    ]

    @Test(arguments: bad)
    func problemsAreFoundWhereTheyAre(program: BadProgram) {
        #expect(Programs.problems(Programs.task(program.code)) == program.problems)
    }

    @Test func toolsAndAgentsThatADocumentDoesNotDeclareAreWorthAWarning() {
        let declared = "@tool weather\n@agent cook\n@end\n"
        let text = Programs.task("call wether()\ncall weather()\nsay ask cokk(\"x\")") + declared
        let diagnostics = FTAICompiler().validateSyntax(FTAISource(file: "a", text: text))
        #expect(diagnostics.map(\.code) == [.outsideUnknown, .outsideUnknown])
        #expect(diagnostics.compactMap(\.help) == ["Did you mean `weather`?", "Did you mean `cook`?"])
        #expect(Programs.problems(Programs.task("call wether()")) == [])
        let owned = Programs.task("say 1", head: "  agent: coook\n") + declared
        #expect(Programs.problems(owned) == ["FTAI0215 2:7"])
    }

    @Test func inputsCanBeMapsAndAnything() throws {
        let head = """
              @input m:map<string, int> ["a": 1]
              @input x:any [1, "b", null]
              @input y:any
              @output r:any

            """
        let text = Programs.task("say \"{m[\"a\"] ?? 0} {to_json(x)} {y == null}\"\nreturn y", head: head)
        #expect(Programs.problems(text) == [])
        #expect(try Programs.run(text).said == ["1 [1,\"b\",null] true"])
        let inputs: [String: VMValue] = ["m": .map([.init(key: "a", value: .int(4))]), "y": .list([.float(0.5)])]
        let run = try Programs.run(text, inputs: inputs)
        #expect(run.said == ["4 [1,\"b\",null] false"])
        #expect(run.result == .list([.float(0.5)]))
    }

    @Test func effectsAreReportedWithTheirCauses() {
        let others = "@task quiet\n  effects: reads\n  @output t:int\n  @do\n    return now()\n  @end\n@end\n"
        let text = Programs.task("say quiet()\nemit done\nlet _x = 1") + others
        let reports = FTAICompiler.effects(of: FTAISource(file: "a", text: text))
        #expect(reports.map(\.effects) == [[.reads, .says, .calls], .reads])
        #expect(reports[0].causes.map(\.line) == [4, 4, 5])
        #expect(reports[0].causes.map(\.what) == ["the call of `quiet`", "`say`", "the event `done`"])
        #expect(reports[1].bound == .reads)
    }

    @Test func theResultOfAPureTaskIsForUse() {
        let others =
            "@task twice\n  @input n:int\n  @output r:int\n  @do\n    return n * 2\n  @end\n@end\n"
            + "@task fill\n  @input xs:list<int>\n  @output r:int\n  @do\n    append(xs, 1)\n    return 1\n  @end\n@end\n"
        #expect(Programs.problems(Programs.task("twice(2)\nfill([1])") + others) == ["FTAI0223 4:5"])
    }
}
