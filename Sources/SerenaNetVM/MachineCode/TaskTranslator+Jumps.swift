// The templates of jumps, loops and calls.

import SerenaNetBytecode

extension TaskTranslator {
    /// Nil when the instruction is none of these.
    func translateJump(_ instruction: VMInstruction) -> FunctionScope.Flow? {
        let (a, b, c) = (instruction.a, instruction.b, instruction.c)
        switch instruction.opcode {
        case .jump:
            go(to: Int(a))
            return .ended
        case .jumpIf: jump(if: a, .notEqual, to: b)
        case .jumpIfNot, .jumpIfNull: jump(if: a, .equal, to: b)
        case .jumpEqualInt: jump(if: a, .equal, b, to: c)
        case .jumpNotEqualInt: jump(if: a, .notEqual, b, to: c)
        case .jumpLessInt: jump(if: a, .less, b, to: c)
        case .jumpLessEqualInt: jump(if: a, .lessOrEqual, b, to: c)
        case .loopInt: loop(a, b, step: 1, to: c)
        case .loopStepInt: loop(a, b, step: VMInstruction.immediate(c), to: instruction.arguments[0])
        case .stepLessInt:
            add(a, a, immediate: 1)
            jump(if: a, .less, b, to: c)
        case .addJumpInt, .addImmediateJumpInt: addAndJump(instruction)
        case .jumpFloat: return jumpFloat(instruction)
        case .loopGet: loopGet(instruction)
        case .unwrapOrJump: return unwrapOrJump(instruction)
        case .mapGetOrJump, .intMapGetOrJump: return mapGetOrJump(instruction)
        case .call: return call(instruction)
        case .return:
            assembler.move(Assembler.scratch0, read(a, Assembler.scratch0))
            assembler.spend(scope.pending + 1)
            assembler.return()
            return .ended
        case .returnNothing:
            assembler.keepResult()
            assembler.spend(scope.pending + 1)
            assembler.return()
            return .ended
        default: return nil
        }
        return .next
    }

    private func skip(_ body: (CodeLabel) -> Void) {
        let behind = assembler.buffer.makeLabel()
        body(behind)
        assembler.buffer.bind(behind)
        scope.forget()
    }

    private func jump(if a: UInt16, _ condition: IntegerCondition, to target: UInt16) {
        let value = read(a, Assembler.scratch0)
        skip { behind in
            assembler.jump(if: value, condition.opposite, immediate: 0, to: behind)
            go(to: Int(target))
        }
    }

    private func jump(if a: UInt16, _ condition: IntegerCondition, _ b: UInt16, to target: UInt16) {
        let left = read(a, Assembler.scratch0)
        let right = read(b, Assembler.scratch1)
        skip { behind in
            assembler.jump(if: left, condition.opposite, right, to: behind)
            go(to: Int(target))
        }
    }

    /// If a < b, a ← a + step and on at the target.
    private func loop(_ a: UInt16, _ b: UInt16, step: Int16, to target: UInt16) {
        let index = read(a, Assembler.scratch0)
        let limit = read(b, Assembler.scratch1)
        skip { behind in
            assembler.jump(if: index, .greaterOrEqual, limit, to: behind)
            let to = self.target(a)
            // What is less than another number can be counted up.
            assembler.add(to, index, immediate: Int32(step), overflow: step == 1 ? nil : interpretLabel())
            write(a, from: to)
            go(to: Int(target))
        }
    }

    /// a ← b + c; if a stands to e as d says, on at f.
    private func addAndJump(_ instruction: VMInstruction) {
        let refuse = interpretLabel()
        let left = read(instruction.b, Assembler.scratch0)
        if instruction.opcode == .addImmediateJumpInt {
            let to = target(instruction.a)
            assembler.add(to, left, immediate: Int32(VMInstruction.immediate(instruction.c)), overflow: refuse)
            write(instruction.a, from: to)
        } else {
            let right = read(instruction.c, Assembler.scratch1)
            let to = target(instruction.a)
            assembler.add(to, left, right, overflow: refuse)
            write(instruction.a, from: to)
        }
        guard let relation = Relation(rawValue: instruction.arguments[0]) else { return }
        jump(if: instruction.a, IntegerCondition(relation), instruction.arguments[1], to: instruction.arguments[2])
    }

    /// Fuel is looked at whether or not the jump is taken, as by the interpreter.
    private func jumpFloat(_ instruction: VMInstruction) -> FunctionScope.Flow {
        guard let relation = Relation(rawValue: instruction.arguments[0]) else { return .next }
        let left = readFloat(instruction.a, Assembler.floatScratch0)
        let right = readFloat(instruction.b, Assembler.floatScratch1)
        let taken = assembler.buffer.makeLabel()
        assembler.jump(if: left, relation, right, to: taken)
        return goOn(orAt: taken, to: instruction.c)
    }

    /// Goes on at the next instruction if there is fuel; behind `taken`, to `target`.
    private func goOn(orAt taken: CodeLabel, to target: UInt16) -> FunctionScope.Flow {
        go(to: scope.index + 1)
        assembler.buffer.bind(taken)
        go(to: Int(target))
        return .ended
    }

    /// If c < d, c ← c + 1, a ← b[c], and on at e.
    private func loopGet(_ instruction: VMInstruction) {
        let last = read(instruction.c, Assembler.scratch0)
        let limit = read(instruction.arguments[0], Assembler.scratch1)
        skip { behind in
            assembler.jump(if: last, .greaterOrEqual, limit, to: behind)
            let list = read(instruction.b, Assembler.scratch1)
            assembler.jump(if: list, .equal, immediate: 0, to: interpretLabel())
            assembler.add(Assembler.scratch2, last, immediate: 1, overflow: nil)
            assembler.jump(
                ifOutside: Assembler.scratch2, field: HeapList.countOffset, of: list, to: interpretLabel())
            // The list may stand in the register that takes the element, and is read before anything is written.
            assembler.move(Assembler.scratch1, list)
            write(instruction.c, from: Assembler.scratch2)
            loadElement(instruction.a, Assembler.scratch2, of: Assembler.scratch1)
            go(to: Int(instruction.arguments[1]))
        }
    }

    /// a ← b, or on at c where b is null.
    private func unwrapOrJump(_ instruction: VMInstruction) -> FunctionScope.Flow {
        let taken = assembler.buffer.makeLabel()
        let from = read(instruction.b, Assembler.scratch0)
        assembler.jump(if: from, .equal, immediate: 0, to: taken)
        unwrap(instruction.a, from)
        return goOn(orAt: taken, to: instruction.c)
    }

    /// The value of an optional that is not null.
    func unwrap(_ a: UInt16, _ optional: IntegerRegister) {
        if scope.types[Int(a)].isReference {
            write(a, from: optional)
        } else {
            let to = target(a)
            assembler.load(to, field: HeapBox.valueOffset, of: optional)
            write(a, from: to)
        }
    }

    private func mapGetOrJump(_ instruction: VMInstruction) -> FunctionScope.Flow {
        callSlowly()
        let taken = assembler.buffer.makeLabel()
        assembler.jump(
            if: Assembler.scratch0, .equal, immediate: Int32(SlowAnswer.missing.rawValue), to: taken)
        return goOn(orAt: taken, to: instruction.arguments[0])
    }

    // MARK: Calls

    private func call(_ instruction: VMInstruction) -> FunctionScope.Flow {
        let index = Int(instruction.b)
        guard let label = functionLabels[index] else {
            assembler.jump(interpretLabel())
            return .ended
        }
        let callee = program.bytecode.functions[index]
        let frame = scope.frameSize
        assembler.requireRoom(frame + FunctionEntry.frameSize(of: callee), refuse: interpretLabel())
        for (place, argument) in instruction.arguments.enumerated() {
            assembler.store(read(argument, Assembler.scratch0), slot: frame + place * 8)
        }
        let first = frame / 8
        assembler.clear(slots: first + instruction.arguments.count..<first + callee.registers.count)
        let behind = scope.words[scope.index] + instruction.wordCount
        let result = instruction.a == VMInstruction.noRegister ? 0 : Int(instruction.a) * 8
        assembler.link(
            at: frame, returnAddress: UInt64(UInt(bitPattern: program.code + behind * 8)), frameSize: frame,
            result: result)
        assembler.moveBase(frame)
        assembler.spendForCall(scope.pending + 1)
        assembler.call(label)
        assembler.moveBase(-frame)
        scope.forget()
        loadPins(of: scope.loop)
        if callee.result != nil { write(instruction.a, from: Assembler.scratch0) }
        return .settled
    }
}
