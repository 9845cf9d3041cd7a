// Texts: texts that are joined only to be joined again are joined at once.

import SerenaNetBytecode

/// Joins the parts of a text in one step, neighbouring constants as one.
///
/// Before: `v2 = concatenate v0, v1`, `v4 = concatenate v2, v3`. After: `v4 = concatenate v0, v1, v3`.
struct Texts {
    /// The longest list of parts that an instruction is given.
    private static let most = 64

    /// The longest constant that is made of others, in bytes. A long text is joined step by step, and without a limit each step
    /// would hold all of it once more.
    private static let longest = 1_024

    private var function: IRFunction
    private var texts: IRTexts
    private var definitions: [Int]
    /// See ``IRFunction/useCounts``; empty as long as nobody has asked.
    private var uses: [Int]

    /// Looks first whether there is anything to do: most texts are joined at once already.
    static func apply(to function: inout IRFunction, texts: inout IRTexts) {
        var definitions: [Int] = []
        var uses: [Int] = []
        var isFound = false
        for block in function.layout where !isFound {
            for index in function.blocks[block].code where function.instructions[index].opcode == .concatenate {
                if definitions.isEmpty { definitions = function.definitions }
                isFound = isFound || canJoin(index, in: function, texts, definitions, &uses)
            }
        }
        guard isFound else { return }
        var pass = Texts(taking: &function, &texts, definitions, uses)
        for block in pass.function.layout { pass.joinTexts(of: block) }
        function = pass.function
        texts = pass.texts
    }

    private init(
        taking function: inout IRFunction, _ texts: inout IRTexts, _ definitions: [Int], _ uses: [Int]
    ) {
        self.definitions = definitions
        self.uses = uses
        self.function = function
        self.texts = texts
        function = IRFunction(name: "", result: nil, line: 0)
        texts = IRTexts()
    }

    private mutating func joinTexts(of block: IRBlockNumber) {
        let before = function.blocks[block].code
        let hasWork = before.contains { index in
            function.instructions[index].opcode == .concatenate
                && Self.canJoin(index, in: function, texts, definitions, &uses)
        }
        guard hasWork else { return }
        var code: [Int] = []
        for index in before {
            if function.instructions[index].opcode == .concatenate {
                let parts = joinedConstants(flattened(index), of: index, &code)
                simplify(index, parts)
            }
            code.append(index)
        }
        function.blocks[block].code = code
    }

    /// Whether anything can be left out: a part that is a text of parts and nothing else's, a constant beside another, or an empty
    /// one.
    private static func canJoin(
        _ index: Int, in function: IRFunction, _ texts: IRTexts, _ definitions: [Int], _ uses: inout [Int]
    ) -> Bool {
        let operands = function.instructions[index].operands
        var isBehindConstant = false
        for value in operands {
            let opcode = definitions[value] < 0 ? nil : function.instructions[definitions[value]].opcode
            if opcode == .concatenate {
                if uses.isEmpty { uses = function.useCounts }
                if value < uses.count, uses[value] == 1 { return true }
            }
            let isConstant = opcode == .loadConstant
            if isConstant, isBehindConstant || texts[function.instructions[definitions[value]].payload].isEmpty {
                return true
            }
            isBehindConstant = isConstant
        }
        return operands.count < 2
    }

    private func source(_ value: IRValue) -> IRInstruction? {
        definitions[value] < 0 ? nil : function.instructions[definitions[value]]
    }

    /// The parts of a text, with those of parts that nothing else needs in their place.
    private mutating func flattened(_ index: Int) -> [IRValue] {
        if uses.isEmpty { uses = function.useCounts }
        var parts: [IRValue] = []
        let operands = function.instructions[index].operands
        for value in operands {
            if let inner = source(value), inner.opcode == .concatenate, value < uses.count, uses[value] == 1,
                parts.count + inner.operands.count + operands.count <= Self.most
            {
                parts += inner.operands
            } else {
                parts.append(value)
            }
        }
        return parts
    }

    /// The parts with neighbouring constants as one and without empty ones; new constants are put into `code`.
    private mutating func joinedConstants(_ parts: [IRValue], of index: Int, _ code: inout [Int]) -> [IRValue] {
        var result: [IRValue] = []
        var position = 0
        while position < parts.count {
            let start = position
            var joined = ""
            while position < parts.count, let inner = source(parts[position]), inner.opcode == .loadConstant {
                let part = texts[inner.payload]
                guard position == start || joined.utf8.count + part.utf8.count <= Self.longest else { break }
                joined += part
                position += 1
            }
            switch position - start {
            case 0:
                result.append(parts[position])
                position += 1
            case _ where joined.isEmpty: break
            case 1: result.append(parts[start])
            default: result.append(makeConstant(joined, like: index, &code))
            }
        }
        return result
    }

    private mutating func makeConstant(_ text: String, like index: Int, _ code: inout [Int]) -> IRValue {
        let value = function.makeValue(.string)
        let instruction = IRInstruction(
            opcode: .loadConstant, result: value, payload: texts.number(of: text),
            line: function.instructions[index].line,
            scope: function.instructions[index].scope)
        function.instructions.append(instruction)
        definitions.append(function.instructions.count - 1)
        code.append(function.instructions.count - 1)
        return value
    }

    private mutating func simplify(_ index: Int, _ parts: [IRValue]) {
        function.instructions[index].operands = IROperands(parts)
        guard parts.count < 2 else { return }
        if let only = parts.first, source(only)?.opcode != .loadConstant {
            function.instructions[index].opcode = .move
            return
        }
        function.instructions[index].opcode = .loadConstant
        function.instructions[index].payload = parts.first.flatMap { source($0)?.payload } ?? texts.number(of: "")
        function.instructions[index].operands = IROperands()
    }
}
