// Proof that a function in intermediate form holds together. The tests run it after every pass.

import SerenaNetBytecode

/// Checks what all passes rely on: every value is given once, before it is used on every way; operands have the types that
/// their operation wants; jumps bring what the block takes.
struct IRVerifier {
    private let function: IRFunction
    private let types: IRTypes
    private let flow: ControlFlow
    private let times: (enter: [Int], leave: [Int])
    /// Where each value is given; −1 where it is not.
    private var home: [IRBlockNumber]
    private var place: [Int]
    private var problems: [String] = []

    /// What is wrong with a function; empty when nothing is.
    static func problems(of function: IRFunction, types: IRTypes) -> [String] {
        var verifier = IRVerifier(function, types)
        verifier.collectDefinitions()
        for block in function.layout { verifier.check(block) }
        return verifier.problems
    }

    private init(_ function: IRFunction, _ types: IRTypes) {
        self.function = function
        self.types = types
        flow = ControlFlow(function)
        times = flow.treeTimes()
        home = [Int](repeating: -1, count: function.types.count)
        place = home
    }

    private mutating func report(_ problem: String) {
        problems.append("\(function.name): \(problem)")
    }

    private mutating func define(_ value: IRValue, in block: IRBlockNumber, at position: Int) {
        if home[value] >= 0 { report("v\(value) is given twice") }
        (home[value], place[value]) = (block, position)
    }

    private mutating func collectDefinitions() {
        for value in function.inputs { define(value, in: function.entry, at: -1) }
        if !function.blocks[function.entry].parameters.isEmpty { report("the first block has parameters") }
        if Set(function.layout).count != function.layout.count { report("a block stands in the layout twice") }
        if Set(function.layout) != Set(flow.order) { report("the layout is not the reachable blocks") }
        for block in function.layout {
            for value in function.blocks[block].parameters { define(value, in: block, at: -1) }
            for (position, index) in function.blocks[block].code.enumerated() {
                let result = function.instructions[index].result
                if result >= 0 { define(result, in: block, at: position) }
            }
        }
    }

    private mutating func use(_ value: IRValue, in block: IRBlockNumber, at position: Int) {
        guard home.indices.contains(value), home[value] >= 0 else { return report("v\(value) is never given") }
        let isBefore =
            home[value] == block
            ? place[value] < position
            : times.enter[home[value]] <= times.enter[block] && times.leave[home[value]] >= times.leave[block]
        if !isBefore { report("v\(value) is used in b\(block) before it is given") }
    }

    private mutating func check(_ block: IRBlockNumber) {
        for (position, index) in function.blocks[block].code.enumerated() {
            let instruction = function.instructions[index]
            for value in instruction.operands { use(value, in: block, at: position) }
            check(instruction)
        }
        let terminator = function.blocks[block].terminator
        var uses: [IRValue] = []
        terminator.forEachValue { uses.append($0) }
        for value in uses { use(value, in: block, at: function.blocks[block].code.count) }
        var edges: [IREdge] = []
        terminator.forEachEdge { edges.append($0) }
        for edge in edges {
            let wanted = function.blocks[edge.target].parameters.map { function.types[$0] }
            if edge.arguments.map({ function.types[$0] }) != wanted {
                report("b\(block) brings b\(edge.target) what it does not take")
            }
        }
        check(terminator)
    }

    private mutating func check(_ terminator: IRTerminator) {
        switch terminator {
        case .returnValue(let value) where function.result != function.types[value]:
            report("v\(value) is not of the result's type")
        case .returnNothing where function.result != nil: report("a return gives nothing")
        case .fail(let message): expect(message, .string)
        case .branch(let test, _, _):
            switch test.test {
            case .isTrue: expect(test.left, .bool)
            case .isNull: if !types[function.types[test.left]].isNullable { report("v\(test.left) is never null") }
            case .equal, .less, .lessEqual:
                expect(test.left, .int)
                expect(test.right, .int)
            }
        default: break
        }
    }

    private mutating func expect(_ value: IRValue, _ type: IRType) {
        if function.types[value] != type { report("v\(value) is \(types[function.types[value]]), not \(types[type])") }
    }

    private mutating func check(_ instruction: IRInstruction) {
        if instruction.cell >= 0 {
            let value = instruction.operands.first ?? instruction.result
            return expect(value, function.cells[instruction.cell])
        }
        let signature = instruction.opcode.signature
        var element: ValueType?
        var operand = 0
        for kind in [signature.a, signature.b, signature.c] + signature.more {
            switch kind {
            case .write(let pattern):
                guard instruction.result >= 0 else { continue }
                check(instruction.result, pattern, &element)
            case .read(let pattern):
                guard operand < instruction.operands.count else {
                    return report("\(instruction.opcode) lacks an operand")
                }
                check(instruction.operands[operand], pattern, &element)
                operand += 1
            default: break
            }
        }
        if signature.c != .argumentCount, operand != instruction.operands.count {
            report("\(instruction.opcode) has too many operands")
        }
    }

    private mutating func check(_ value: IRValue, _ pattern: TypePattern, _ element: inout ValueType?) {
        let type = types[function.types[value]]
        func bind(_ inner: ValueType) -> Bool {
            defer { element = inner }
            return element == nil || element == inner
        }
        let fits =
            switch (pattern, type) {
            case (.int, .int), (.float, .float), (.bool, .bool), (.string, .string), (.any, .any), (.fromSignature, _),
                (.nullable, .any), (.nullable, .optional), (.mapOfAny, .map(.any)):
                true
            case (.element, _): bind(type)
            case (.listOfElement, .list(let inner)), (.optionalElement, .optional(let inner)),
                (.mapOfElement, .map(let inner)), (.intMapOfElement, .intMap(let inner)):
                bind(inner)
            default: false
            }
        if !fits { report("v\(value) is \(type), which does not fit") }
    }
}
