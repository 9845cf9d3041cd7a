// Reading and writing the VM's registers, in memory or in pins.

import SerenaNetBytecode

extension TaskTranslator {
    /// The bits of a register: in its pin, else loaded to `scratch`.
    func read(_ register: UInt16, _ scratch: IntegerRegister) -> IntegerRegister {
        if let pin = scope.pin(register) { return pin }
        if let pin = scope.floatPin(register) {
            assembler.moveBits(scratch, pin)
            return scratch
        }
        if scope.isHeld(register) {
            assembler.move(scratch, Assembler.scratch0)
            return scratch
        }
        assembler.load(scratch, slot: Int(register) * 8)
        if scratch == Assembler.scratch0 { scope.hold(register) }
        return scratch
    }

    /// Where a result for a register is best computed. Operands in scratch 0 are overwritten with it.
    func target(_ register: UInt16) -> IntegerRegister {
        guard let pin = scope.pin(register) else {
            scope.forget()
            return Assembler.scratch0
        }
        return pin
    }

    /// Writes the bits of a register from where ``target(_:)`` said, or from any other place.
    func write(_ register: UInt16, from source: IntegerRegister) {
        if let pin = scope.pin(register) {
            assembler.move(pin, source)
        } else if let pin = scope.floatPin(register) {
            assembler.moveBits(pin, source)
        }
        assembler.store(source, slot: Int(register) * 8)
        if source == Assembler.scratch0, scope.pin(register) == nil {
            scope.hold(register)
        } else {
            scope.forget(register)
        }
    }

    func readFloat(_ register: UInt16, _ scratch: FloatRegister) -> FloatRegister {
        if let pin = scope.floatPin(register) { return pin }
        assembler.load(scratch, slot: Int(register) * 8)
        return scratch
    }

    func floatTarget(_ register: UInt16) -> FloatRegister {
        scope.floatPin(register) ?? Assembler.floatScratch0
    }

    func writeFloat(_ register: UInt16, from source: FloatRegister) {
        if let pin = scope.floatPin(register) { assembler.move(pin, source) }
        assembler.store(source, slot: Int(register) * 8)
        scope.forget(register)
    }

    func copy(_ to: UInt16, _ from: UInt16) {
        if let pin = scope.floatPin(from), scope.pin(to) == nil {
            writeFloat(to, from: pin)
        } else if scope.floatPin(to) != nil {
            writeFloat(to, from: readFloat(from, Assembler.floatScratch0))
        } else {
            write(to, from: read(from, Assembler.scratch0))
        }
    }

    func write(_ register: UInt16, constant: UInt64) {
        let target = target(register)
        assembler.constant(target, constant)
        write(register, from: target)
    }
}
