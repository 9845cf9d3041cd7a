// Writes the bytecode of one task: statements. Expressions are in `CodeGenerator+Expressions.swift`.

import SerenaNetBytecode

/// Turns a typed task into a function.
struct CodeGenerator {
    let task: TypedTask
    let tasks: [TypedTask]
    /// Whether constants that a loop needs are loaded once, before the function begins.
    let hoistsConstants: Bool
    var builder = FunctionBuilder()
    var pool: ConstantPool
    /// Where `continue` and `break` go, innermost loop last.
    private var loops: [(next: Label, exit: Label)] = []
    /// The registers of hoisted constants, and what loads them.
    private var hoisted: [HoistedKey: UInt16] = [:]
    private var prologue: [VMInstruction] = []

    private enum HoistedKey: Hashable {
        case int(Int64)
        case float(UInt64)
        case string(String)
    }

    init(_ task: TypedTask, of tasks: [TypedTask], pool: ConstantPool, level: OptimizationLevel) {
        self.task = task
        self.tasks = tasks
        self.pool = pool
        self.hoistsConstants = level == .performance || level == .demo
    }

    /// Generates the function; its code begins at `start` of the program.
    mutating func generate(at start: Int) throws(ProgramTooLarge) -> (BytecodeFunction, [VMInstruction]) {
        for local in task.locals { _ = builder.addRegister(local.type ?? .bool) }
        generate(task.body)
        if builder.isReachable {
            // The checker has proven that a task with a result returns it on every way.
            builder.emit(VMInstruction(.returnNothing), task.line)
        }
        let (code, lines) = try builder.finished(prologue: prologue, line: task.line)
        let function = BytecodeFunction(
            name: task.name, parameterCount: task.inputCount, registers: builder.registers, result: task.result,
            effects: task.effects, code: start..<(start + code.count), lines: lines,
            handlers: builder.handlers(behind: prologue.count))
        return (function, code)
    }

    // MARK: Statements

    mutating func generate(_ statements: [TypedStatement]) {
        for statement in statements where builder.isReachable { generate(statement) }
    }

    private mutating func generate(_ statement: TypedStatement) {
        let line = statement.line
        switch statement.kind {
        case .set(let local, let expression, let isFirst): generateSet(local, expression, isFirst: isFirst, line)
        case .setElement(let list, let index, let expression):
            emit(.listSet, [value(list), value(index), value(expression)], line)
        case .setEntry(let map, let key, let expression):
            emit(.mapSet, [value(map), value(key), value(expression)], line)
        case .append(let list, let expression): emit(.listAppend, [value(list), value(expression)], line)
        case .branch(let branches, let otherwise): generateBranches(branches, otherwise, line)
        case .whileLoop(let condition, let body): generateWhile(condition, body, line)
        case .forRange(let local, let from, let through, let body):
            generateRange(UInt16(truncatingIfNeeded: local), from, through, body, line)
        case .forEach(let local, let list, let body):
            generateEach(UInt16(truncatingIfNeeded: local), list, body, line)
        case .breakLoop: if let loop = loops.last { builder.emitJump(.jump, to: loop.exit, line) }
        case .continueLoop: if let loop = loops.last { builder.emitJump(.jump, to: loop.next, line) }
        case .returnValue(let expression):
            guard let expression else {
                builder.emit(VMInstruction(.returnNothing), line)
                return
            }
            emit(.return, [value(expression)], line)
        case .say(let text): emit(.say, [value(text)], line)
        case .remember(let key, let expression): emit(.remember, [value(key), value(expression)], line)
        case .evaluate(let call): generateCall(call)
        case .emit(let name, let values): emit(.emit, [value(name), value(values)], line)
        case .fail(let message): emit(.fail, [value(message)], line)
        case .attempt(let body, let message, let kind, let handler):
            generateAttempt(body, message, kind, handler, line)
        case .parallel(let requests): generateParallel(requests, line)
        }
    }

    /// Emits an instruction that reads up to three registers, which are free afterwards.
    private mutating func emit(_ opcode: VMOpcode, _ operands: [Operand], _ line: UInt32) {
        let registers = operands.map(\.register) + [0, 0]
        builder.emit(
            VMInstruction(opcode, a: registers[0], b: registers[1], c: operands.count > 2 ? registers[2] : 0), line)
        operands.forEach { builder.release($0) }
    }

    private mutating func generateSet(_ local: Int, _ expression: TypedExpression, isFirst: Bool, _ line: UInt32) {
        let register = UInt16(truncatingIfNeeded: local)
        // An expression that is written in several steps might read the variable after the first of them.
        guard isFirst || !expression.isWrittenInSteps else {
            let operand = value(expression)
            if operand.register != register {
                builder.emit(VMInstruction(.move, a: register, b: operand.register), line)
            }
            builder.release(operand)
            return
        }
        _ = value(expression, into: register)
    }

    private mutating func generateCall(_ expression: TypedExpression) {
        guard case .call(let index, let arguments) = expression.kind, tasks[index].result == nil else {
            builder.release(value(expression))
            return
        }
        let operands = arguments.map { value($0) }
        let call = VMInstruction(
            .call, a: VMInstruction.noRegister, b: UInt16(truncatingIfNeeded: index),
            arguments: operands.map(\.register))
        builder.emit(call, expression.line)
        operands.forEach { builder.release($0) }
    }

    private mutating func generateBranches(_ branches: [TypedBranch], _ otherwise: [TypedStatement], _ line: UInt32) {
        let end = builder.makeLabel()
        for (index, branch) in branches.enumerated() where builder.isReachable {
            let next = builder.makeLabel()
            jump(branch.condition, when: false, to: next)
            generate(branch.block)
            let isLast = index == branches.count - 1 && otherwise.isEmpty
            if builder.isReachable, !isLast { builder.emitJump(.jump, to: end, line) }
            builder.place(next)
        }
        generate(otherwise)
        builder.place(end)
    }

    // MARK: Loops

    /// The condition stands behind the body, so that each round takes one jump.
    private mutating func generateWhile(_ condition: TypedExpression, _ body: [TypedStatement], _ line: UInt32) {
        let start = builder.makeLabel()
        let check = builder.makeLabel()
        let exit = builder.makeLabel()
        if !condition.isTrue { builder.emitJump(.jump, to: check, line) }
        builder.place(start, isLoopStart: true)
        loops.append((check, exit))
        generate(body)
        loops.removeLast()
        builder.place(check)
        if builder.isReachable { jump(condition, when: true, to: start) }
        builder.place(exit)
    }

    /// `i = from; if through < i: exit; body; next: if i < through: i += 1, body`. The last value is never exceeded, so that
    /// a range may end at the largest integer.
    private mutating func generateRange(
        _ local: UInt16, _ from: TypedExpression, _ through: TypedExpression, _ body: [TypedStatement], _ line: UInt32
    ) {
        let bound = lasting(through)
        _ = value(from, into: local)
        let (exit, step, start, next) = (
            builder.makeLabel(), builder.makeLabel(), builder.makeLabel(), builder.makeLabel()
        )
        builder.emitJump(.jumpLessInt, bound.register, local, to: exit, line)
        builder.emitJump(.jump, to: start, line)
        builder.place(step, isLoopStart: true)
        builder.emit(VMInstruction(.addIntImmediate, a: local, b: local, c: 1), line)
        builder.place(start)
        loops.append((next, exit))
        generate(body)
        loops.removeLast()
        builder.place(next)
        if builder.isReachable { builder.emitJump(.jumpLessInt, local, bound.register, to: step, line) }
        builder.place(exit)
        builder.release(bound)
    }

    /// Takes the elements that the list has when the loop begins.
    private mutating func generateEach(
        _ local: UInt16, _ list: TypedExpression, _ body: [TypedStatement], _ line: UInt32
    ) {
        let elements = lasting(list)
        let count = Operand(register: builder.acquire(.int), isTemporary: true)
        let index = Operand(register: builder.acquire(.int), isTemporary: true)
        let (start, next, check, exit) = (
            builder.makeLabel(), builder.makeLabel(), builder.makeLabel(), builder.makeLabel()
        )
        builder.emit(VMInstruction(.listCount, a: count.register, b: elements.register), line)
        builder.emit(VMInstruction(.loadInt, a: index.register), line)
        builder.emitJump(.jump, to: check, line)
        builder.place(start, isLoopStart: true)
        builder.emit(VMInstruction(.listGet, a: local, b: elements.register, c: index.register), line)
        loops.append((next, exit))
        generate(body)
        loops.removeLast()
        builder.place(next)
        if builder.isReachable {
            builder.emit(VMInstruction(.addIntImmediate, a: index.register, b: index.register, c: 1), line)
        }
        builder.place(check)
        builder.emitJump(.jumpLessInt, index.register, count.register, to: start, line)
        builder.place(exit)
        [elements, count, index].forEach { builder.release($0) }
    }

    /// A value that stays while a loop runs, also when a variable that it comes from is assigned in the loop.
    private mutating func lasting(_ expression: TypedExpression) -> Operand {
        if case .local(let local) = expression.kind, task.locals[local].isVariable {
            return value(expression, into: builder.acquire(expression.type), isTemporary: true)
        }
        return value(expression)
    }

    // MARK: Constants

    /// A register that holds a constant of the pool: within a loop one that is loaded before the function begins.
    mutating func constant(_ constant: BytecodeConstant, _ line: UInt32) -> Operand {
        guard hoistsConstants, !loops.isEmpty else {
            let register = builder.acquire(constant.type)
            load(constant, into: register, line)
            return Operand(register: register, isTemporary: true)
        }
        let key: HoistedKey =
            switch constant {
            case .int(let value): .int(value)
            case .float(let value): .float(value.bitPattern)
            case .string(let text): .string(text)
            }
        if let register = hoisted[key] { return Operand(register: register, isTemporary: false) }
        let register = builder.addRegister(constant.type)
        hoisted[key] = register
        prologue.append(loading(constant, into: register))
        return Operand(register: register, isTemporary: false)
    }

    mutating func load(_ constant: BytecodeConstant, into register: UInt16, _ line: UInt32) {
        builder.emit(loading(constant, into: register), line)
    }

    private mutating func loading(_ constant: BytecodeConstant, into register: UInt16) -> VMInstruction {
        if case .int(let value) = constant, let small = Int16(exactly: value) {
            return VMInstruction(.loadInt, a: register, b: UInt16(bitPattern: small))
        }
        return VMInstruction(.loadConstant, a: register, b: pool.index(of: constant))
    }
}

extension TypedExpression {
    var isTrue: Bool {
        if case .bool(true) = kind { true } else { false }
    }

    /// Whether its register is written before all of its operands have been read.
    var isWrittenInSteps: Bool {
        switch kind {
        case .and, .or, .isNull, .orElse, .compare, .not, .join, .list, .map: true
        default: false
        }
    }
}
