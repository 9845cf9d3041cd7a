// Whether constant folding has anything to do: most functions are written without operations on constants alone.

import SerenaNetBytecode

/// Looks over a function for what ``Folding`` could change, which costs far less than going through it.
///
/// It may find something where there is nothing, never the other way round.
struct Foldable {
    let function: IRFunction
    /// See ``IRFunction/definitions``.
    let definitions: [Int]

    var isAny: Bool {
        for block in function.layout {
            for index in function.blocks[block].code where isFoldable(index) { return true }
            if case .branch(let test, _, _) = function.blocks[block].terminator, isDecided(test) { return true }
        }
        return false
    }

    /// The operation that gives a value; nil for inputs and parameters.
    @inline(__always)
    private func opcode(_ value: IRValue) -> VMOpcode? {
        definitions[value] < 0 ? nil : function.instructions[definitions[value]].opcode
    }

    private func isConstant(_ value: IRValue) -> Bool {
        switch opcode(value) {
        case .loadInt, .loadBool, .loadConstant: true
        default: false
        }
    }

    private func isConstant(_ index: Int, _ operand: Int) -> Bool {
        isConstant(function.instructions[index].operands[operand])
    }

    /// Whether a value is a number that leaves what it is added to or multiplied with as it is, or nearly so.
    private func isUnit(_ index: Int, _ operand: Int) -> Bool {
        let value = function.instructions[index].operands[operand]
        guard isConstant(value) else { return false }
        let source = function.instructions[definitions[value]]
        if source.opcode == .loadInt { return (-1...1).contains(source.payload) }
        return Double(bitPattern: UInt64(bitPattern: source.payload)) == 1
    }

    private func isFoldable(_ index: Int) -> Bool {
        switch function.instructions[index].opcode {
        case .addInt, .subInt, .mulInt, .divInt, .modInt:
            isConstant(index, 0) && isConstant(index, 1) || isUnit(index, 0) || isUnit(index, 1)
        case .addFloat, .subFloat, .mulFloat, .divFloat:
            isConstant(index, 1) && (isConstant(index, 0) || isUnit(index, 1))
        case .addIntImmediate: function.instructions[index].payload == 0 || isConstant(index, 0)
        case .negInt, .negFloat, .intToFloat, .intToString, .boolToString: isConstant(index, 0)
        case .equalInt, .lessInt, .lessEqualInt, .equalFloat, .lessFloat, .lessEqualFloat, .equalString, .lessString:
            isConstant(index, 0) && isConstant(index, 1)
        case .equalBool: isConstant(index, 1)
        case .not: isConstant(index, 0) || opcode(function.instructions[index].operands[0]) == .not
        case .unwrap: opcode(function.instructions[index].operands[0]) == .wrap
        default: false
        }
    }

    private func isDecided(_ test: IRCondition) -> Bool {
        switch test.test {
        case .isTrue:
            switch opcode(test.left) {
            case .loadBool, .not, .equalInt, .lessInt, .lessEqualInt: true
            default: false
            }
        case .isNull: opcode(test.left) == .loadNull || opcode(test.left) == .wrap
        case .equal, .less, .lessEqual: test.left == test.right || isConstant(test.left) && isConstant(test.right)
        }
    }
}
