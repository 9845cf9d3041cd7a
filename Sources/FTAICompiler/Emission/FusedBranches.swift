// Branches that are one instruction together with what stands before or behind them.

import SerenaNetBytecode

/// What a branch is joined with. Instructions are named by their numbers in the function.
enum FusedBranch {
    /// The addition that the block ends with, and the branch on its sum.
    case add(Int)
    /// The comparison of floats that the block ends with.
    case compareFloats(Int)
    /// The `unwrap` that the block for what is not null begins with.
    case unwrap(Int)
    /// The same, and the look for a key that the block ends with.
    case mapGet(Int, unwrap: Int)
}

/// Finds the branches of a function that can be joined with their neighbours.
struct FusedBranches {
    private let function: IRFunction
    private let types: IRTypes
    private let entries: [Int32]
    private let uses: [Int]
    private(set) var found: [IRBlockNumber: FusedBranch] = [:]
    /// By instruction: whether it is a part of a branch.
    private(set) var isTaken: [Bool]

    /// - Parameter loops: for each block, the step of a loop that it is joined with already; −1 for none.
    init(
        _ function: IRFunction, types: IRTypes, entries: [Int32], without loops: [IRBlockNumber]
    ) {
        self.function = function
        self.types = types
        self.entries = entries
        uses = function.useCounts
        isTaken = [Bool](repeating: false, count: function.instructions.count)
        for block in function.layout {
            guard loops[block] < 0, let fused = fused(block) else { continue }
            found[block] = fused
            switch fused {
            case .add(let index), .compareFloats(let index), .unwrap(let index): isTaken[index] = true
            case .mapGet(let index, let unwrap): (isTaken[index], isTaken[unwrap]) = (true, true)
            }
        }
    }

    private func fused(_ block: IRBlockNumber) -> FusedBranch? {
        guard case .branch(let test, _, let other) = function.blocks[block].terminator else { return nil }
        let last = function.blocks[block].code.last ?? -1
        switch test.test {
        case .isNull: return fusedNull(test.left, last, other.target)
        case .isTrue:
            guard last >= 0, uses[test.left] == 1, function.instructions[last].result == test.left else { return nil }
            return Self.relation(ofFloats: function.instructions[last].opcode) == nil ? nil : .compareFloats(last)
        case .equal, .less, .lessEqual:
            guard last >= 0, test.left != test.right else { return nil }
            let sum = function.instructions[last]
            guard sum.result == test.left || sum.result == test.right else { return nil }
            return sum.opcode == .addInt || sum.opcode == .addIntImmediate ? .add(last) : nil
        }
    }

    private func fusedNull(_ value: IRValue, _ last: Int, _ target: IRBlockNumber) -> FusedBranch? {
        guard entries[target] == 1, let first = function.blocks[target].code.first,
            function.instructions[first].opcode == .unwrap, function.instructions[first].operands[0] == value
        else { return nil }
        if last >= 0, uses[value] == 2, Self.isMapGet(function.instructions[last].opcode),
            function.instructions[last].result == value,
            hasPlainElements(function.instructions[last].operands[0])
        {
            return .mapGet(last, unwrap: first)
        }
        return .unwrap(first)
    }

    private static func isMapGet(_ opcode: VMOpcode) -> Bool { opcode == .mapGet || opcode == .intMapGet }

    /// Whether a map holds what is never null.
    private func hasPlainElements(_ map: IRValue) -> Bool {
        types.mapElement(function.types[map])?.isScalar ?? false
    }

    static func relation(ofFloats opcode: VMOpcode) -> (holds: Relation, fails: Relation)? {
        switch opcode {
        case .equalFloat: (.equal, .notEqual)
        case .lessFloat: (.less, .notLess)
        case .lessEqualFloat: (.lessOrEqual, .notLessOrEqual)
        default: nil
        }
    }
}

extension CodeEmitter {
    /// Writes a branch together with what it is joined with.
    mutating func emit(_ fused: FusedBranch, of block: IRBlockNumber, next: IRBlockNumber) {
        guard case .branch(let test, let first, let second) = function.blocks[block].terminator else { return }
        let (taken, other) = (resolved(first.target), resolved(second.target))
        let isWanted = taken != next
        let target = isWanted ? taken : other
        switch fused {
        case .add(let index): emitAdd(index, test, isWanted, to: target, block)
        case .compareFloats(let index):
            let comparison = function.instructions[index]
            guard let relation = FusedBranches.relation(ofFloats: comparison.opcode) else { return }
            let (a, b) = (register(comparison.operands[0]), register(comparison.operands[1]))
            let code = (isWanted ? relation.holds : relation.fails).rawValue
            emitJump(VMInstruction(.jumpFloat, a: a, b: b, c: 0, more: [code]), to: target, like: nil, block)
        case .unwrap(let index):
            let unwrap = function.instructions[index]
            let (a, b) = (register(unwrap.result), register(unwrap.operands[0]))
            emitJump(VMInstruction(.unwrapOrJump, a: a, b: b), to: taken, like: unwrap, block)
        case .mapGet(let index, let unwrap):
            let search = function.instructions[index]
            let (map, key) = (register(search.operands[0]), register(search.operands[1]))
            let a = register(function.instructions[unwrap].result)
            let opcode: VMOpcode = search.opcode == .intMapGet ? .intMapGetOrJump : .mapGetOrJump
            emitJump(VMInstruction(opcode, a: a, b: map, c: key, more: [0]), to: taken, like: search, block)
        }
        switch fused {
        // These can go to the block for null only.
        case .unwrap, .mapGet: if other != next { emitJump(VMInstruction(.jump), to: other, like: nil, block) }
        case .add, .compareFloats:
            if isWanted, other != next { emitJump(VMInstruction(.jump), to: other, like: nil, block) }
        }
    }

    private mutating func emitAdd(
        _ index: Int, _ test: IRCondition, _ isWanted: Bool, to target: IRBlockNumber, _ block: IRBlockNumber
    ) {
        let sum = function.instructions[index]
        var relation: Relation = test.test == .less ? .less : test.test == .equal ? .equal : .lessOrEqual
        if !isWanted { relation = relation.oppositeOfInts }
        let limit = sum.result == test.left ? test.right : test.left
        if sum.result == test.right { relation = relation.mirrored }
        let isImmediate = sum.opcode == .addIntImmediate
        let c = isImmediate ? UInt16(truncating: Int(sum.payload)) : register(sum.operands[1])
        emitJump(
            VMInstruction(
                isImmediate ? .addImmediateJumpInt : .addJumpInt, a: register(sum.result), b: register(sum.operands[0]),
                c: c, more: [relation.rawValue, register(limit), 0]), to: target, like: sum, block)
    }

    // MARK: Loops

    /// For a block that ends `if i < last: i += step, go on`, the block of the step, which reads an element of a list at most.
    func stepBlock(of block: IRBlockNumber) -> IRBlockNumber? {
        guard case .branch(let test, let taken, _) = function.blocks[block].terminator, test.test == .less,
            entries[taken.target] == 1, moveRanges[taken.target].isEmpty,
            case .jump = function.blocks[taken.target].terminator,
            let first = function.blocks[taken.target].code.first
        else { return nil }
        let step = function.instructions[first]
        guard step.opcode == .addIntImmediate, step.payload == 1 || (fusesBranches && step.payload > 1),
            step.operands[0] == test.left,
            allocation.registers[step.result] == allocation.registers[test.left],
            function.blocks[taken.target].code.count == 1 || isReading(taken.target, step)
        else { return nil }
        return taken.target
    }

    /// Whether all that stands behind the step is reading the element at the number.
    private func isReading(_ block: IRBlockNumber, _ step: IRInstruction) -> Bool {
        let code = function.blocks[block].code
        guard fusesBranches, code.count == 2, step.payload == 1 else { return false }
        let reading = function.instructions[code[1]]
        return reading.opcode == .listGet && reading.operands[1] == step.result
    }

    /// Writes the branch of a counting loop together with its step, and with the reading of an element.
    mutating func emitLoop(
        _ test: IRCondition, _ stepBlock: IRBlockNumber, to target: IRBlockNumber, _ block: IRBlockNumber
    ) {
        let code = function.blocks[stepBlock].code
        let step = function.instructions[code[0]]
        let (a, b) = (register(test.left), register(test.right))
        if code.count == 2 {
            let reading = function.instructions[code[1]]
            let list = register(reading.operands[0])
            emitJump(
                VMInstruction(.loopGet, a: register(reading.result), b: list, c: a, more: [b, 0]), to: target,
                like: reading, block)
        } else if step.payload == 1 {
            emitJump(VMInstruction(.loopInt, a: a, b: b), to: target, like: nil, block)
        } else {
            let c = UInt16(truncating: Int(step.payload))
            emitJump(VMInstruction(.loopStepInt, a: a, b: b, c: c, more: [0]), to: target, like: nil, block)
        }
    }
}
