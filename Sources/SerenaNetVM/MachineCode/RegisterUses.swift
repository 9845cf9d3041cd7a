// Which registers an instruction names, and where it can go.

import SerenaNetBytecode

extension VMInstruction {
    /// Visits the registers that the instruction names. Those that are written as well as read may count as read only.
    func forEachRegister(_ visit: (_ register: UInt16, _ isWritten: Bool) -> Void) {
        let shape = opcode.operandShape
        Self.visit(shape.a, a, visit)
        Self.visit(shape.b, b, visit)
        Self.visit(shape.c, c, visit)
        if shape.takesArguments {
            for argument in arguments { visit(argument, false) }
        } else if shape.more > 0 {
            for (kind, bits) in zip(opcode.operandKinds.more, arguments) { Self.visit(kind, bits, visit) }
        }
    }

    private static func visit(
        _ kind: OperandKind, _ bits: UInt16, _ visit: (_ register: UInt16, _ isWritten: Bool) -> Void
    ) {
        guard bits != noRegister else { return }
        switch kind {
        case .read: visit(bits, false)
        case .write: visit(bits, true)
        default: break
        }
    }

    /// The instruction that it can go to, counted from the function's first, besides the next; nil when there is none.
    var jumpTarget: Int? {
        switch opcode.operandShape.jumpPlace {
        case 0: Int(a)
        case 1: Int(b)
        case 2: Int(c)
        case let place where place > 2: Int(arguments[place - 3])
        default: nil
        }
    }

    /// Whether the machine suspends the program there, or answers it in another way than the interpreter's loop.
    var leavesTheLoop: Bool {
        switch opcode {
        case .say, .remember, .recall, .callTool, .askAgent, .emit, .readClock, .together: true
        default: false
        }
    }

    /// Whether fuel is looked at whether or not the jump is taken.
    var looksAtFuelBehind: Bool {
        switch opcode {
        case .jumpFloat, .unwrapOrJump, .mapGetOrJump, .intMapGetOrJump: true
        default: false
        }
    }

    /// Whether control never goes on to the next instruction by itself.
    var endsItsBlock: Bool {
        switch opcode {
        case .jump, .return, .returnNothing, .fail: true
        default: leavesTheLoop
        }
    }
}
