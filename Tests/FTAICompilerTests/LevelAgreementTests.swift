// Programs that were made up at random do the same at every level of optimisation.

import FTAICompiler
import SerenaNetBytecode
import Testing

@Suite struct LevelAgreementTests {
    @Test(arguments: 0..<150)
    func everyLevelDoesTheSame(seed: Int) throws {
        var author = ProgramAuthor(seed: UInt64(seed))
        let text = Programs.task(author.program())
        try #require(Programs.problems(text).filter { $0 < "FTAI0220" } == [], "\(text)")
        let plain = try Programs.run(text, level: .none)
        for level in OptimizationLevel.allCases where level != .none {
            let run = try Programs.run(text, level: level)
            #expect(run.said == plain.said, "\(level)\n\(text)")
            #expect(run.error == plain.error, "\(level)\n\(text)")
        }
    }
}

/// Writes programs whose names and types are right, and whose loops end.
struct ProgramAuthor {
    private var state: UInt64
    private var names: [String: [String]] = [:]
    private var variables: [String: [String]] = [:]
    private var counter = 0

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    private mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }

    private mutating func pick(_ values: [String]) -> String { values[below(values.count)] }

    mutating func program() -> String {
        var lines: [String] = []
        for type in ["int", "float", "bool", "string", "int?"] {
            lines += [declaration(of: type, isVariable: true), declaration(of: type, isVariable: false)]
        }
        lines += block(depth: 3, count: 8)
        for name in names["int", default: []] { lines.append("say \(name)") }
        for name in names["int?", default: []] { lines.append("say \(name) ?? -1") }
        return lines.joined(separator: "\n")
    }

    private mutating func declaration(of type: String, isVariable: Bool) -> String {
        let value = expression(type, depth: 2)
        counter += 1
        let name = "_v\(counter)"
        names[type, default: []].append(name)
        if isVariable { variables[type, default: []].append(name) }
        return "\(isVariable ? "var" : "let") \(name): \(type) = \(value)"
    }

    private mutating func block(depth: Int, count: Int) -> [String] {
        let (outerNames, outerVariables) = (names, variables)
        defer { (names, variables) = (outerNames, outerVariables) }
        return (0..<(1 + below(count))).flatMap { _ in statement(depth: depth) }
    }

    private mutating func statement(depth: Int) -> [String] {
        switch below(depth > 0 ? 8 : 4) {
        case 0: return [declaration(of: pick(["int", "float", "bool", "string", "int?"]), isVariable: below(2) == 0)]
        case 1, 2:
            let type = pick(["int", "float", "bool", "string", "int?"])
            guard let name = variables[type].map({ $0[below($0.count)] }) else { return [] }
            let isBare = type == "int?" && below(2) == 0
            return ["\(name) = \(isBare ? pick(["null", "5"]) : expression(type, depth: 3))"]
        case 3: return ["say \(expression(pick(["int", "float", "bool", "string"]), depth: 3))"]
        case 4, 5:
            let condition = expression("bool", depth: 3)
            let taken = block(depth: depth - 1, count: 3)
            let other = block(depth: depth - 1, count: 3)
            return ["if \(condition)"] + taken + (below(2) == 0 ? ["else"] + other : []) + ["end"]
        case 6:
            counter += 1
            let name = "_i\(counter)"
            let range = "\(below(4) - 2)..\(below(4))"
            names["int", default: []].append(name)
            let body = block(depth: depth - 1, count: 3)
            names["int"]?.removeLast()
            let leave = below(3) == 0 ? ["if \(name) > 0", pick(["break", "continue"]), "end"] : []
            return ["for \(name) in \(range)"] + leave + body + ["end"]
        default:
            counter += 1
            let name = "_w\(counter)"
            let condition = expression("bool", depth: 2)
            let body = block(depth: depth - 1, count: 3)
            return ["var \(name) = 0", "while \(name) < 3 and (\(condition))", "\(name) = \(name) + 1"] + body + ["end"]
        }
    }

    private mutating func expression(_ type: String, depth: Int) -> String {
        if depth == 0 || below(4) == 0 {
            if let known = names[type], below(3) > 0 { return known[below(known.count)] }
            return literal(type)
        }
        func part(_ author: inout ProgramAuthor, _ type: String) -> String { author.expression(type, depth: depth - 1) }
        switch type {
        case "int":
            return pick([
                "(\(part(&self, "int")) \(pick(["+", "-", "*", "/", "%"])) \(part(&self, "int")))",
                "-(\(part(&self, "int")))",
                "(\(part(&self, "int?")) ?? \(part(&self, "int")))", "length(\(part(&self, "string")))",
                "[\(part(&self, "int")), \(part(&self, "int"))][\(below(3))]", "abs(\(part(&self, "int")))",
            ])
        case "float":
            return pick([
                "(\(part(&self, "float")) \(pick(["+", "-", "*", "/"])) \(part(&self, "int")))",
                "(\(part(&self, "float")) \(pick(["+", "-", "*", "/"])) \(part(&self, "float")))",
                "-(\(part(&self, "float")))",
            ])
        case "bool":
            let kind = pick(["int", "float", "string"])
            return pick([
                "(\(part(&self, kind)) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(part(&self, kind)))",
                "(\(part(&self, "bool")) \(pick(["and", "or", "==", "!="])) \(part(&self, "bool")))",
                "(not \(part(&self, "bool")))",
                "(\(pick(names["int?"] ?? ["parse_int(\"4\")"])) \(pick(["==", "!="])) null)",
            ])
        case "int?":
            return pick([
                "(\(part(&self, "int?")) ?? \(part(&self, "int?")))", "parse_int(\(part(&self, "string")))",
                "parse_int(\"{\(part(&self, "int"))}\")",
            ])
        default:
            return pick([
                "\"a{\(part(&self, "int"))}b{\(part(&self, "string"))}{\(part(&self, "bool"))}\"",
                "\"{\(part(&self, "float"))}{\(part(&self, "string"))}\"", "upper(\(part(&self, "string")))",
            ])
        }
    }

    private mutating func literal(_ type: String) -> String {
        switch type {
        case "int": pick(["0", "1", "-1", "2", "7", "40000", "-40000", "9223372036854775807"])
        case "float": pick(["0.0", "1.5", "-2.0", "1e300", "3"])
        case "bool": pick(["true", "false"])
        case "int?": pick(["parse_int(\"3\")", "parse_int(\"\")"])
        default: pick(["\"\"", "\"x\"", "\"é{{\""])
        }
    }
}
