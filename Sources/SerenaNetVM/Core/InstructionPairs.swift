// Instructions that neither jump nor allocate, and pairs of them that the loop executes at once.
//
// Finding the next instruction takes about as long as executing a simple one, and how long depends on how well the processor
// foresees it. When a program is loaded, the opcode of a simple instruction before another becomes that of both. The second stays as it
// is, operands and opcode: a jump to it finds it, and when it fails, the program stands there. What was the opcode of the first stands
// behind the new one, for whoever looks at single instructions.

import SerenaNetBytecode

/// What an instruction does that goes on with the next, and needs nothing but registers.
protocol PlainOperation {
    static var words: Int { get }

    /// - Returns: false on overflow, with nothing written.
    static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool
}

extension PlainOperation {
    @inline(__always) static var words: Int { 1 }
}

/// One that gives an int or overflows.
protocol CheckedOperation: PlainOperation {
    static func result(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> (partialValue: Int64, overflow: Bool)
}

extension CheckedOperation {
    @inline(__always) static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let (value, overflow) = result(pc, base)
        if overflow { return false }
        base.set(pc.a, value)
        return true
    }
}

enum Move: PlainOperation {
    @inline(__always) static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        base.set(pc.a, base.slot(pc.b))
        return true
    }
}

enum AddInt: CheckedOperation {
    @inline(__always) static func result(
        _ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) -> (partialValue: Int64, overflow: Bool) { base.int(pc.b).addingReportingOverflow(base.int(pc.c)) }
}

enum SubInt: CheckedOperation {
    @inline(__always) static func result(
        _ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) -> (partialValue: Int64, overflow: Bool) { base.int(pc.b).subtractingReportingOverflow(base.int(pc.c)) }
}

enum MulInt: CheckedOperation {
    @inline(__always) static func result(
        _ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) -> (partialValue: Int64, overflow: Bool) { base.int(pc.b).multipliedReportingOverflow(by: base.int(pc.c)) }
}

enum AddIntImmediate: CheckedOperation {
    @inline(__always) static func result(
        _ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) -> (partialValue: Int64, overflow: Bool) { base.int(pc.b).addingReportingOverflow(Int64(pc.signedC)) }
}

enum AddFloat: PlainOperation {
    @inline(__always) static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        base.set(pc.a, base.float(pc.b) + base.float(pc.c))
        return true
    }
}

enum SubFloat: PlainOperation {
    @inline(__always) static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        base.set(pc.a, base.float(pc.b) - base.float(pc.c))
        return true
    }
}

enum MulFloat: PlainOperation {
    @inline(__always) static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        base.set(pc.a, base.float(pc.b) * base.float(pc.c))
        return true
    }
}

enum MulAddFloat: PlainOperation {
    @inline(__always) static var words: Int { 2 }

    @inline(__always) static func run(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        base.set(pc.a, base.float(pc.argument(0)) + base.float(pc.b) * base.float(pc.c))
        return true
    }
}

extension Piece {
    /// One instruction; false, with the reason, where it fails.
    @inline(__always) static func run<Operation: PlainOperation>(
        _ operation: Operation.Type, _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer,
        _ horizon: inout Horizon, _ exit: inout MachineExit
    ) -> Bool {
        guard Operation.run(pc, base) else {
            exit = .overflow
            return false
        }
        pass(Operation.words, &pc, &horizon)
        return true
    }

    /// Two instructions. Where the second fails, `pc` is at it and the first is done. The first is of one word.
    @inline(__always) static func run<First: PlainOperation, Second: PlainOperation>(
        _ first: First.Type, _ second: Second.Type, _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer,
        _ horizon: inout Horizon, _ exit: inout MachineExit
    ) -> Bool {
        guard First.run(pc, base) else {
            exit = .overflow
            return false
        }
        guard Second.run(pc + 8, base) else {
            pc += 8
            exit = .overflow
            return false
        }
        pass(First.words &+ Second.words, &pc, &horizon)
        // Two are counted.
        horizon.extend(by: -1)
        return true
    }
}

extension MachineOpcode {
    private static let ints: [MachineOpcode] = [.move, .addInt, .subInt, .mulInt, .addIntImmediate]
    private static let floats: [MachineOpcode] = [.addFloat, .subFloat, .mulFloat]
    private static let afterFloats: [MachineOpcode] = floats + [.mulAddFloat]

    /// The opcode of both; nil for two that are not joined.
    static func pair(_ first: MachineOpcode, _ second: MachineOpcode) -> MachineOpcode? {
        if let row = ints.firstIndex(of: first), let column = ints.firstIndex(of: second) {
            return MachineOpcode(rawValue: moveThenMove.rawValue + UInt8(row * ints.count + column))
        }
        if let row = floats.firstIndex(of: first), let column = afterFloats.firstIndex(of: second) {
            return MachineOpcode(rawValue: addFloatThenAddFloat.rawValue + UInt8(row * afterFloats.count + column))
        }
        return nil
    }

    var isPair: Bool { rawValue >= Self.moveThenMove.rawValue }
}

extension UnsafeRawPointer {
    /// The opcode of the instruction at this address alone, also where it is executed together with the next.
    @inline(__always) var plainOpcode: MachineOpcode {
        let opcode = load(as: MachineOpcode.self)
        return opcode.isPair ? load(fromByteOffset: 1, as: MachineOpcode.self) : opcode
    }
}
