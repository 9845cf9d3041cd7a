// Makes up programs with loops at random, for what the compiler does to loops.

/// Writes programs whose loops count, over bounds that the compiler knows and others that it does not. The same seed gives the
/// same program. Some overflow, divide by zero or read outside of a list, in any round.
struct LoopAuthor {
    private var state: UInt64
    private var counter = 0
    /// The names of ints that are there, and those that may be changed.
    private var ints = ["n", "k", "m"]
    private static let variables = ["s", "t"]

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 7
    }

    private mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }

    private mutating func pick(_ values: [String]) -> String { values[below(values.count)] }

    /// The code of a task. The bounds come out of texts, so that the compiler cannot know them.
    mutating func program() -> String {
        var lines = [
            "let n = parse_int(\"\(below(40))\") ?? 0", "let k = parse_int(\"\(below(9) - 4)\") ?? 0",
            "let m = parse_int(\"\(pick(["9223372036854775807", "9223372036854775790", "-9223372036854775808", "3"]))\") ?? 0",
            "var s = 0", "var t = 1", "var x = 0.5", "let xs = [3, 1, 4, 1, 5, 9, 2, 6]",
            "let words = [\"a\": 1, \"b\": 2]",
        ]
        for _ in 0..<(1 + below(3)) { lines += loop(depth: 2) }
        let rest = ["say s", "say t", "say x", "say to_json(xs)"]
        if below(4) == 0 { return (["try"] + lines + rest + ["catch why", "say why", "end"]).joined(separator: "\n") }
        return (lines + rest).joined(separator: "\n")
    }

    private mutating func loop(depth: Int) -> [String] {
        counter += 1
        let name = "i\(counter)"
        let outer = ints
        defer { ints = outer }
        ints.append(name)
        if below(4) == 0 {
            let body = self.body(of: name, depth: depth)
            return ["for \(name) in xs"] + body + ["end"]
        }
        let start = pick(["0", "1", "2", "-3", "k", "n - 30", "m - 12"])
        let end = pick(["n", "n", "n - 1", "k + 20", "17", "n + k", "m", "count(xs) - 1"])
        // A loop over all numbers would not end.
        let last = start == "m - 12" ? "m" : end == "m" ? "k" : end
        if below(3) == 0 {
            let body = self.body(of: name, depth: depth).filter { $0 != "continue" }
            let increment = "\(name) = \(name) + 1"
            return ["var \(name) = \(start)", "while \(name) < \(last)"]
                + (below(4) == 0 ? [increment] + body : body + [increment]) + ["end"]
        }
        return ["for \(name) in \(start)..\(last)"] + body(of: name, depth: depth) + ["end"]
    }

    private mutating func body(of name: String, depth: Int) -> [String] {
        var lines: [String] = []
        for _ in 0..<(1 + below(3)) { lines += statement(name, depth: depth) }
        return lines
    }

    private mutating func statement(_ name: String, depth: Int) -> [String] {
        let variable = pick(Self.variables)
        switch below(depth > 1 ? 14 : 12) {
        case 0: return ["\(variable) = \(variable) + \(number(name))"]
        case 1: return ["\(variable) = \(variable) - \(number(name))"]
        case 2: return ["x = x * 0.5 + \(number(name))"]
        case 3: return ["\(variable) = (\(variable) * 3 + \(number(name))) % 1000"]
        case 4:
            return ["if \(name) % \(pick(["2", "3", "4", "5", "k"])) == \(below(3))"] + statement(name, depth: 0)
                + (below(2) == 0 ? ["else"] + statement(name, depth: 0) : []) + ["end"]
        case 5: return below(3) == 0 ? ["if s > \(below(400))", "break", "end"] : ["t = t + 1"]
        case 6: return below(3) == 0 ? ["if \(name) == \(below(30))", "continue", "end"] : ["s = s + t % 5"]
        case 7: return ["xs[(\(number(name))) % 8] = \(name)"]
        case 8: return ["\(variable) = \(variable) + xs[\(pick([name, "\(name) % 8", "(\(number(name))) % 8"]))]"]
        case 9: return ["if \(name) == \(below(20))", "say \"{\(name)}: {\(variable)} {x}\"", "end"]
        case 10: return ["s = s + (words[\(pick(["\"a\"", "\"{\(name) % 3}\"", "\"c\""]))] ?? \(name))"]
        case 11: return ["if x \(pick(["<", "<=", ">", "=="])) \(below(6)).5", "x = x + 1.25 + \(variable)", "end"]
        default: return loop(depth: depth - 1)
        }
    }

    private mutating func number(_ name: String) -> String {
        let other = pick(ints)
        return pick([
            name, "\(name) + \(below(5))", "\(name) * \(other)", "\(other) - \(name)", "\(name) - \(other) + 3",
            "\(other) - \(name) - 2", "\(below(9)) * \(name)", "\(name) % 3", "\(other) + \(name) * \(name)",
            "100 / (\(name) - \(below(60)))", "\(below(90))",
        ])
    }
}
