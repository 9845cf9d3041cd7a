// A machine that executes machine code where there is some, and interprets where there is none.

import SerenaNetBytecode

extension Machine {
    /// As ``interpret(_:)``; hot tasks by machine code, unless somebody looks at every instruction.
    func execute<Observer: InstructionObserver>(_ observer: inout Observer) -> MachineExit {
        guard !Observer.isActive, let code = currentCode else { return interpret(&observer) }
        var misses = 0
        while misses < Self.patience {
            if let entry = code.entry(at: pc, in: program) {
                switch run(code, from: entry) {
                case .interpret: misses = 0
                case .failed: return .failed
                case .turnEnded: return .turnEnded
                case .watched: return .refuel
                case .returned: continue
                }
            } else {
                misses += 1
            }
            // At least one instruction is interpreted, and then as many as there are up to the next jump or call: without fuel,
            // the interpreter stops there. What there was of it is given back.
            let held = max(0, fuel)
            fuel -= held
            granted -= held
            let exit = interpret(&observer)
            fuel += held
            granted += held
            guard exit == .refuel, fuel > 0 else { return exit }
        }
        return interpret(&observer)
    }

    /// So often the interpreter comes to a place without a way into machine code before it goes on by itself for a while: it is
    /// in a function that was not translated.
    private static let patience = 64

    /// The machine code of the task that was run, once it is hot.
    private var currentCode: MachineCode? {
        if let machineCode { return machineCode }
        countInstructions()
        machineCode = program.translated.code(of: task, in: program)
        return machineCode
    }

    /// Tells the program what its task has executed since the last time.
    func countInstructions() {
        guard machineCode == nil else { return }
        let executed = instructionsExecuted
        if executed != reported { program.translated.count(executed &- reported, of: task) }
        reported = executed
    }

    private func run(_ code: MachineCode, from entry: UnsafeRawPointer) -> MachineCodeEnd {
        typealias State = MachineCodeState
        // There is more depth than this only where calls are refused anyway.
        let calls = max(0, min(MachineCodeLimits.nestedCalls, requirements.maxCallDepth - depth))
        return withUnsafeTemporaryAllocation(byteCount: State.size, alignment: 16) { memory in
            guard let state = memory.baseAddress else { return .interpret }
            state.storeBytes(of: base, toByteOffset: State.base, as: UnsafeMutableRawPointer.self)
            state.storeBytes(of: fuel, toByteOffset: State.fuel, as: Int64.self)
            state.storeBytes(of: stack + stackSize, toByteOffset: State.stackEnd, as: UnsafeMutableRawPointer.self)
            let machine = Unmanaged.passUnretained(self).toOpaque()
            state.storeBytes(of: machine, toByteOffset: State.machine, as: UnsafeMutableRawPointer.self)
            state.storeBytes(of: performInstructionSlowly, toByteOffset: State.slow, as: SlowFunction.self)
            state.storeBytes(of: grantFuel, toByteOffset: State.refuel, as: FuelFunction.self)
            state.storeBytes(of: program.code, toByteOffset: State.code, as: UnsafeMutableRawPointer.self)
            state.storeBytes(of: depth, toByteOffset: State.depth, as: Int.self)
            state.storeBytes(
                of: calls * MachineCode.Assembler.bytesPerCall, toByteOffset: State.stackAllowance, as: Int.self)
            let end = code.run(state, from: entry)
            take(state)
            depth = state.load(fromByteOffset: State.depth, as: Int.self)
            return end
        }
    }

    /// Takes over where machine code stands.
    private func take(_ state: UnsafeMutableRawPointer) {
        typealias State = MachineCodeState
        pc = state.load(fromByteOffset: State.pc, as: UnsafeRawPointer.self)
        base = state.load(fromByteOffset: State.base, as: UnsafeMutableRawPointer.self)
        fuel = state.load(fromByteOffset: State.fuel, as: Int64.self)
        frameSize = state.load(fromByteOffset: State.frameSize, as: Int.self)
    }

    /// Does what ``run(_:)`` does when the fuel is used up, without leaving machine code, whose open calls would be lost; the
    /// monitor is worth that, as it seldom looks.
    ///
    /// - Returns: why machine code must be left; nil when it goes on.
    fileprivate func refuel(_ state: UnsafeMutableRawPointer) -> MachineCodeEnd? {
        take(state)
        if let sampler, sampler.isDue(at: instructionsExecuted) { return .watched }
        heap.state.pointee.canRefuse = false
        let isTurnOver = refuelAndCollect()
        heap.state.pointee.canRefuse = !hasRetried
        state.storeBytes(of: fuel, toByteOffset: MachineCodeState.fuel, as: Int64.self)
        return failure != nil ? .failed : isTurnOver ? .turnEnded : nil
    }

    /// Executes an instruction that machine code has no template for, by the same functions as the interpreter.
    fileprivate func performSlowly(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> SlowAnswer {
        switch pc.plainOpcode {
        case .intToString: .init(intToText(pc, base))
        case .floatToString: .init(floatToText(pc, base))
        case .boolToString: .init(boolToText(pc, base))
        case .equalString: .init(compareTexts(pc, base, equal: true))
        case .lessString: .init(compareTexts(pc, base, equal: false))
        case .concatenate: .init(concatenate(pc, base))
        case .makeList: .init(makeList(pc, base))
        case .listSetReference: .init(setReference(pc, base))
        case .listAppend: .init(appendSlowly(pc, base))
        case .wrapScalar: .init(wrapScalar(pc, base))
        case .callBuiltin: .init(callBuiltin(pc, base))
        case .mapGetOrJump: .init(mapGetOrJump(pc, base))
        case .intMapGetOrJump: .init(intMapGetOrJump(pc, base))
        case .intMapSet: .init(intMapSet(pc, base))
        case .tagReference:
            tagReference(pc, base)
        case .untagReference:
            untagReference(pc, base)
        case .extended: .init(runExtended(pc, base) != 0)
        default: .init(refuse(.nullValue))
        }
    }

    private func tagReference(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> SlowAnswer {
        base.set(pc.a, base.slot(pc.b) | UInt64(truncatingIfNeeded: pc.c))
        return .done
    }

    private func untagReference(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> SlowAnswer {
        base.set(pc.a, untagged(base.slot(pc.b), UInt64(truncatingIfNeeded: pc.c)))
        return .done
    }
}

private typealias SlowFunction =
    @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer) -> Int

/// What machine code calls. The machine outlives the call: it is what runs the machine code.
private let performInstructionSlowly: SlowFunction = { machine, pc, base in
    Unmanaged<Machine>.fromOpaque(machine)._withUnsafeGuaranteedRef { $0.performSlowly(pc, base).rawValue }
}

private typealias FuelFunction = @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int

/// What machine code calls when the fuel is used up; 0 lets it go on.
private let grantFuel: FuelFunction = { machine, state in
    Unmanaged<Machine>.fromOpaque(machine)._withUnsafeGuaranteedRef { $0.refuel(state)?.rawValue ?? 0 }
}

extension SlowAnswer {
    fileprivate init(_ isDone: Bool) {
        self = isDone ? .done : .failed
    }

    fileprivate init(_ search: KeySearch) {
        switch search {
        case .found: self = .done
        case .missing: self = .missing
        case .failed: self = .failed
        }
    }
}
