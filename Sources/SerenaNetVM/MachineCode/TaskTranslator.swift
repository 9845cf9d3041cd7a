// From the functions that a task can reach to machine code.

import SerenaNetBytecode

/// Translates a task with the functions that it calls, directly or not.
///
/// Every instruction becomes a template of its own (see the extensions). Registers of the VM stay in memory, where the
/// interpreter and the collector find them; in loops they are held in registers of the processor as well. What a template
/// cannot do, such as failing, it leaves to the interpreter: it goes out in front of the instruction, with everything as the
/// instruction would find it.
///
/// Fuel is spent where control can go elsewhere, for all instructions since the last such place, and given to the interpreter
/// exactly. It is looked at where the interpreter looks at it.
final class TaskTranslator<Assembler: CodeAssembler> {
    var assembler = Assembler()
    let program: LoadedProgram
    let entrances: CodeEntrances
    /// For each function that is translated, where calls of it arrive.
    private(set) var functionLabels: [Int: CodeLabel] = [:]
    /// The places where the machine can go in, by word of the program's code.
    private(set) var entries: [(word: Int, label: CodeLabel)] = []

    /// The function that is being translated.
    var scope: FunctionScope

    init(_ program: LoadedProgram) {
        self.program = program
        entrances = CodeEntrances(
            enter: assembler.buffer.makeLabel(), exit: assembler.buffer.makeLabel(),
            slow: assembler.buffer.makeLabel(), refuel: assembler.buffer.makeLabel())
        scope = FunctionScope.empty
    }

    /// The code of `task`, a function of the program; nil when it cannot be translated.
    func translate(task: Int) -> (code: [UInt8], enter: Int, entries: [(word: Int, position: Int)])? {
        let functions = reachable(from: task)
        guard !functions.isEmpty else { return nil }
        for function in functions { functionLabels[function] = assembler.buffer.makeLabel() }
        assembler.emit(entrances)
        for function in functions { translate(function: function) }
        guard let code = assembler.finish(), let enter = assembler.buffer.position(of: entrances.enter) else {
            return nil
        }
        return (
            code, enter,
            entries.compactMap { entry in assembler.buffer.position(of: entry.label).map { (entry.word, $0) } }
        )
    }

    /// The functions that the task can call, the nearest first, as far as the limit of words reaches.
    private func reachable(from task: Int) -> [Int] {
        var found: Set<Int> = [task]
        var functions: [Int] = []
        var waiting = [task]
        var words = 0
        while functions.count < waiting.count {
            let index = waiting[functions.count]
            let code = program.bytecode.instructions(of: program.bytecode.functions[index])
            words += code.reduce(0) { $0 + $1.wordCount }
            if words > MachineCodeLimits.wordsOfTask { break }
            functions.append(index)
            for instruction in code where instruction.opcode == .call {
                if found.insert(Int(instruction.b)).inserted { waiting.append(Int(instruction.b)) }
            }
        }
        return functions
    }

    // MARK: One function

    private func translate(function index: Int) {
        guard let label = functionLabels[index] else { return }
        scope = FunctionScope(
            program, function: index, exit: assembler.buffer.makeLabel(), integerPins: Assembler.pins,
            floatPins: Assembler.floatPins)
        assembler.buffer.bind(label)
        assembler.beginFunction(refuel: refuelLabel(0))
        for instruction in scope.code.indices {
            scope.index = instruction
            beginInstruction()
            guard scope.isReachable else { continue }
            switch translate(scope.code[instruction]) {
            case .next: scope.pending += 1
            case .settled: scope.pending = 0
            case .ended: scope.isReachable = false
            }
        }
        emitStubs()
    }

    /// Binds the label of an instruction that control comes to from elsewhere; all fuel is spent there.
    private func beginInstruction() {
        let loop = scope.pins.loopOfInstruction[scope.index]
        guard scope.isEntry[scope.index] else {
            if loop != scope.loop { scope.enter(loop: loop) }
            return
        }
        if scope.isReachable {
            assembler.spend(scope.pending)
            if loop != scope.loop { loadPins(of: loop) }
        }
        let label = self.label(scope.index)
        scope.enter(loop: loop)
        assembler.buffer.bind(label)
        scope.pending = 0
        scope.isReachable = true
        scope.forget()
        entries.append((scope.words[scope.index], loop < 0 ? label : loadingLabel(scope.index)))
    }

    func loadPins(of loop: Int) {
        guard loop >= 0 else { return }
        for (register, pin) in scope.pins.loops[loop].integers { assembler.load(pin, slot: Int(register) * 8) }
        for (register, pin) in scope.pins.loops[loop].floats { assembler.load(pin, slot: Int(register) * 8) }
    }

    // MARK: Places

    /// What stands at an instruction for those that come with the pins loaded.
    func label(_ instruction: Int) -> CodeLabel {
        scope.label(instruction) { assembler.buffer.makeLabel() }
    }

    /// Loads the pins of the loop that the instruction stands in, and goes there.
    func loadingLabel(_ instruction: Int) -> CodeLabel {
        stub(.load(instruction))
    }

    /// Goes on at an instruction that is an entry when the machine has granted fuel.
    func refuelLabel(_ instruction: Int) -> CodeLabel {
        stub(.refuel(instruction))
    }

    /// Leaves in front of the current instruction, for the interpreter to execute it.
    func interpretLabel() -> CodeLabel {
        stub(.interpret(scope.index, executed: scope.pending))
    }

    /// Leaves at the current instruction, which has failed.
    func failedLabel() -> CodeLabel {
        stub(.failed(scope.index, executed: scope.pending + 1))
    }

    func stub(_ stub: FunctionScope.Stub) -> CodeLabel {
        scope.label(of: stub) { assembler.buffer.makeLabel() }
    }

    /// Goes to another instruction when there is fuel, which is spent for all instructions up to the current one.
    func go(to instruction: Int) {
        let isSameLoop = scope.pins.loopOfInstruction[instruction] == scope.loop
        let isPlain = isSameLoop || scope.pins.loopOfInstruction[instruction] < 0
        let target = isPlain ? label(instruction) : loadingLabel(instruction)
        assembler.spend(scope.pending + 1, thenJump: target)
        assembler.jump(refuelLabel(instruction))
    }

    /// The pieces of code beside the way.
    private func emitStubs() {
        var next = 0
        // Those that load pins can ask for the labels of others, so that there may be more by the end.
        while next < scope.stubs.count {
            let (stub, label) = scope.stubs[next]
            next += 1
            assembler.buffer.bind(label)
            switch stub {
            case .load(let instruction):
                loadPins(of: scope.pins.loopOfInstruction[instruction])
                assembler.jump(self.label(instruction))
            case .refuel(let instruction): refuel(at: instruction)
            case .interpret(let instruction, let executed): leave(at: instruction, .interpret, spending: executed)
            case .failed(let instruction, let executed): leave(at: instruction, .failed, spending: executed)
            }
        }
        assembler.buffer.bind(scope.exit)
        assembler.constant(Assembler.scratch2, UInt64(scope.frameSize))
        assembler.jump(entrances.exit)
    }

    private func refuel(at instruction: Int) {
        assembler.constant(Assembler.scratch0, UInt64(scope.words[instruction] * 8))
        assembler.constant(Assembler.scratch2, UInt64(scope.frameSize))
        assembler.callForFuel(entrances)
        loadPins(of: scope.pins.loopOfInstruction[instruction])
        assembler.jump(label(instruction))
    }

    private func leave(at instruction: Int, _ end: MachineCodeEnd, spending instructions: Int) {
        assembler.spend(instructions)
        assembler.constant(Assembler.scratch0, UInt64(scope.words[instruction] * 8))
        assembler.constant(Assembler.scratch1, UInt64(end.rawValue))
        assembler.jump(scope.exit)
    }
}
