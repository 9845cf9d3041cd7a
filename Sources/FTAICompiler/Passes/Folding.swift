// Constant folding: what can be computed before a program runs is computed, exactly as the VM would.

import SerenaNetBytecode

/// Puts constants in the place of operations on constants, and operands in the place of operations that change nothing.
///
/// Before: `v2 = addInt v0, v1` with `v0 = loadInt 2` and `v1 = loadInt 3`. After: `v2 = loadInt 5`.
/// What would fail when it runs, such as an overflow or a division by zero, is left for the run to report.
struct Folding {
    private var function: IRFunction
    private var texts: IRTexts
    private var definitions: [Int]
    private var replacements: Replacements

    static func apply(to function: inout IRFunction, texts: inout IRTexts) {
        let definitions = function.definitions
        guard Foldable(function: function, definitions: definitions).isAny else { return }
        var folding = Folding(taking: &function, &texts, definitions)
        folding.fold()
        function = folding.function
        texts = folding.texts
    }

    private init(taking function: inout IRFunction, _ texts: inout IRTexts, _ definitions: [Int]) {
        self.definitions = definitions
        replacements = Replacements(count: function.types.count)
        self.function = function
        self.texts = texts
        function = IRFunction(name: "", result: nil, line: 0)
        texts = IRTexts()
    }

    private mutating func fold() {
        // In this order operands come before what uses them, but for what loops bring back.
        for block in ControlFlow.order(of: function) {
            for index in function.blocks[block].code {
                for operand in function.instructions[index].operands.indices {
                    let value = function.instructions[index].operands[operand]
                    let replacement = replacements[value]
                    if replacement != value { function.instructions[index].operands[operand] = replacement }
                }
                fold(index)
            }
            var terminator = function.blocks[block].terminator
            if replacements.hasAny { terminator.mapValues { replacements[$0] } }
            terminator = folded(terminator)
            function.blocks[block].terminator = terminator
        }
        function.replace(replacements)
        TrivialParameters.dropUnreachable(from: &function)
    }

    /// The instruction that gives a value; nil for inputs and parameters.
    private func source(_ value: IRValue) -> IRInstruction? {
        definitions[value] < 0 ? nil : function.instructions[definitions[value]]
    }

    private func int(_ value: IRValue) -> Int64? {
        guard let source = source(value), source.opcode == .loadInt else { return nil }
        return source.payload
    }

    private func float(_ value: IRValue) -> Double? {
        guard let source = source(value), source.opcode == .loadConstant, function.types[value] == .float else {
            return nil
        }
        return Double(bitPattern: UInt64(bitPattern: source.payload))
    }

    private func bool(_ value: IRValue) -> Bool? {
        guard let source = source(value), source.opcode == .loadBool else { return nil }
        return source.payload != 0
    }

    private func text(_ value: IRValue) -> String? {
        guard let source = source(value), source.opcode == .loadConstant, function.types[value] == .string else {
            return nil
        }
        return texts[source.payload]
    }

    private mutating func put(_ opcode: VMOpcode, _ payload: Int64, at index: Int) {
        function.instructions[index].opcode = opcode
        function.instructions[index].payload = payload
        function.instructions[index].operands = IROperands()
    }

    /// Uses another value in the place of a result. What is left is a copy that nothing needs, whatever could fail before.
    private mutating func use(at index: Int, _ value: IRValue) {
        replacements.replace(function.instructions[index].result, by: value)
        function.instructions[index].opcode = .move
        function.instructions[index].operands = IROperands(value)
    }

    private mutating func put(_ value: Double, at index: Int) {
        put(.loadConstant, Int64(bitPattern: value.bitPattern), at: index)
    }

    private mutating func put(_ text: String, at index: Int) {
        put(.loadConstant, texts.number(of: text), at: index)
    }

    private mutating func fold(_ index: Int) {
        let instruction = function.instructions[index]
        guard instruction.result >= 0, let first = instruction.operands.first else { return }
        switch instruction.opcode {
        case .addInt, .subInt, .mulInt, .divInt, .modInt, .addIntImmediate, .negInt: foldInteger(index, instruction)
        case .addFloat, .subFloat, .mulFloat, .divFloat, .negFloat: foldFloat(index, instruction)
        case .equalInt, .lessInt, .lessEqualInt, .equalFloat, .lessFloat, .lessEqualFloat, .equalString, .lessString,
            .equalBool:
            foldComparison(index, instruction)
        case .not:
            if let value = bool(first) { put(.loadBool, value ? 0 : 1, at: index) }
            if let inner = source(first), inner.opcode == .not {
                use(at: index, inner.operands[0])
            }
        case .intToFloat: if let value = int(first) { put(Double(value), at: index) }
        case .intToString: if let value = int(first) { put(String(value), at: index) }
        case .boolToString: if let value = bool(first) { put(value ? "true" : "false", at: index) }
        case .unwrap:
            if let inner = source(first), inner.opcode == .wrap {
                use(at: index, inner.operands[0])
            }
        default: break
        }
    }

    private mutating func foldInteger(_ index: Int, _ instruction: IRInstruction) {
        let a = int(instruction.operands[0])
        let b: Int64? = instruction.operands.count > 1 ? int(instruction.operands[1]) : instruction.payload
        if let a, let b {
            if let value = IntegerArithmetic.result(of: instruction.opcode, a, b) { put(.loadInt, value, at: index) }
            return
        }
        switch (instruction.opcode, a, b) {
        case (.addInt, _, 0?), (.subInt, _, 0?), (.addIntImmediate, _, 0?), (.mulInt, _, 1?), (.divInt, _, 1?):
            use(at: index, instruction.operands[0])
        case (.addInt, 0?, _), (.mulInt, 1?, _):
            use(at: index, instruction.operands[1])
        case (.mulInt, _, 0?), (.mulInt, 0?, _), (.modInt, _, 1?), (.modInt, _, .some(-1)): put(.loadInt, 0, at: index)
        default: break
        }
    }

    private mutating func foldFloat(_ index: Int, _ instruction: IRInstruction) {
        let operands = instruction.operands
        if instruction.opcode == .negFloat {
            if let value = float(operands[0]) { put(-value, at: index) }
            return
        }
        guard let b = float(operands[1]) else { return }
        if let a = float(operands[0]) {
            let value =
                switch instruction.opcode {
                case .addFloat: a + b
                case .subFloat: a - b
                case .mulFloat: a * b
                default: a / b
                }
            put(value, at: index)
        } else if b == 1, instruction.opcode == .mulFloat || instruction.opcode == .divFloat {
            // Exact for every number; adding 0 is not, because of −0.
            use(at: index, operands[0])
        }
    }

    private mutating func foldComparison(_ index: Int, _ instruction: IRInstruction) {
        let (a, b) = (instruction.operands[0], instruction.operands[1])
        var value: Bool?
        switch instruction.opcode {
        case .equalInt, .lessInt, .lessEqualInt:
            if let a = int(a), let b = int(b) { value = Self.holds(instruction.opcode, a, b) }
        case .equalFloat, .lessFloat, .lessEqualFloat:
            if let a = float(a), let b = float(b) { value = Self.holds(instruction.opcode, a, b) }
        case .equalBool:
            if let a = bool(a), let b = bool(b) { value = a == b }
            if let b = bool(b), value == nil {
                if b {
                    use(at: index, a)
                } else {
                    function.instructions[index].opcode = .not
                    function.instructions[index].operands = IROperands(a)
                }
            }
        default:
            if let a = text(a), let b = text(b) {
                value =
                    instruction.opcode == .equalString
                    ? a.utf8.elementsEqual(b.utf8) : a.utf8.lexicographicallyPrecedes(b.utf8)
            }
        }
        if let value { put(.loadBool, value ? 1 : 0, at: index) }
    }

    private static func holds<Value: Comparable>(_ opcode: VMOpcode, _ a: Value, _ b: Value) -> Bool {
        switch opcode {
        case .equalInt, .equalFloat: a == b
        case .lessInt, .lessFloat: a < b
        default: a <= b
        }
    }

    // MARK: Branches

    /// A branch whose way is known as a jump; a branch on a comparison of ints as that comparison.
    private func folded(_ terminator: IRTerminator) -> IRTerminator {
        guard case .branch(let test, let first, let second) = terminator else { return terminator }
        if let isTaken = value(of: test) { return .jump(isTaken ? first : second) }
        guard test.test == .isTrue, let source = source(test.left) else { return terminator }
        switch source.opcode {
        case .not: return folded(.branch(IRCondition(test: .isTrue, left: source.operands[0]), second, first))
        case .equalInt: return .branch(fused(.equal, source), first, second)
        case .lessInt: return .branch(fused(.less, source), first, second)
        case .lessEqualInt: return .branch(fused(.lessEqual, source), first, second)
        default: return terminator
        }
    }

    private func fused(_ test: IRCondition.Test, _ source: IRInstruction) -> IRCondition {
        IRCondition(test: test, left: source.operands[0], right: source.operands[1])
    }

    private func value(of test: IRCondition) -> Bool? {
        switch test.test {
        case .isTrue: return bool(test.left)
        case .isNull:
            switch source(test.left)?.opcode {
            case .loadNull: return true
            case .wrap: return false
            default: return nil
            }
        case .equal, .less, .lessEqual:
            if test.left == test.right { return test.test != .less }
            guard let a = int(test.left), let b = int(test.right) else { return nil }
            return test.test == .equal ? a == b : test.test == .less ? a < b : a <= b
        }
    }
}
