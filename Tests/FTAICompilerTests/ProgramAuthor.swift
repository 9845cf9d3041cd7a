// Makes up programs at random, for comparing what runs them.

/// Writes programs whose names and types are right, and whose loops end. The same seed gives the same program.
///
/// They fail now and then, in places that are protected and in others: by overflow, division, an index outside, or `fail`.
struct ProgramAuthor {
    private var state: UInt64
    private var names: [String: [String]] = [:]
    private var variables: [String: [String]] = [:]
    private var counter = 0

    /// The types that values have; each has literals and expressions of its own.
    private static let types = [
        "int", "float", "bool", "string", "int?", "list<int>", "list<string>", "map<string, int>", "map<int, int>",
        "any",
    ]

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    private mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }

    private mutating func pick(_ values: [String]) -> String { values[below(values.count)] }

    private mutating func fresh(_ prefix: String) -> String {
        counter += 1
        return "_\(prefix)\(counter)"
    }

    /// Two tasks that the program calls: one computes, one fails for some of its inputs.
    static let callees = """
        @task mixed
          @input a:int
          @input b:int 3
          @output c:int
          @do
            var sum = a % 7
            for i in 1..b % 5
              sum = sum + i
            end
            return sum
          @end
        @end
        @task picky
          @input xs:list<int>
          @input i:int
          @output c:int
          @do
            append(xs, i)
            if i == 2
              fail "no {i}"
            end
            return xs[i]
          @end
        @end

        """

    mutating func program() -> String {
        var lines: [String] = []
        for type in Self.types {
            lines += [declaration(of: type, isVariable: true), declaration(of: type, isVariable: false)]
        }
        lines += block(depth: 3, count: 8)
        for type in Self.types {
            for name in names[type, default: []] { lines.append("say \(shown(name, type))") }
        }
        return lines.joined(separator: "\n")
    }

    /// An expression that can be said.
    private func shown(_ name: String, _ type: String) -> String {
        switch type {
        case "int?": "\(name) ?? -1"
        case "list<int>", "list<string>", "map<string, int>", "map<int, int>", "any": "to_json(\(name))"
        default: name
        }
    }

    // MARK: Statements

    private mutating func declaration(of type: String, isVariable: Bool) -> String {
        let value = expression(type, depth: 2)
        let name = fresh("v")
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
        switch below(depth > 0 ? 13 : 6) {
        case 0: return [declaration(of: pick(Self.types), isVariable: below(2) == 0)]
        case 1, 2:
            let type = pick(Self.types)
            guard let name = variables[type].map({ $0[below($0.count)] }) else { return [] }
            let isBare = type == "int?" && below(2) == 0
            return ["\(name) = \(isBare ? pick(["null", "5"]) : expression(type, depth: 3))"]
        case 3: return ["say \(expression(pick(["int", "float", "bool", "string"]), depth: 3))"]
        case 4: return [change()]
        case 5: return below(6) == 0 ? ["if \(expression("bool", depth: 2))", "fail \"gave up\"", "end"] : []
        case 6, 7:
            let condition = expression("bool", depth: 3)
            let taken = block(depth: depth - 1, count: 3)
            let other = block(depth: depth - 1, count: 3)
            return ["if \(condition)"] + taken + (below(2) == 0 ? ["else"] + other : []) + ["end"]
        case 8, 9: return attempt(depth: depth)
        case 10: return narrowing(depth: depth)
        case 11: return counting(depth: depth)
        default:
            let name = fresh("w")
            let condition = expression("bool", depth: 2)
            let body = block(depth: depth - 1, count: 3)
            return ["var \(name) = 0", "while \(name) < 3 and (\(condition))", "\(name) = \(name) + 1"] + body + ["end"]
        }
    }

    /// A change of a list or a map.
    private mutating func change() -> String {
        let ints = pick(names["list<int>"] ?? [])
        let map = pick(names["map<string, int>"] ?? [])
        let numbered = pick(names["map<int, int>"] ?? [])
        let int = expression("int", depth: 1)
        return pick([
            "append(\(ints), \(int))", "\(ints)[\(below(3))] = \(int)", "insert(\(ints), \(below(3)), \(int))",
            "remove_at(\(ints), \(below(3)))", "\(map)[\(literal("string"))] = \(int)",
            "remove(\(map), \(literal("string")))", "\(numbered)[\(below(4))] = \(int)",
            "\(numbered)[\(literal("int"))] = \(int)", "remove(\(numbered), \(below(4)))",
            "append(\(pick(names["list<string>"] ?? [])), \(literal("string")))",
        ])
    }

    private mutating func attempt(depth: Int) -> [String] {
        let body = block(depth: depth - 1, count: 4)
        let (message, kind) = (fresh("m"), fresh("k"))
        let outer = names
        names["string", default: []] += [message, kind]
        let handler = block(depth: depth - 1, count: 2)
        names = outer
        return ["try"] + body + ["catch \(message), \(kind)", "say \"{\(kind)}: {\(message)}\""] + handler + ["end"]
    }

    /// A branch in which an `any` has a type of its own.
    private mutating func narrowing(depth: Int) -> [String] {
        guard let constant = names["any"]?.first(where: { !(variables["any"] ?? []).contains($0) }) else { return [] }
        let type = pick(["int", "string", "list<int>", "float"])
        let outer = names
        names[type, default: []].append(constant)
        names["any"]?.removeAll { $0 == constant }
        let body = block(depth: depth - 1, count: 3)
        names = outer
        return ["if \(constant) is \(type)"] + body + ["end"]
    }

    private mutating func counting(depth: Int) -> [String] {
        let name = fresh("i")
        let (type, sequence) = pickSequence()
        let outer = names
        names[type, default: []].append(name)
        let body = block(depth: depth - 1, count: 3)
        names = outer
        let condition = type == "int" ? "\(name) > 0" : "\(name) == \"x\""
        let leave = below(3) == 0 ? ["if \(condition)", pick(["break", "continue"]), "end"] : []
        return ["for \(name) in \(sequence)"] + leave + body + ["end"]
    }

    private mutating func pickSequence() -> (type: String, sequence: String) {
        switch below(5) {
        case 0: ("int", "slice(\(expression("list<int>", depth: 1)), 0, 4)")
        case 1: ("string", "slice(keys(\(expression("map<string, int>", depth: 1))), 0, 4)")
        case 2: ("int", "slice(keys(\(expression("map<int, int>", depth: 1))), 0, 4)")
        default: ("int", "\(below(4) - 2)..\(below(4))")
        }
    }

    // MARK: Expressions

    private mutating func expression(_ type: String, depth: Int) -> String {
        if depth == 0 || below(4) == 0 {
            if let known = names[type], !known.isEmpty, below(3) > 0 { return known[below(known.count)] }
            return literal(type)
        }
        let a = expression("int", depth: depth - 1)
        switch type {
        case "int": return integer(a, depth: depth - 1)
        case "float":
            let x = expression("float", depth: depth - 1)
            return pick([
                "(\(x) \(pick(["+", "-", "*", "/"])) \(a))",
                "(\(x) \(pick(["+", "-", "*", "/"])) \(expression("float", depth: depth - 1)))", "-(\(x))",
            ])
        case "bool": return condition(depth: depth - 1)
        case "int?":
            let s = expression("string", depth: depth - 1)
            return pick([
                "(\(expression("int?", depth: depth - 1)) ?? \(expression("int?", depth: depth - 1)))",
                "parse_int(\(s))", "parse_int(\"{\(a)}\")", "\(expression("map<string, int>", depth: depth - 1))[\(s)]",
                "(\(expression("any", depth: depth - 1)) as int)",
                "index_of(\(expression("list<int>", depth: depth - 1)), \(a))",
                "\(expression("map<int, int>", depth: depth - 1))[\(a)]",
            ])
        case "string":
            let s = expression("string", depth: depth - 1)
            return pick([
                "\"a{\(a)}b{\(s)}{\(expression("bool", depth: depth - 1))}\"",
                "\"{\(expression("float", depth: depth - 1))}{\(s)}\"", "upper(\(s))",
                "repeat(\(literal("string")), 2)",
                "(\(expression("any", depth: depth - 1)) as string ?? \(s))",
            ])
        default: return container(type, a, depth: depth - 1)
        }
    }

    private mutating func integer(_ a: String, depth: Int) -> String {
        let b = expression("int", depth: depth)
        let xs = expression("list<int>", depth: depth)
        return pick([
            "(\(a) \(pick(["+", "-", "*", "/", "%"])) \(b))", "-(\(a))",
            "(\(expression("int?", depth: depth)) ?? \(a))",
            "length(\(expression("string", depth: depth)))", "[\(a), \(b)][\(below(3))]", "abs(\(a))",
            "\(xs)[\(below(3))]", "count(\(xs))", "sum(\(xs))",
            "count(\(expression("map<string, int>", depth: depth)))",
            "(\(expression("map<int, int>", depth: depth))[\(b)] ?? \(a))",
            "count(\(expression("map<int, int>", depth: depth)))",
            "mixed(\(a))", "mixed(b: \(b), a: \(a))", "picky(\(xs), \(below(4)))", "clamp(\(a), -5, \(b))",
            "(\(expression("any", depth: depth)) as int ?? \(a))",
        ])
    }

    private mutating func condition(depth: Int) -> String {
        let kind = pick(["int", "float", "string"])
        let (left, right) = (expression(kind, depth: depth), expression(kind, depth: depth))
        let (p, q) = (expression("bool", depth: depth), expression("bool", depth: depth))
        let any = expression("any", depth: depth)
        return pick([
            "(\(left) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(right))",
            "(\(p) \(pick(["and", "or", "==", "!="])) \(q))", "(not \(p))",
            "(\(pick(names["int?"] ?? ["parse_int(\"4\")"])) \(pick(["==", "!="])) null)",
            // Not a name by itself, which would have another type from here on.
            "((\(any) ?? null) is \(pick(["int", "float", "string", "bool", "list<int>", "map<string, any>"])))",
            "(\(any) \(pick(["==", "!="])) null)",
            "has(\(expression("map<string, int>", depth: depth)), \(literal("string")))",
            "has(\(expression("map<int, int>", depth: depth)), \(below(4)))",
            "((\(any) ?? null) is map<int, int>)",
            "contains(\(expression("list<int>", depth: depth)), \(below(3)))",
        ])
    }

    private mutating func container(_ type: String, _ a: String, depth: Int) -> String {
        let other = expression(type, depth: depth)
        switch type {
        case "list<int>":
            return pick([
                "[\(a), \(expression("int", depth: depth))]", "sorted(\(other))", "reversed(\(other))",
                "slice(\(other), \(below(3)), \(below(5)))", "values(\(expression("map<string, int>", depth: depth)))",
                "values(\(expression("map<int, int>", depth: depth)))",
                "keys(\(expression("map<int, int>", depth: depth)))",
                "(\(expression("any", depth: depth)) as list<int> ?? [\(a)])",
            ])
        case "list<string>":
            return pick([
                "[\(expression("string", depth: depth))]", "keys(\(expression("map<string, int>", depth: depth)))",
                "reversed(\(other))",
            ])
        case "map<string, int>":
            return pick([
                "[\(expression("string", depth: depth)): \(a), \(literal("string")): \(expression("int", depth: depth))]",
                other,
            ])
        case "map<int, int>":
            return pick([
                "[\(a): \(expression("int", depth: depth)), \(literal("int")): \(a)]", other,
                "(\(expression("any", depth: depth)) as map<int, int> ?? [\(a): 1])",
            ])
        default:
            let source = pick([
                "int", "float", "bool", "string", "int?", "list<int>", "map<string, int>", "map<int, int>",
            ])
            let held = expression(source, depth: depth)
            return pick(["item([\(held)], 0)", other, "(\(other) ?? \(held))"])
        }
    }

    private mutating func literal(_ type: String) -> String {
        switch type {
        case "int": pick(["0", "1", "-1", "2", "7", "40000", "-40000", "9223372036854775807"])
        case "float": pick(["0.0", "1.5", "-2.0", "1e300", "3"])
        case "bool": pick(["true", "false"])
        case "int?": pick(["parse_int(\"3\")", "parse_int(\"\")"])
        case "list<int>": pick(["[1, 2, 3]", "[4]", "slice([1], 1, 1)"])
        case "list<string>": pick(["[\"x\", \"y\"]", "split(\"a,b\", \",\")"])
        case "map<string, int>": pick(["[\"x\": 1]", "[\"x\": 2, \"\": 3]"])
        case "map<int, int>": pick(["[3: 1]", "[0: 2, 1: 5]"])
        case "any":
            pick([
                "parse_json(\"{{\\\"1\\\": 2}}\")", "parse_json(\"[1,2]\")", "parse_json(\"3\")",
                "parse_json(\"null\")",
                "parse_json(\"\\\"x\\\"\")",
            ])
        default: pick(["\"\"", "\"x\"", "\"é{{\""])
        }
    }
}
