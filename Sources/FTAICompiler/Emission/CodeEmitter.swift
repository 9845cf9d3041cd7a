// From the intermediate form to bytecode: instructions, jumps, the moves that jumps bring.

import SerenaNetBytecode

/// Writes the code of one function.
struct CodeEmitter {
    let function: IRFunction
    private let texts: IRTexts
    private let types: IRTypes
    private(set) var allocation: RegisterAllocation
    private let fusesLoops: Bool
    let fusesBranches: Bool
    /// By block, how many edges lead to it.
    let entries: [Int32]
    private var temporaries: [IRType: Int] = [:]
    private(set) var pool: ConstantPool

    private var code: [VMInstruction] = []
    private var lines: [UInt32] = []
    /// Empty when no call was inlined.
    private var scopes: [UInt16] = []
    private let hasScopes: Bool
    /// Where each block begins; −1 as long as that is not known.
    private var positions: [Int]
    /// Blocks that only go on to another stand for that one.
    private var aliases: [IRBlockNumber]
    /// The moves that blocks end with, and for each block which of them are its own.
    private var allMoves: [ParallelMoves.Move] = []
    private(set) var moveRanges: [Range<Int>]
    /// For each block that ends `if i < last: i += 1, go on`, the block of the step; −1 for the others.
    private var fusedSteps: [IRBlockNumber]
    /// Whether a block is the step of another.
    private var isFused: [Bool]
    private var jumps: [(instruction: Int, target: IRBlockNumber)] = []

    /// - Parameters:
    ///   - fusesLoops: whether the step and the test of a counting loop become one instruction.
    ///   - fusesBranches: whether branches are joined with their neighbours, see ``FusedBranches``.
    init(
        _ function: IRFunction, texts: IRTexts, types: IRTypes, pool: ConstantPool, fusesLoops: Bool,
        fusesBranches: Bool
    ) {
        var function = function
        EdgeSplitting.split(&function)
        let count = function.blocks.count
        allocation = RegisterAllocation(function)
        entries = function.entryCounts
        aliases = Array(function.blocks.indices)
        hasScopes = !function.inlined.isEmpty
        self.function = function
        self.texts = texts
        self.types = types
        self.pool = pool
        self.fusesLoops = fusesLoops
        self.fusesBranches = fusesBranches
        positions = [Int](filledWith: -1, count: count)
        fusedSteps = [IRBlockNumber](filledWith: -1, count: count)
        isFused = [Bool](filledWith: false, count: count)
        moveRanges = [Range<Int>](filledWith: 0..<0, count: count)
    }

    /// The code, and what the function needs of registers.
    mutating func emit() throws(ProgramTooLarge) -> EmittedFunction {
        if allocation.isTooLarge {
            throw ProgramTooLarge(what: "more variables through more branches than registers can be found for")
        }
        let size = function.size
        code.reserveCapacity(size)
        lines.reserveCapacity(size)
        if hasScopes { scopes.reserveCapacity(size) }
        for block in function.layout {
            let moves = self.moves(from: block)
            moveRanges[block] = allMoves.count..<(allMoves.count + moves.count)
            allMoves += moves
            // The first block must stay the first, and of empty blocks in a circle, an endless loop, one has to stay.
            if case .jump(let edge) = function.blocks[block].terminator, function.blocks[block].code.isEmpty,
                moves.isEmpty, block != function.entry, resolved(edge.target) != block
            {
                aliases[block] = edge.target
            }
        }
        if fusesLoops { fuseSteps() }
        let order = function.layout.filter { aliases[$0] == $0 && !isFused[$0] }
        let branches =
            fusesBranches
            ? FusedBranches(function, types: types, entries: entries, without: fusedSteps) : nil
        for (place, block) in order.enumerated() {
            let next = place + 1 < order.count ? order[place + 1] : -1
            positions[block] = code.count
            let step = fusesLoops && fusedSteps[block] < 0 ? fusedStep(before: block, next) : nil
            for index in function.blocks[block].code where index != step && branches?.isTaken[index] != true {
                emit(function.instructions[index])
            }
            for move in allMoves[moveRanges[block]] {
                append(VMInstruction(.move, a: UInt16(truncating: move.to), b: UInt16(truncating: move.from)), block)
            }
            if let step {
                emitStep(function.instructions[step], of: block, next)
            } else if fusedSteps[block] < 0, let branch = branches?.found[block] {
                emit(branch, of: block, next: next)
            } else {
                emitTerminator(of: block, next: next, fusedStep: fusedSteps[block])
            }
        }
        try resolveJumps()
        return EmittedFunction(
            code: code, lines: lines, scopes: scopes, registers: allocation.types,
            handlers: handlers(order))
    }

    /// What catches the failures of which instructions, inner handlers first.
    private func handlers(_ order: [IRBlockNumber]) -> [FaultHandler] {
        guard !function.handlers.isEmpty else { return [] }
        var handlers: [FaultHandler] = []
        // A handler within another was made after it.
        for (index, handler) in function.handlers.enumerated().reversed() {
            var runs: [Range<Int>] = []
            for (place, block) in order.enumerated() where function.isProtected(block, by: index + 1) {
                let end = place + 1 < order.count ? positions[order[place + 1]] : code.count
                if let last = runs.last, last.upperBound == positions[block] {
                    runs[runs.count - 1] = last.lowerBound..<end
                } else if end > positions[block] {
                    runs.append(positions[block]..<end)
                }
            }
            let target = positions[resolved(handler.target)]
            handlers += runs.filter { !$0.isEmpty }.map {
                FaultHandler(
                    range: $0, target: target, message: cellRegister(handler.message), kind: cellRegister(handler.kind))
            }
        }
        return handlers
    }

    private func cellRegister(_ cell: Int) -> UInt16 {
        cell < 0 ? VMInstruction.noRegister : UInt16(truncating: allocation.firstCell + cell)
    }

    /// The moves that a block ends with.
    private mutating func moves(from block: IRBlockNumber) -> [ParallelMoves.Move] {
        guard case .jump(let edge) = function.blocks[block].terminator, !edge.arguments.isEmpty else { return [] }
        var moves: [ParallelMoves.Move] = []
        for place in edge.arguments.indices {
            let to = allocation.registers[function.blocks[edge.target].parameters[place]]
            let from = allocation.registers[edge.arguments[place]]
            if to != from { moves.append(ParallelMoves.Move(to: to, from: from)) }
        }
        guard moves.count > 1 else { return moves }
        return ParallelMoves.ordered(moves) { register in
            let type = allocation.types[register]
            if let temporary = temporaries[type] { return temporary }
            let temporary = allocation.addRegister(type)
            temporaries[type] = temporary
            return temporary
        }
    }

    /// Finds the blocks that end `if i < last: i += step, go on`.
    private mutating func fuseSteps() {
        for block in function.layout {
            guard let step = stepBlock(of: block) else { continue }
            fusedSteps[block] = step
            isFused[step] = true
        }
    }

    /// The last instruction of a block that ends `i += 1; if i < last, go on`.
    private func fusedStep(before block: IRBlockNumber, _ next: IRBlockNumber) -> Int? {
        guard case .branch(let test, let taken, _) = function.blocks[block].terminator, test.test == .less,
            let last = function.blocks[block].code.last, resolved(taken.target) != next
        else { return nil }
        let step = function.instructions[last]
        guard step.opcode == .addIntImmediate, step.payload == 1, step.result == test.left, test.right != step.result,
            allocation.registers[step.result] == allocation.registers[step.operands[0]]
        else { return nil }
        return last
    }

    private mutating func emitStep(_ step: IRInstruction, of block: IRBlockNumber, _ next: IRBlockNumber) {
        guard case .branch(let test, let taken, let other) = function.blocks[block].terminator else { return }
        emitJump(.stepLessInt, register(test.left), register(test.right), to: resolved(taken.target), block)
        // It is the step that may fail.
        lines[lines.count - 1] = step.line
        if hasScopes { scopes[scopes.count - 1] = UInt16(truncating: step.scope) }
        if resolved(other.target) != next { emitJump(.jump, 0, 0, to: resolved(other.target), block) }
    }

    // MARK: Instructions

    func register(_ value: IRValue) -> UInt16 {
        value < 0 ? VMInstruction.noRegister : UInt16(truncating: allocation.registers[value])
    }

    private mutating func append(_ instruction: VMInstruction, _ block: IRBlockNumber) {
        code.append(instruction)
        lines.append(function.blocks[block].line)
        if hasScopes { scopes.append(UInt16(truncating: function.blocks[block].scope)) }
    }

    private mutating func emit(_ instruction: IRInstruction) {
        lines.append(instruction.line)
        if hasScopes { scopes.append(UInt16(truncating: instruction.scope)) }
        if instruction.cell >= 0 {
            let cell = UInt16(truncating: allocation.firstCell + instruction.cell)
            let (to, from) =
                instruction.result < 0
                ? (cell, register(instruction.operands[0])) : (register(instruction.result), cell)
            code.append(VMInstruction(.move, a: to, b: from))
            return
        }
        if let constant = constant(of: instruction) {
            code.append(VMInstruction(.loadConstant, a: register(instruction.result), b: constant))
            return
        }
        let shape = instruction.opcode.operandShape
        var operand = 0
        @inline(__always)
        func bits(_ kind: OperandKind) -> UInt16 {
            switch kind {
            case .write: return register(instruction.result)
            case .read:
                operand += 1
                return register(instruction.operands[operand - 1])
            case .immediate, .function, .builtin: return UInt16(truncating: Int(instruction.payload))
            case .none, .constant, .jump, .argumentCount, .relation: return 0
            }
        }
        let (a, b, c) = (bits(shape.a), bits(shape.b), bits(shape.c))
        if shape.takesArguments {
            var arguments: [UInt16] = []
            arguments.reserveCapacity(instruction.operands.count - operand)
            for place in operand..<instruction.operands.count {
                arguments.append(register(instruction.operands[place]))
            }
            code.append(VMInstruction(instruction.opcode, a: a, b: b, arguments: arguments))
        } else if shape.more == 0 {
            code.append(VMInstruction(instruction.opcode, a: a, b: b, c: c))
        } else {
            code.append(
                VMInstruction(
                    instruction.opcode, a: a, b: b, c: c, more: instruction.opcode.operandKinds.more.map(bits)))
        }
    }

    /// The index of what has to stand in the pool of constants; nil for what needs no constant.
    private mutating func constant(of instruction: IRInstruction) -> UInt16? {
        switch instruction.opcode {
        case .loadInt: Int16(exactly: instruction.payload) == nil ? pool.index(of: instruction.payload) : nil
        case .loadConstant where function.types[instruction.result] == .string:
            pool.index(ofText: instruction.payload, in: texts)
        case .loadConstant: pool.index(ofFloatWithBits: UInt64(bitPattern: instruction.payload))
        default: nil
        }
    }

    // MARK: Jumps

    func resolved(_ block: IRBlockNumber) -> IRBlockNumber {
        var block = block
        while aliases[block] != block { block = aliases[block] }
        return block
    }

    private mutating func emitJump(_ opcode: VMOpcode, _ a: UInt16, _ b: UInt16, to target: IRBlockNumber, _ block: Int)
    {
        jumps.append((code.count, target))
        append(VMInstruction(opcode, a: a, b: b), block)
    }

    /// Writes an instruction that jumps.
    ///
    /// - Parameter instruction: the one whose line and inlined call it has; the block's end when nil.
    mutating func emitJump(
        _ jump: VMInstruction, to target: IRBlockNumber, like instruction: IRInstruction?, _ block: IRBlockNumber
    ) {
        jumps.append((code.count, target))
        append(jump, block)
        guard let instruction else { return }
        lines[lines.count - 1] = instruction.line
        if hasScopes { scopes[scopes.count - 1] = UInt16(truncating: instruction.scope) }
    }

    private mutating func emitTerminator(of block: IRBlockNumber, next: IRBlockNumber, fusedStep: IRBlockNumber) {
        switch function.blocks[block].terminator {
        case .returnNothing: append(VMInstruction(.returnNothing), block)
        case .fail(let message): append(VMInstruction(.fail, a: register(message)), block)
        case .attempt(let body, _):
            if resolved(body.target) != next { emitJump(.jump, 0, 0, to: resolved(body.target), block) }
        case .returnValue(let value): append(VMInstruction(.return, a: register(value)), block)
        case .jump(let edge):
            if resolved(edge.target) != next { emitJump(.jump, 0, 0, to: resolved(edge.target), block) }
        case .branch(let test, let first, let second):
            let (taken, other) = (resolved(first.target), resolved(second.target))
            if fusedStep >= 0, case .jump(let back) = function.blocks[fusedStep].terminator {
                emitLoop(test, fusedStep, to: resolved(back.target), block)
                if other != next { emitJump(.jump, 0, 0, to: other, block) }
            } else if taken == other {
                if taken != next { emitJump(.jump, 0, 0, to: taken, block) }
            } else if taken == next, test.test != .isNull {
                emitBranch(test, isWanted: false, to: other, block)
            } else {
                emitBranch(test, isWanted: true, to: taken, block)
                if other != next { emitJump(.jump, 0, 0, to: other, block) }
            }
        }
    }

    /// Jumps when a condition holds, or when it does not.
    private mutating func emitBranch(_ test: IRCondition, isWanted: Bool, to target: IRBlockNumber, _ block: Int) {
        let (a, b) = (register(test.left), test.right < 0 ? 0 : register(test.right))
        switch (test.test, isWanted) {
        case (.isTrue, true): emitJump(.jumpIf, a, 0, to: target, block)
        case (.isTrue, false): emitJump(.jumpIfNot, a, 0, to: target, block)
        case (.isNull, _): emitJump(.jumpIfNull, a, 0, to: target, block)
        case (.equal, true): emitJump(.jumpEqualInt, a, b, to: target, block)
        case (.equal, false): emitJump(.jumpNotEqualInt, a, b, to: target, block)
        case (.less, true): emitJump(.jumpLessInt, a, b, to: target, block)
        case (.less, false): emitJump(.jumpLessEqualInt, b, a, to: target, block)
        case (.lessEqual, true): emitJump(.jumpLessEqualInt, a, b, to: target, block)
        case (.lessEqual, false): emitJump(.jumpLessInt, b, a, to: target, block)
        }
    }

    private mutating func resolveJumps() throws(ProgramTooLarge) {
        let registers = allocation.types.count
        guard registers <= BytecodeLimits.registers else {
            throw ProgramTooLarge(what: "\(registers) variables and values; the limit is \(BytecodeLimits.registers)")
        }
        var words = code.count
        for index in code.indices where !code[index].arguments.isEmpty { words += code[index].wordCount - 1 }
        guard words <= BytecodeLimits.functionWords else {
            throw ProgramTooLarge(what: "\(words) words of code; the limit is \(BytecodeLimits.functionWords)")
        }
        for (instruction, block) in jumps {
            let target = UInt16(truncating: positions[block])
            switch code[instruction].opcode.operandShape.jumpPlace {
            case 0: code[instruction].a = target
            case 1: code[instruction].b = target
            case 2: code[instruction].c = target
            case let place: code[instruction].arguments[place - 3] = target
            }
        }
    }
}

/// The code of a function with its lines, its inlined calls and its registers.
struct EmittedFunction {
    let code: [VMInstruction]
    let lines: [UInt32]
    let scopes: [UInt16]
    let registers: [IRType]
    let handlers: [FaultHandler]
}

extension UInt16 {
    /// The lower bits; whether they are all is checked once, for the whole function.
    init(truncating value: Int) {
        self.init(truncatingIfNeeded: value)
    }
}
