// The loop that executes instructions.
//
// Program counter, frame base and fuel are locals, so that they stay in registers of the processor; everything that is slow
// or rare is a call of a method that is not inlined, or leaves the loop. What a register holds is known from the opcode: the
// verifier has proven it, and nothing is checked again.

import SerenaNetBytecode

extension Machine {
    /// Executes from the saved state until there is a reason to leave, and saves the state again.
    @inline(never) func interpret<Observer: InstructionObserver>(_ observer: inout Observer) -> MachineExit {
        var pc = self.pc
        var base = self.base
        var frame = frameSize
        var fuel = self.fuel
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
            fuel &-= 1
            switch pc.load(as: MachineOpcode.self) {
            // MARK: Moving
            case .move:
                base.set(pc.a, base.slot(pc.b))
                pc += 8
            case .loadImmediate:
                base.set(pc.a, Int64(pc.signedB))
                pc += 8
            case .loadConstant:
                base.set(pc.a, constants.load(fromByteOffset: pc.b &* 8, as: UInt64.self))
                pc += 8

            // MARK: Integers
            case .addInt:
                let result = base.int(pc.b).addingReportingOverflow(base.int(pc.c))
                guard Piece.store(result, &pc, base, &exit) else { break interpreting }
            case .subInt:
                let result = base.int(pc.b).subtractingReportingOverflow(base.int(pc.c))
                guard Piece.store(result, &pc, base, &exit) else { break interpreting }
            case .mulInt:
                let result = base.int(pc.b).multipliedReportingOverflow(by: base.int(pc.c))
                guard Piece.store(result, &pc, base, &exit) else { break interpreting }
            case .divInt:
                let divisor = base.int(pc.c)
                if divisor == 0 {
                    exit = .divisionByZero
                    break interpreting
                }
                let result = base.int(pc.b).dividedReportingOverflow(by: divisor)
                guard Piece.store(result, &pc, base, &exit) else { break interpreting }
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
                guard Piece.store(result, &pc, base, &exit) else { break interpreting }
            case .addIntImmediate:
                let result = base.int(pc.b).addingReportingOverflow(Int64(pc.signedC))
                guard Piece.store(result, &pc, base, &exit) else { break interpreting }

            // MARK: Floating point
            case .addFloat:
                base.set(pc.a, base.float(pc.b) + base.float(pc.c))
                pc += 8
            case .subFloat:
                base.set(pc.a, base.float(pc.b) - base.float(pc.c))
                pc += 8
            case .mulFloat:
                base.set(pc.a, base.float(pc.b) * base.float(pc.c))
                pc += 8
            case .divFloat:
                base.set(pc.a, base.float(pc.b) / base.float(pc.c))
                pc += 8
            case .negFloat:
                base.set(pc.a, -base.float(pc.b))
                pc += 8

            // MARK: Conversion
            case .intToFloat:
                base.set(pc.a, Double(base.int(pc.b)))
                pc += 8
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
            case .equalInt:
                base.set(pc.a, base.int(pc.b) == base.int(pc.c))
                pc += 8
            case .lessInt:
                base.set(pc.a, base.int(pc.b) < base.int(pc.c))
                pc += 8
            case .lessEqualInt:
                base.set(pc.a, base.int(pc.b) <= base.int(pc.c))
                pc += 8
            case .equalFloat:
                base.set(pc.a, base.float(pc.b) == base.float(pc.c))
                pc += 8
            case .lessFloat:
                base.set(pc.a, base.float(pc.b) < base.float(pc.c))
                pc += 8
            case .lessEqualFloat:
                base.set(pc.a, base.float(pc.b) <= base.float(pc.c))
                pc += 8
            case .equalString:
                guard compareTexts(pc, base, equal: true) else { break interpreting }
                pc += 8
            case .lessString:
                guard compareTexts(pc, base, equal: false) else { break interpreting }
                pc += 8
            case .not:
                base.set(pc.a, base.int(pc.b) ^ 1)
                pc += 8

            // MARK: Control
            case .jump:
                pc += pc.signedA &* 8
                if fuel <= 0 {
                    exit = .refuel
                    break interpreting
                }
            case .jumpIf:
                if base.int(pc.a) != 0 {
                    guard Piece.jump(&pc, pc.signedB, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .jumpIfNot:
                if base.int(pc.a) == 0 {
                    guard Piece.jump(&pc, pc.signedB, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .jumpEqualInt:
                if base.int(pc.a) == base.int(pc.b) {
                    guard Piece.jump(&pc, pc.signedC, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .jumpNotEqualInt:
                if base.int(pc.a) != base.int(pc.b) {
                    guard Piece.jump(&pc, pc.signedC, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .jumpLessInt:
                if base.int(pc.a) < base.int(pc.b) {
                    guard Piece.jump(&pc, pc.signedC, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .jumpLessEqualInt:
                if base.int(pc.a) <= base.int(pc.b) {
                    guard Piece.jump(&pc, pc.signedC, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .jumpIfNull:
                if base.int(pc.a) == 0 {
                    guard Piece.jump(&pc, pc.signedB, fuel, &exit) else { break interpreting }
                } else {
                    pc += 8
                }
            case .loopInt:
                let index = base.int(pc.a)
                guard index < base.int(pc.b) else {
                    pc += 8
                    continue interpreting
                }
                // What is less than another number can be counted up.
                base.set(pc.a, index &+ 1)
                pc += pc.signedC &* 8
                if fuel <= 0 {
                    exit = .refuel
                    break interpreting
                }
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
                pc += pc.signedC &* 8
                if fuel <= 0 {
                    exit = .refuel
                    break interpreting
                }

            case .call:
                let entry = (functions + pc.b &* FunctionEntry.stride).load(as: FunctionEntry.self)
                let callee = base + frame
                if callee + entry.frameSize > stackEnd || depth >= maxDepth {
                    // The instruction will be executed again, or never.
                    fuel &+= 1
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
                pc = UnsafeRawPointer(entry.code)
                base = callee
                frame = entry.frameSize
                depth &+= 1
                if fuel <= 0 {
                    exit = .refuel
                    break interpreting
                }
            case .returnValue:
                let result = base.slot(pc.a)
                let link = base.slot(-8)
                pc = base.load(fromByteOffset: -16, as: UnsafeRawPointer.self)
                frame = Int(truncatingIfNeeded: link & 0xFFFF_FFFF)
                base -= frame
                depth &-= 1
                base.set(Int(truncatingIfNeeded: link >> 32), result)
            case .returnNothing:
                pc = base.load(fromByteOffset: -16, as: UnsafeRawPointer.self)
                frame = Int(truncatingIfNeeded: base.slot(-8) & 0xFFFF_FFFF)
                base -= frame
                depth &-= 1

            // MARK: Text, lists, optionals
            case .concatenate:
                guard concatenate(pc, base) else { break interpreting }
                pc += 8 &* (1 &+ (pc.c &+ 3) / 4)
            case .makeList:
                guard makeList(pc, base) else { break interpreting }
                pc += 8 &* (1 &+ (pc.c &+ 3) / 4)
            case .listCount:
                base.set(pc.a, Int64(base.list(pc.b)?.count ?? 0))
                pc += 8
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
                pc += 8 &* (1 &+ (pc.c &+ 3) / 4)

            // MARK: Several in one
            case .mulAddInt:
                guard Piece.mulAdd(&pc, base, &exit) else { break interpreting }
            case .mulAddFloat:
                base.set(pc.a, base.float(pc.argument(0)) + base.float(pc.b) * base.float(pc.c))
                pc += 16
            case .mulSubFloat:
                base.set(pc.a, base.float(pc.b) * base.float(pc.c) - base.float(pc.argument(0)))
                pc += 16
            case .subMulFloat:
                base.set(pc.a, base.float(pc.argument(0)) - base.float(pc.b) * base.float(pc.c))
                pc += 16
            case .addAddFloat:
                base.set(pc.a, base.float(pc.argument(0)) + (base.float(pc.b) + base.float(pc.c)))
                pc += 16
            case .addJumpInt:
                guard Piece.addJump(&pc, base, base.int(pc.c), fuel, &exit) else { break interpreting }
            case .addImmediateJumpInt:
                guard Piece.addJump(&pc, base, Int64(pc.signedC), fuel, &exit) else { break interpreting }
            case .jumpFloat:
                let isTaken = NumberOrder.bits(base.float(pc.a), base.float(pc.b)) & pc.argument(0) != 0
                guard Piece.jump(&pc, isTaken ? pc.signedC : 2, fuel, &exit) else { break interpreting }
            case .loopStepInt:
                guard Piece.loopStep(&pc, base, fuel, &exit) else { break interpreting }
            case .loopGet:
                guard loopGet(&pc, base, fuel, &exit) else { break interpreting }
            case .unwrapScalarOrJump:
                let box = base.pointer(pc.b)
                if let box { base.set(pc.a, box.slot(8)) }
                guard Piece.jump(&pc, box == nil ? pc.signedC : 1, fuel, &exit) else { break interpreting }
            case .unwrapReferenceOrJump:
                let reference = base.slot(pc.b)
                if reference != 0 { base.set(pc.a, reference) }
                guard Piece.jump(&pc, reference == 0 ? pc.signedC : 1, fuel, &exit) else { break interpreting }
            case .mapGetOrJump:
                let found = mapGetOrJump(pc, base)
                if found == .failed { break interpreting }
                guard Piece.jump(&pc, found == .missing ? pc.distance(0) : 2, fuel, &exit) else { break interpreting }

            // MARK: Maps and values of any type
            case .tagReference:
                base.set(pc.a, base.slot(pc.b) | UInt64(truncatingIfNeeded: pc.c))
                pc += 8
            case .untagReference:
                base.set(pc.a, untagged(base.slot(pc.b), UInt64(truncatingIfNeeded: pc.c)))
                pc += 8
            case .extended:
                let words = runExtended(pc, base)
                if words == 0 { break interpreting }
                pc += words &* 8

            // MARK: The outside
            case .suspend:
                exit = .suspended
                break interpreting
            case .halt:
                // It is no instruction of the program.
                fuel &+= 1
                exit = .finished
                break interpreting
            }
        }
        self.pc = pc
        self.base = base
        frameSize = frame
        self.fuel = fuel
        self.depth = depth
        return exit
    }
}
