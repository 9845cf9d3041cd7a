// The loop that executes instructions.
//
// Program counter, frame base and horizon are locals, so that they stay in registers of the processor; everything that is slow
// or rare is a call of a method that is not inlined, or leaves the loop. What a register holds is known from the opcode: the
// verifier has proven it, and nothing is checked again. Instructions that do not jump do not count themselves, see Fuel.swift.

import SerenaNetBytecode

extension Machine {
    /// Executes from the saved state until there is a reason to leave, and saves the state again.
    @inline(never) func interpret<Observer: InstructionObserver>(_ observer: inout Observer) -> MachineExit {
        var pc = self.pc
        var base = self.base
        var frame = frameSize
        var horizon = Horizon(pc, fuel: fuel)
        var depth = self.depth
        let stackEnd = stack + stackSize
        let maxDepth = requirements.maxCallDepth
        let functions = UnsafeRawPointer(program.functions)
        let constants = UnsafeRawPointer(program.constants)
        // Whoever breaks the loop without another reason is a slow operation that has failed.
        var exit = MachineExit.failed

        interpreting: while true {
            if Observer.isActive, !observer.allows(pc, base, depth: depth) {
                exit = .paused
                break interpreting
            }
            switch Observer.isActive ? pc.plainOpcode : pc.load(as: MachineOpcode.self) {
            // MARK: Moving
            case .move: if !Piece.run(Move.self, &pc, base, &horizon, &exit) { break interpreting }
            case .loadImmediate: Piece.set(Int64(pc.signedB), &pc, base)
            case .loadConstant: Piece.set(constants.load(fromByteOffset: pc.b &* 8, as: UInt64.self), &pc, base)

            // MARK: Integers
            case .addInt: if !Piece.run(AddInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subInt: if !Piece.run(SubInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulInt: if !Piece.run(MulInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .divInt:
                let divisor = base.int(pc.c)
                if divisor == 0 {
                    exit = .divisionByZero
                    break interpreting
                }
                let result = base.int(pc.b).dividedReportingOverflow(by: divisor)
                if !Piece.store(result, &pc, base, &exit) { break interpreting }
            case .modInt:
                let divisor = base.int(pc.c)
                if divisor == 0 {
                    exit = .divisionByZero
                    break interpreting
                }
                // The remainder of the smallest number by -1 overflows in the processor, though it is 0.
                var result = divisor == -1 ? 0 : base.int(pc.b) % divisor
                if result != 0, (result ^ divisor) < 0 { result &+= divisor }
                base.set(pc.a, result)
                pc += 8
            case .negInt:
                let result = Int64(0).subtractingReportingOverflow(base.int(pc.b))
                if !Piece.store(result, &pc, base, &exit) { break interpreting }
            case .addIntImmediate:
                if !Piece.run(AddIntImmediate.self, &pc, base, &horizon, &exit) { break interpreting }

            // MARK: Floating point
            case .addFloat: if !Piece.run(AddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subFloat: if !Piece.run(SubFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulFloat: if !Piece.run(MulFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .divFloat: Piece.set(base.float(pc.b) / base.float(pc.c), &pc, base)
            case .negFloat: Piece.set(-base.float(pc.b), &pc, base)

            // MARK: Conversion
            case .intToFloat: Piece.set(Double(base.int(pc.b)), &pc, base)
            case .intToString:
                guard intToText(pc, base) else { break interpreting }
                pc += 8
            case .floatToString:
                guard floatToText(pc, base) else { break interpreting }
                pc += 8
            case .boolToString:
                guard boolToText(pc, base) else { break interpreting }
                pc += 8

            // MARK: Comparison
            case .equalInt: Piece.set(base.int(pc.b) == base.int(pc.c), &pc, base)
            case .lessInt: Piece.set(base.int(pc.b) < base.int(pc.c), &pc, base)
            case .lessEqualInt: Piece.set(base.int(pc.b) <= base.int(pc.c), &pc, base)
            case .equalFloat: Piece.set(base.float(pc.b) == base.float(pc.c), &pc, base)
            case .lessFloat: Piece.set(base.float(pc.b) < base.float(pc.c), &pc, base)
            case .lessEqualFloat: Piece.set(base.float(pc.b) <= base.float(pc.c), &pc, base)
            case .equalString:
                guard compareTexts(pc, base, equal: true) else { break interpreting }
                pc += 8
            case .lessString:
                guard compareTexts(pc, base, equal: false) else { break interpreting }
                pc += 8
            case .not: Piece.set(base.int(pc.b) ^ 1, &pc, base)

            // MARK: Control
            case .jump:
                if !Piece.jump(&pc, pc.signedA, &horizon, &exit) { break interpreting }
            case .jumpIf:
                if !Piece.jump(if: base.int(pc.a) != 0, &pc, pc.signedB, &horizon, &exit) { break interpreting }
            case .jumpIfNot:
                if !Piece.jump(if: base.int(pc.a) == 0, &pc, pc.signedB, &horizon, &exit) { break interpreting }
            case .jumpEqualInt:
                if !Piece.jump(if: base.int(pc.a) == base.int(pc.b), &pc, pc.signedC, &horizon, &exit) {
                    break interpreting
                }
            case .jumpNotEqualInt:
                if !Piece.jump(if: base.int(pc.a) != base.int(pc.b), &pc, pc.signedC, &horizon, &exit) {
                    break interpreting
                }
            case .jumpLessInt:
                if !Piece.jump(if: base.int(pc.a) < base.int(pc.b), &pc, pc.signedC, &horizon, &exit) {
                    break interpreting
                }
            case .jumpLessEqualInt:
                if !Piece.jump(if: base.int(pc.a) <= base.int(pc.b), &pc, pc.signedC, &horizon, &exit) {
                    break interpreting
                }
            case .jumpIfNull:
                if !Piece.jump(if: base.int(pc.a) == 0, &pc, pc.signedB, &horizon, &exit) { break interpreting }
            case .loopInt:
                let index = base.int(pc.a)
                guard index < base.int(pc.b) else {
                    pc += 8
                    continue interpreting
                }
                // What is less than another number can be counted up.
                base.set(pc.a, index &+ 1)
                if !Piece.jump(&pc, pc.signedC, &horizon, &exit) { break interpreting }
            case .stepLessInt:
                let (index, overflow) = base.int(pc.a).addingReportingOverflow(1)
                if overflow {
                    exit = .overflow
                    break interpreting
                }
                base.set(pc.a, index)
                guard index < base.int(pc.b) else {
                    pc += 8
                    continue interpreting
                }
                if !Piece.jump(&pc, pc.signedC, &horizon, &exit) { break interpreting }

            case .call:
                let entry = (functions + pc.b &* FunctionEntry.stride).load(as: FunctionEntry.self)
                let callee = base + frame
                if callee + entry.frameSize > stackEnd || depth >= maxDepth {
                    // The instruction will be executed again, or never.
                    exit = .callRefused
                    break interpreting
                }
                var slot = callee
                var argument = pc + 8
                let argumentsEnd = argument + pc.c &* 2
                while argument < argumentsEnd {
                    slot.set(0, base.slot(Int(argument.load(as: UInt16.self))))
                    slot += 8
                    argument += 2
                }
                // Registers start at zero: a reference must never be what an earlier frame left behind.
                let registersEnd = callee + (entry.frameSize &- FunctionEntry.headerSize)
                while slot < registersEnd {
                    slot.set(0, UInt64(0))
                    slot += 8
                }
                callee.storeBytes(of: pc + 8 &* (1 &+ (pc.c &+ 3) / 4), toByteOffset: -16, as: UnsafeRawPointer.self)
                callee.set(-8, UInt64(truncatingIfNeeded: frame | pc.a << 32))
                horizon.follow(from: pc, to: entry.code)
                pc = UnsafeRawPointer(entry.code)
                base = callee
                frame = entry.frameSize
                depth &+= 1
                if horizon.isReached(at: pc) {
                    exit = .refuel
                    break interpreting
                }
            case .returnValue:
                let result = base.slot(pc.a)
                let link = base.slot(-8)
                let target = base.load(fromByteOffset: -16, as: UnsafeRawPointer.self)
                horizon.follow(from: pc, to: target)
                pc = target
                frame = Int(truncatingIfNeeded: link & 0xFFFF_FFFF)
                base -= frame
                depth &-= 1
                base.set(Int(truncatingIfNeeded: link >> 32), result)
            case .returnNothing:
                let target = base.load(fromByteOffset: -16, as: UnsafeRawPointer.self)
                horizon.follow(from: pc, to: target)
                pc = target
                frame = Int(truncatingIfNeeded: base.slot(-8) & 0xFFFF_FFFF)
                base -= frame
                depth &-= 1

            // MARK: Text, lists, optionals
            case .concatenate:
                guard concatenate(pc, base) else { break interpreting }
                Piece.pass(1 &+ (pc.c &+ 3) / 4, &pc, &horizon)
            case .makeList:
                guard makeList(pc, base) else { break interpreting }
                Piece.pass(1 &+ (pc.c &+ 3) / 4, &pc, &horizon)
            case .listCount: Piece.set(Int64(base.list(pc.b)?.count ?? 0), &pc, base)
            case .listGet:
                let index = base.int(pc.c)
                guard let list = base.list(pc.b), UInt64(bitPattern: index) < UInt64(list.count) else {
                    refuseIndex(index, of: base.list(pc.b))
                    break interpreting
                }
                base.set(pc.a, list.slot(at: Int(index)))
                pc += 8
            case .listSet:
                let index = base.int(pc.b)
                guard let list = base.list(pc.a), UInt64(bitPattern: index) < UInt64(list.count) else {
                    refuseIndex(index, of: base.list(pc.a))
                    break interpreting
                }
                list.setSlot(base.slot(pc.c), at: Int(index))
                pc += 8
            case .listSetReference:
                guard setReference(pc, base) else { break interpreting }
                pc += 8
            case .listAppend:
                if let list = base.list(pc.a), list.count < list.capacity {
                    list.append(base.slot(pc.b))
                } else {
                    guard appendSlowly(pc, base) else { break interpreting }
                }
                pc += 8
            case .wrapScalar:
                guard wrapScalar(pc, base) else { break interpreting }
                pc += 8
            case .wrapText:
                let text = base.slot(pc.b)
                base.set(pc.a, text == 0 ? HeapText(program.emptyText).slot : text)
                pc += 8
            case .wrapContainer:
                guard wrapContainer(pc, base) else { break interpreting }
                pc += 8
            case .unwrapScalar:
                guard let box = base.pointer(pc.b) else {
                    exit = .nullValue
                    break interpreting
                }
                base.set(pc.a, box.slot(8))
                pc += 8
            case .unwrapReference:
                let reference = base.slot(pc.b)
                if reference == 0 {
                    exit = .nullValue
                    break interpreting
                }
                base.set(pc.a, reference)
                pc += 8
            case .callBuiltin:
                guard callBuiltin(pc, base) else { break interpreting }
                Piece.pass(1 &+ (pc.c &+ 3) / 4, &pc, &horizon)

            // MARK: Several in one
            case .mulAddInt:
                if !Piece.mulAdd(&pc, base, &horizon, &exit) { break interpreting }
            case .mulAddFloat: if !Piece.run(MulAddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulSubFloat:
                base.set(pc.a, base.float(pc.b) * base.float(pc.c) - base.float(pc.argument(0)))
                Piece.pass(2, &pc, &horizon)
            case .subMulFloat:
                base.set(pc.a, base.float(pc.argument(0)) - base.float(pc.b) * base.float(pc.c))
                Piece.pass(2, &pc, &horizon)
            case .addAddFloat:
                base.set(pc.a, base.float(pc.argument(0)) + (base.float(pc.b) + base.float(pc.c)))
                Piece.pass(2, &pc, &horizon)
            case .addJumpInt:
                if !Piece.addJump(&pc, base, base.int(pc.c), &horizon, &exit) { break interpreting }
            case .addImmediateJumpInt:
                if !Piece.addJump(&pc, base, Int64(pc.signedC), &horizon, &exit) { break interpreting }
            case .jumpFloat:
                let isTaken = NumberOrder.bits(base.float(pc.a), base.float(pc.b)) & pc.argument(0) != 0
                if !Piece.jump(&pc, isTaken ? pc.signedC : 2, &horizon, &exit) { break interpreting }
            case .loopStepInt:
                if !Piece.loopStep(&pc, base, &horizon, &exit) { break interpreting }
            case .loopGet:
                guard loopGet(&pc, base, &horizon, &exit) else { break interpreting }
            case .unwrapScalarOrJump:
                let box = base.pointer(pc.b)
                if let box { base.set(pc.a, box.slot(8)) }
                if !Piece.jump(&pc, box == nil ? pc.signedC : 1, &horizon, &exit) { break interpreting }
            case .unwrapReferenceOrJump:
                let reference = base.slot(pc.b)
                if reference != 0 { base.set(pc.a, reference) }
                if !Piece.jump(&pc, reference == 0 ? pc.signedC : 1, &horizon, &exit) { break interpreting }
            case .mapGetOrJump: if !Piece.follow(mapGetOrJump(pc, base), &pc, &horizon, &exit) { break interpreting }
            case .intMapGetOrJump:
                if !Piece.follow(intMapGetOrJump(pc, base), &pc, &horizon, &exit) { break interpreting }
            case .intMapSet:
                guard intMapSet(pc, base) else { break interpreting }
                pc += 8

            // MARK: Two at once
            case .moveThenMove: if !Piece.run(Move.self, Move.self, &pc, base, &horizon, &exit) { break interpreting }
            case .moveThenAddInt:
                if !Piece.run(Move.self, AddInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .moveThenSubInt:
                if !Piece.run(Move.self, SubInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .moveThenMulInt:
                if !Piece.run(Move.self, MulInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .moveThenAddIntImmediate:
                if !Piece.run(Move.self, AddIntImmediate.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntThenMove:
                if !Piece.run(AddInt.self, Move.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntThenAddInt:
                if !Piece.run(AddInt.self, AddInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntThenSubInt:
                if !Piece.run(AddInt.self, SubInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntThenMulInt:
                if !Piece.run(AddInt.self, MulInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntThenAddIntImmediate:
                if !Piece.run(AddInt.self, AddIntImmediate.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subIntThenMove:
                if !Piece.run(SubInt.self, Move.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subIntThenAddInt:
                if !Piece.run(SubInt.self, AddInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subIntThenSubInt:
                if !Piece.run(SubInt.self, SubInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subIntThenMulInt:
                if !Piece.run(SubInt.self, MulInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subIntThenAddIntImmediate:
                if !Piece.run(SubInt.self, AddIntImmediate.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulIntThenMove:
                if !Piece.run(MulInt.self, Move.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulIntThenAddInt:
                if !Piece.run(MulInt.self, AddInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulIntThenSubInt:
                if !Piece.run(MulInt.self, SubInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulIntThenMulInt:
                if !Piece.run(MulInt.self, MulInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulIntThenAddIntImmediate:
                if !Piece.run(MulInt.self, AddIntImmediate.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntImmediateThenMove:
                if !Piece.run(AddIntImmediate.self, Move.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntImmediateThenAddInt:
                if !Piece.run(AddIntImmediate.self, AddInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntImmediateThenSubInt:
                if !Piece.run(AddIntImmediate.self, SubInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntImmediateThenMulInt:
                if !Piece.run(AddIntImmediate.self, MulInt.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addIntImmediateThenAddIntImmediate:
                if !Piece.run(AddIntImmediate.self, AddIntImmediate.self, &pc, base, &horizon, &exit) {
                    break interpreting
                }
            case .addFloatThenAddFloat:
                if !Piece.run(AddFloat.self, AddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addFloatThenSubFloat:
                if !Piece.run(AddFloat.self, SubFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addFloatThenMulFloat:
                if !Piece.run(AddFloat.self, MulFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .addFloatThenMulAddFloat:
                if !Piece.run(AddFloat.self, MulAddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subFloatThenAddFloat:
                if !Piece.run(SubFloat.self, AddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subFloatThenSubFloat:
                if !Piece.run(SubFloat.self, SubFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subFloatThenMulFloat:
                if !Piece.run(SubFloat.self, MulFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .subFloatThenMulAddFloat:
                if !Piece.run(SubFloat.self, MulAddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulFloatThenAddFloat:
                if !Piece.run(MulFloat.self, AddFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulFloatThenSubFloat:
                if !Piece.run(MulFloat.self, SubFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulFloatThenMulFloat:
                if !Piece.run(MulFloat.self, MulFloat.self, &pc, base, &horizon, &exit) { break interpreting }
            case .mulFloatThenMulAddFloat:
                if !Piece.run(MulFloat.self, MulAddFloat.self, &pc, base, &horizon, &exit) { break interpreting }

            // MARK: Maps and values of any type
            case .tagReference: Piece.set(base.slot(pc.b) | UInt64(truncatingIfNeeded: pc.c), &pc, base)
            case .untagReference: Piece.set(untagged(base.slot(pc.b), UInt64(truncatingIfNeeded: pc.c)), &pc, base)
            case .extended:
                let words = runExtended(pc, base)
                if words == 0 { break interpreting }
                Piece.pass(words, &pc, &horizon)

            // MARK: The outside
            case .suspend:
                exit = .suspended
                break interpreting
            case .halt:
                exit = .finished
                break interpreting
            }
        }
        self.pc = pc
        self.base = base
        frameSize = frame
        // Where the loop was left behind an instruction that counts, it has not been passed yet.
        fuel = horizon.fuel(at: pc) - (exit.countsInstruction ? 1 : 0)
        self.depth = depth
        return exit
    }
}
