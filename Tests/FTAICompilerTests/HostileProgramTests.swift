// Whatever the code is, compiling ends with a program that the verifier accepts, or with diagnostics.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import Testing

@Suite struct HostileProgramTests {
    private func expectAnEnd(_ text: String) {
        for level in [OptimizationLevel.none, .performance] {
            do {
                try BytecodeVerifier.verify(try Programs.compile(text, level: level))
            } catch {
                let diagnostics = (error as? CompilationError)?.diagnostics ?? []
                #expect(diagnostics.contains { $0.severity == .error }, "\(error) for\n\(text)")
            }
        }
    }

    @Test func everyCutOfAProgramIsCompiledOrRefused() {
        let code = """
            let a: int? = 3
            var xs: list<float> = [1.5, -2]
            for i in 1..count(xs)
              if a != null and xs[0] > 1.0 or not (i == 2)
                say "x {round(xs[0], 2)} {{ \\u{41} {upper("n {i}")}"
              else if true
                remember "k" = recall "k" ?? "v"
              else
                xs[0] = 2 % 3 // comment
              end
              while i < 1 && !false
                break
              end
              let m: map<string, any> = ["k": [i, 2.5], "n": null]
              try
                parallel
                  let r = call tool(a: m["k"], b: m)
                  let s = ask agent("x {i}")
                end
                emit done(r: r)
                if r is list<int> and (r as int ?? 0) == 1
                  fail "{s} {r[0]}"
                end
              catch message, kind
                m[kind] = message
              end
            end
            return main(b: 1)
            """
        let text = Programs.task(code, head: "  effects: [says]\n  @input b:int 2\n  @output c:int\n")
        let bytes = Array(text.utf8)
        for length in 0...bytes.count { expectAnEnd(String(decoding: bytes[..<length], as: UTF8.self)) }
        for index in bytes.indices {
            var fewer = bytes
            fewer.remove(at: index)
            expectAnEnd(String(decoding: fewer, as: UTF8.self))
        }
    }

    @Test func randomWordsAreCompiledOrRefused() {
        let words = [
            "let ", "var ", "x", "y", " = ", "1", "2.5", "\"a{x}\"", "\"", "{", "}", "if ", "else", "end", "\n", "\n",
            "\n",
            "while ", "for ", " in ", "..", "(", ")", "[", "]", ",", "+", "-", " and ", "not ", "??", "null", "return ",
            "say ", "recall ", "remember ", "break", "continue", "main(", "count(", ":int", "?", "==", "<", "true",
            "//", "try\n", "catch", "fail ", "call ", "ask ", "emit ", "parallel\n", " is int", " as ", ":", "any",
            "map<",
        ]
        var state: UInt64 = 42
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        for _ in 0..<3_000 {
            let code = (0..<(next() % 40)).map { _ in words[next() % words.count] }.joined()
            expectAnEnd(Programs.task(code))
        }
    }

    static let deep: [(name: String, code: String)] = [
        ("parentheses", "say " + String(repeating: "(", count: 10_000) + "1"),
        ("minus", "say " + String(repeating: "-", count: 10_000) + "1"),
        ("not", "say " + String(repeating: "not ", count: 10_000) + "true"),
        ("sum", "say 1" + String(repeating: " + 1", count: 10_000)),
        ("or else", "say 1" + String(repeating: " ?? 1", count: 10_000)),
        ("indices", "say x" + String(repeating: "[0]", count: 10_000)),
        ("calls", "say " + String(repeating: "abs(", count: 10_000)),
        ("lists", "let x = " + String(repeating: "[", count: 10_000)),
        ("texts", "say " + String(repeating: "\"{", count: 5_000) + "1" + String(repeating: "}\"", count: 5_000)),
        ("attempts", String(repeating: "try\n", count: 10_000)),
        ("maps", "let x = " + String(repeating: "[\"a\": ", count: 10_000)),
        ("questions", "say x" + String(repeating: " is int", count: 10_000)),
        ("blocks", String(repeating: "if true\n", count: 10_000)),
        ("types", "let x: " + String(repeating: "list<", count: 10_000)),
    ]

    @Test(arguments: deep)
    func tenThousandLevelsAreRefused(name: String, code: String) {
        let problems = Programs.problems(Programs.task(code))
        #expect(problems.contains { $0.hasPrefix("FTAI0113") }, "\(problems)")
        #expect(problems.count < 5)
    }

    @Test func nestingUpToTheLimitCompiles() throws {
        let sum = "say 1" + String(repeating: " + 1", count: 190)
        #expect(try Programs.run(Programs.task(sum)).said == ["191"])
        let blocks = String(repeating: "if true\n", count: 190) + "say 1\n" + String(repeating: "end\n", count: 190)
        for level in OptimizationLevel.allCases {
            #expect(try Programs.run(Programs.task(blocks), level: level).said == ["1"])
        }
        let chain =
            "var x = 3\nif x == 0\n" + (1...2_000).map { "else if x == \($0 + 3)\nsay \($0)\n" }.joined() + "end"
        try BytecodeVerifier.verify(try Programs.compile(Programs.task(chain)))
    }

    static let large: [(name: String, code: String)] = [
        (
            "variables",
            ((0..<5_000).map { "var v\($0) = \($0)" } + (0..<5_000).map { "say v\($0)" }).joined(separator: "\n")
        ),
        (
            "variables through branches",
            (0..<3_000).map { "var v\($0) = \($0)" }.joined(separator: "\n")
                + String(repeating: "\nif v0 > 1\nsay 1\nend", count: 3_000)
                + (0..<3_000).map { "\nsay v\($0)" }.joined()
        ),
        ("code", (0..<12_000).map { "say \"{\($0)} {abs(1.5)}\"" }.joined(separator: "\n")),
        ("constants", (0..<66_000).map { "say \"\($0)\"" }.joined(separator: "\n")),
    ]

    @Test(arguments: large)
    func programsBeyondTheLimitsOfTheVMAreRefused(name: String, code: String) {
        let source = FTAISource(file: "large.ftai", text: Programs.task(code))
        let error = #expect(throws: CompilationError.self) {
            try FTAICompiler().compileWithOptimization(source, level: .none)
        }
        #expect(Set(error?.diagnostics.map(\.code) ?? []) == [.programTooLarge])
    }
}
