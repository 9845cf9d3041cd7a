// The templates of instructions on lists and optionals, and of those that the machine executes itself.

import SerenaNetBytecode

/// What ``Machine/performSlowly(_:_:)`` answers.
enum SlowAnswer: Int {
    case failed = 0
    case done = 1
    /// There is no such key.
    case missing = 2
}

extension TaskTranslator {
    /// Nil when the instruction is none of these.
    func translateObject(_ instruction: VMInstruction) -> FunctionScope.Flow? {
        let (a, b, c) = (instruction.a, instruction.b, instruction.c)
        switch instruction.opcode {
        case .listCount: listCount(a, b)
        case .listGet:
            let (list, index) = element(of: b, at: c)
            loadElement(a, index, of: list)
        case .listSet:
            if scope.types[Int(c)].isReference {
                // The collector may have to be told.
                callSlowly()
            } else {
                let (list, index) = element(of: a, at: b)
                assembler.store(read(c, Assembler.scratch2), element: index, of: list)
            }
        case .listAppend: append(a, b)
        case .unwrap:
            let from = read(b, Assembler.scratch0)
            assembler.jump(if: from, .equal, immediate: 0, to: interpretLabel())
            unwrap(a, from)
        case .wrap: wrap(a, b)
        case .box where scope.types[Int(b)] == .string:
            let from = read(b, Assembler.scratch0)
            let to = target(a)
            assembler.setBits(to, from, UInt8(ReferenceTag.text))
            write(a, from: to)
        default:
            guard instruction.isSlow else { return nil }
            callSlowly()
        }
        return .next
    }

    /// Executes the current instruction by the machine's own function for it, and leaves when that fails.
    func callSlowly() {
        scope.forget()
        let address = program.code + scope.words[scope.index] * 8
        assembler.callSlowly(UInt64(UInt(bitPattern: address)), entrances)
        assembler.jump(
            if: Assembler.scratch0, .equal, immediate: Int32(SlowAnswer.failed.rawValue), to: failedLabel())
        loadPins(of: scope.loop)
    }

    // MARK: Lists

    /// A list and an index that is within it, each in scratch or in a pin.
    private func element(of list: UInt16, at index: UInt16) -> (list: IntegerRegister, index: IntegerRegister) {
        let list = read(list, Assembler.scratch0)
        let index = read(index, Assembler.scratch1)
        assembler.jump(if: list, .equal, immediate: 0, to: interpretLabel())
        assembler.jump(ifOutside: index, field: HeapList.countOffset, of: list, to: interpretLabel())
        return (list, index)
    }

    func loadElement(_ a: UInt16, _ index: IntegerRegister, of list: IntegerRegister) {
        if let pin = scope.floatPin(a) {
            assembler.load(pin, element: index, of: list)
            assembler.store(pin, slot: Int(a) * 8)
        } else {
            let to = target(a)
            assembler.load(to, element: index, of: list)
            write(a, from: to)
        }
    }

    private func listCount(_ a: UInt16, _ b: UInt16) {
        let list = read(b, Assembler.scratch0)
        assembler.move(Assembler.scratch1, list)
        scope.forget()
        let none = assembler.buffer.makeLabel()
        // The list that was never made is empty; its address is the count.
        assembler.jump(if: Assembler.scratch1, .equal, immediate: 0, to: none)
        assembler.load(Assembler.scratch1, field: HeapList.countOffset, of: Assembler.scratch1)
        assembler.buffer.bind(none)
        write(a, from: Assembler.scratch1)
    }

    /// Where there is room; else the machine makes some.
    private func append(_ a: UInt16, _ b: UInt16) {
        let (slow, end) = (assembler.buffer.makeLabel(), assembler.buffer.makeLabel())
        let list = read(a, Assembler.scratch0)
        assembler.jump(if: list, .equal, immediate: 0, to: slow)
        assembler.load(Assembler.scratch1, field: HeapList.countOffset, of: list)
        assembler.jump(ifOutside: Assembler.scratch1, field: HeapList.capacityOffset, of: list, to: slow)
        // Scratch 0 must stay the list: what is appended may be the same register.
        let value = read(b, Assembler.scratch2)
        assembler.store(value, element: Assembler.scratch1, of: list)
        assembler.add(Assembler.scratch1, Assembler.scratch1, immediate: 1, overflow: nil)
        assembler.store(Assembler.scratch1, field: HeapList.countOffset, of: list)
        assembler.jump(end)
        assembler.buffer.bind(slow)
        callSlowly()
        assembler.buffer.bind(end)
    }

    // MARK: Optionals

    private func wrap(_ a: UInt16, _ b: UInt16) {
        switch scope.types[Int(b)] {
        case .string:
            let from = read(b, Assembler.scratch0)
            assembler.move(Assembler.scratch1, from)
            scope.forget()
            let isThere = assembler.buffer.makeLabel()
            assembler.jump(if: Assembler.scratch1, .notEqual, immediate: 0, to: isThere)
            assembler.constant(Assembler.scratch1, UInt64(UInt(bitPattern: program.emptyText)))
            assembler.buffer.bind(isThere)
            write(a, from: Assembler.scratch1)
        case .list, .map, .intMap:
            let from = read(b, Assembler.scratch0)
            assembler.jump(if: from, .equal, immediate: 0, to: interpretLabel())
            write(a, from: from)
        default: callSlowly()
        }
    }
}
