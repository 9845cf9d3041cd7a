// The rules of the verifier, each broken once.

import SerenaNetBytecode

extension Breach {
    static let all = outside + operands + lists + control + interfaces + limits + tasks

    private static let outside = [
        Breach(
            "value of another type under a key", .registerType(register: 4, expected: "float", found: .string), at: 0
        ) {
            $0.functions[0].registers.append(.map(.float))
            $0.instructions[0] = VMInstruction(.mapSet, a: 6, b: 4, c: 4)
        },
        Breach(
            "result of a map that is never null", .registerType(register: 0, expected: "float?", found: .float), at: 0
        ) {
            $0.functions[0].registers.append(.map(.float))
            $0.instructions[0] = VMInstruction(.mapGet, a: 0, b: 6, c: 4)
        },
        Breach("key without a value", .argumentCount(expected: 2, found: 1), at: 0) {
            $0.functions[0].registers.append(.map(.float))
            $0.instructions[0] = VMInstruction(.makeMap, a: 6, arguments: [4])
        },
        Breach("key that is no text", .registerType(register: 0, expected: "string", found: .float), at: 0) {
            $0.functions[0].registers.append(.map(.float))
            $0.instructions[0] = VMInstruction(.makeMap, a: 6, arguments: [0, 0])
        },
        Breach("text as a key of a map from ints", .registerType(register: 4, expected: "int", found: .string), at: 0) {
            $0.functions[0].registers.append(.intMap(.float))
            $0.instructions[0] = VMInstruction(.makeIntMap, a: 6, arguments: [4, 0])
        },
        Breach(
            "map from texts in place of a map from ints",
            .registerType(register: 6, expected: "a map from ints", found: .map(.float)), at: 0
        ) {
            $0.functions[0].registers += [.map(.float), .int]
            $0.instructions[0] = VMInstruction(.intMapSet, a: 6, b: 7, c: 0)
        },
        Breach("any in an optional", .optionalInOptional) { $0.functions[0].registers.append(.optional(.any)) },
        Breach("comparison that does not exist", .unknownRelation(5), at: 0) {
            $0.instructions[0] = VMInstruction(.jumpFloat, a: 0, b: 1, c: 0, more: [5])
        },
        Breach("fourth operand that is missing", .argumentList(announced: 1, found: 0), at: 0) {
            $0.instructions[0] = VMInstruction(.mulAddFloat, a: 0, b: 1, c: 0)
        },
        Breach("text of a list", .registerType(register: 6, expected: "a type with a text", found: .list(.int)), at: 0)
        {
            $0.functions[0].registers.append(.list(.int))
            $0.instructions[0] = VMInstruction(.joinAsText, a: 4, arguments: [6])
        },
        Breach("scope of no inlined call", .inlinedCalls) {
            $0.functions[0].scopes = [0, 0, 0, 1, 0, 0, 0, 0]
        },
        Breach("nothing to do together", .argumentCount(expected: 1, found: 0), at: 0) {
            $0.instructions[0] = VMInstruction(.together, a: 1)
        },
        Breach("elements of two types", .registerType(register: 4, expected: "float", found: .string), at: 0) {
            $0.functions[0].registers += [.list(.float), .int]
            $0.instructions[0] = VMInstruction(
                .callBuiltin, a: 7, b: Builtin.insert.rawValue, arguments: [6, 7, 4])
        },
        Breach("undeclared calls", .effects(declared: .says, found: [.says, .calls])) {
            $0.functions[0].registers += [.any, .map(.any)]
            $0.instructions[0] = VMInstruction(.callTool, a: 6, b: 4, c: 7)
        },
        Breach("handler of nothing", .handlerRange) {
            $0.functions[0].handlers = [FaultHandler(range: 2..<2, target: 0)]
        },
        Breach("handler of what is outside", .handlerRange) {
            $0.functions[0].handlers = [FaultHandler(range: 2..<9, target: 0)]
        },
        Breach("handler that leaves the function", .jumpOutside(target: 8, count: 8)) {
            $0.functions[0].handlers = [FaultHandler(range: 2..<3, target: 8)]
        },
        Breach("message into a number", .registerType(register: 0, expected: "string", found: .float)) {
            $0.functions[0].handlers = [FaultHandler(range: 2..<3, target: 0, message: 0)]
        },
        Breach("kind into a register that is not there", .registerOutside(register: 6, count: 6)) {
            $0.functions[0].handlers = [FaultHandler(range: 2..<3, target: 0, kind: 6)]
        },
    ]

    private static let operands = [
        Breach("register outside", .registerOutside(register: 6, count: 6), at: 1) { $0.instructions[1].b = 6 },
        Breach("register of another type", .registerType(register: 4, expected: "float", found: .string), at: 1) {
            $0.instructions[1].c = 4
        },
        Breach("two types for one element", .registerType(register: 0, expected: "string", found: .float), at: 0) {
            $0.instructions[0] = VMInstruction(.move, a: 4, b: 0)
        },
        Breach("no list", .registerType(register: 0, expected: "a list", found: .float), at: 1) {
            $0.instructions[9] = VMInstruction(.listCount, a: 1, b: 0)
        },
        Breach(
            "element of another list", .registerType(register: 6, expected: "list<string>", found: .list(.int)), at: 0
        ) {
            $0.functions[0].registers += [.list(.int), .int]
            $0.instructions[0] = VMInstruction(.listGet, a: 4, b: 6, c: 7)
        },
        Breach("null into a scalar", .registerType(register: 0, expected: "an optional", found: .float), at: 0) {
            $0.instructions[0] = VMInstruction(.loadNull, a: 0)
        },
        Breach(
            "recall into another optional",
            .registerType(register: 6, expected: "string?", found: .optional(.int)), at: 0
        ) {
            $0.functions[0].registers.append(.optional(.int))
            $0.instructions[0] = VMInstruction(.recall, a: 6, b: 4)
        },
        Breach("unused operand", .unusedOperand(1), at: 6) { $0.instructions[6].c = 1 },
        Breach("constant outside", .constantOutside(constant: 3, count: 3), at: 0) { $0.instructions[0].b = 3 },
        Breach("constant of another type", .constantType(constant: 2, register: .float), at: 0) {
            $0.instructions[0].b = 2
        },
        Breach("unknown built-in", .unknownBuiltin(999), at: 4) { $0.instructions[12].b = 999 },
        Breach("result of a built-in", .registerType(register: 1, expected: "string", found: .int), at: 4) {
            $0.instructions[12].a = 1
        },
        Breach("argument of a built-in", .registerType(register: 2, expected: "int", found: .string), at: 4) {
            $0.instructions[12].arguments[1] = 2
        },
    ]

    private static let lists = [
        Breach("fewer arguments than announced", .argumentList(announced: 5, found: 4), at: 5) {
            $0.instructions[5].arguments.removeLast()
        },
        Breach("arguments where none belong", .argumentList(announced: 0, found: 1), at: 2) {
            $0.instructions[2].arguments = [0]
        },
        Breach("joining a number", .registerType(register: 2, expected: "string", found: .float), at: 5) {
            $0.instructions[5].arguments[2] = 2
        },
        Breach("list of mixed types", .registerType(register: 4, expected: "float", found: .string), at: 0) {
            $0.functions[0].registers.append(.list(.float))
            $0.instructions[0] = VMInstruction(.makeList, a: 6, arguments: [0, 4])
        },
    ]

    private static let control = [
        Breach("jump outside", .jumpOutside(target: 6, count: 6), at: 3) { $0.instructions[11].a = 6 },
        Breach("no end", .noEnd, at: 5) { $0.instructions[13] = VMInstruction(.move, a: 2, b: 2) },
        Breach("call of a function that does not exist", .functionOutside(function: 2, count: 2), at: 3) {
            $0.instructions[3].b = 2
        },
        Breach("call with too few arguments", .argumentCount(expected: 1, found: 0), at: 3) {
            $0.instructions[3] = VMInstruction(.call, a: 4, b: 1, arguments: [])
        },
        Breach("call with a wrong argument", .registerType(register: 4, expected: "float", found: .string), at: 3) {
            $0.instructions[3].arguments = [4]
        },
        Breach("result of a call", .registerType(register: 0, expected: "string", found: .float), at: 3) {
            $0.instructions[3].a = 0
        },
        Breach("no register for a result", .registerOutside(register: 0xFFFF, count: 6), at: 3) {
            $0.instructions[3].a = VMInstruction.noRegister
        },
        Breach("register for no result", .resultMismatch, at: 3) {
            $0.functions[1].result = nil
        },
        Breach("return of another type", .registerType(register: 4, expected: "float", found: .string), at: 7) {
            $0.instructions[7].a = 4
        },
        Breach("return without the result", .resultMismatch, at: 7) {
            $0.instructions[7] = VMInstruction(.returnNothing)
        },
        Breach("return of a result that is not declared", .resultMismatch, at: 5) {
            $0.functions[1].result = nil
            $0.instructions[3].a = VMInstruction.noRegister
        },
    ]

    private static let interfaces = [
        Breach("undeclared effect", .effects(declared: .pure, found: .says)) { $0.functions[0].effects = .pure },
        Breach("undeclared effect of a callee", .effects(declared: .says, found: [.says, .writes])) {
            $0.functions[1].effects = .writes
        },
        Breach("code that overlaps", .codeRange) {
            $0.functions[1].code = 7..<14
            $0.functions[1].lines.append(5)
        },
        Breach("code with a gap", .codeRange) {
            $0.functions[1].code = 9..<14
            $0.functions[1].lines.removeLast()
        },
        Breach("code that belongs to nobody", .codeRange) { $0.instructions.append(VMInstruction(.returnNothing)) },
        Breach("code outside", .codeRange) {
            $0.functions[1].code = 8..<15
            $0.functions[1].lines.append(5)
        },
        Breach("code before the beginning", .codeRange) {
            $0.functions[0].code = -1..<7
        },
        Breach("code from the least number on", .codeRange) { $0.functions[0].code = .min..<7 },
        Breach("code up to the greatest number", .codeRange) { $0.functions[1].code = -8..<(.max) },
        Breach("no code", .noCode) { $0.functions[0].code = 0..<0 },
        Breach("a line too few", .lineCount(expected: 8, found: 7)) { $0.functions[0].lines.removeLast() },
        Breach("more parameters than registers", .parameterCount(7)) { $0.functions[0].parameterCount = 7 },
        Breach("fewer parameters than none", .parameterCount(-1)) { $0.functions[0].parameterCount = -1 },
        Breach("type nested too deep", .typeTooDeep) {
            $0.functions[0].registers.append((0..<8).reduce(.int) { type, _ in .list(type) })
        },
        Breach("optional in optional", .optionalInOptional) {
            $0.functions[0].registers.append(.list(.optional(.optional(.int))))
        },
    ]

    private static let limits = [
        Breach("too many registers", .tooMany(what: "registers", count: 4_097, limit: 4_096)) {
            $0.functions[0].registers = Array(repeating: .float, count: 4_097)
        },
        Breach("too many functions", .tooMany(what: "functions", count: 65_536, limit: 65_535)) {
            $0.functions = Array(repeating: $0.functions[0], count: 65_536)
        },
        Breach("too many constants", .tooMany(what: "constants", count: 65_537, limit: 65_536)) {
            $0.constants = Array(repeating: .int(0), count: 65_537)
        },
        Breach("too much code", .tooMany(what: "words of code", count: 32_775, limit: 32_767)) {
            let filling = Array(repeating: VMInstruction(.move, a: 0, b: 0), count: 32_768)
            $0.instructions.insert(contentsOf: filling, at: 8)
            $0.functions[1].code = 8..<14 + filling.count
            $0.functions[1].lines += Array(repeating: 1, count: filling.count)
        },
    ]

    private static let tasks = [
        Breach("task without function", .functionOutside(function: 2, count: 2)) { $0.tasks[0].function = 2 },
        Breach("task with a negative function", .functionOutside(function: -1, count: 2)) { $0.tasks[0].function = -1 },
        Breach("an input too few", .taskInputs(task: "tip")) { $0.tasks[0].inputs.removeLast() },
        Breach("input of another type", .taskInputs(task: "tip")) { $0.tasks[0].inputs[0].type = .int },
        Breach("default of another type", .defaultValue(task: "tip", input: "rate")) {
            $0.tasks[0].inputs[1].defaultValue = .int(15)
        },
        Breach("two tasks of one name", .duplicateName("TIP")) { $0.tasks[1].name = "TIP" },
        Breach("two of many tasks of one name", .duplicateName("task20")) {
            for number in 0..<20 {
                $0.tasks.append($0.tasks[0])
                $0.tasks[$0.tasks.count - 1].name = "Task\(number + 1)"
            }
            $0.tasks.append($0.tasks[0])
            $0.tasks[$0.tasks.count - 1].name = "task20"
        },
        Breach("two inputs of one name", .duplicateName("bill")) { $0.tasks[0].inputs[1].name = "bill" },
    ]
}
