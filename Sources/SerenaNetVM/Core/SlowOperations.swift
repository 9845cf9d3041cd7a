// The instructions that allocate, walk over bytes, or fail with more than a word.
//
// Each takes the instruction's address and the frame's base and answers whether the program goes on; when it does not, the
// reason stands in `failure`. None is inlined, so that the interpreter's loop keeps its registers.

import SerenaNetBytecode

extension Machine {
    // MARK: Text

    @inline(never) func intToText(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let value = base.int(pc.b)
        let size = DecimalDigits.count(of: value)
        guard let memory = makeText(size: size) else { return false }
        DecimalDigits.write(value, to: memory + HeapText.headerSize, size: size)
        base.set(pc.a, HeapText(memory).slot)
        return true
    }

    @inline(never) func floatToText(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        store(NumberText.shortest(base.float(pc.b)), at: base + pc.a)
    }

    @inline(never) func boolToText(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        store(base.int(pc.b) == 0 ? "false" : "true", at: base + pc.a)
    }

    @inline(never) func compareTexts(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, equal: Bool) -> Bool {
        let (left, right) = (base.text(pc.b).bytes, base.text(pc.c).bytes)
        if left.baseAddress == right.baseAddress || (equal && left.count != right.count) {
            base.set(pc.a, equal && left.count == right.count)
            return account(for: left.count)
        }
        guard let order = order(left, right) else { return false }
        base.set(pc.a, equal ? order == 0 : order < 0)
        return true
    }

    @inline(never) func concatenate(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let count = pc.c
        var size = 0
        for index in 0..<count { size += base.text(pc.argument(index)).count }
        guard let memory = makeText(size: size) else { return false }
        var end = memory + HeapText.headerSize
        for index in 0..<count {
            let bytes = base.text(pc.argument(index)).bytes
            guard copy(bytes, to: end) else { return false }
            end += bytes.count
        }
        base.set(pc.a, HeapText(memory).slot)
        return true
    }

    // MARK: Lists and optionals

    @inline(never) func makeList(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let count = pc.c
        guard let list = heap.makeList(capacity: count, ofReferences: pc.detail != 0) else { return refuseMemory() }
        for index in 0..<count { list.append(base.slot(pc.argument(index))) }
        base.set(pc.a, HeapText(list.pointer).slot)
        return true
    }

    @inline(never) func appendSlowly(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let list = base.list(pc.a) else { return refuse(.missingList) }
        guard heap.grow(list, to: max(4, list.capacity * 2)) else { return refuseMemory() }
        list.append(base.slot(pc.b))
        return account(for: list.count * 8)
    }

    @inline(never) func refuseIndex(_ index: Int64, of list: HeapList?) {
        failure = .fault(.indexOutside(index: index, count: list?.count ?? 0))
    }

    @inline(never) func wrapScalar(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let box = makeBox(base.slot(pc.b)) else { return false }
        base.set(pc.a, HeapText(box).slot)
        return true
    }

    @inline(never) func wrapContainer(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard base.pointer(pc.b) != nil else { return refuse(.missingList) }
        base.set(pc.a, base.slot(pc.b))
        return true
    }

    // MARK: Allocation and refusal

    /// Memory for a text of `size` bytes with its header written; nil, with the failure set, when there is none.
    func makeText(size: Int) -> UnsafeMutableRawPointer? {
        guard let memory = heap.allocate(.text, size: HeapText.headerSize + size, extent: size) else {
            failure = memoryFailure
            return nil
        }
        // Its hash is not known yet.
        memory.set(8, UInt64(0))
        return memory
    }

    /// A text in the heap; nil, with the failure set, when there is no memory or no time.
    func makeText(_ bytes: UnsafeRawBufferPointer) -> HeapText? {
        guard let memory = makeText(size: bytes.count), copy(bytes, to: memory + HeapText.headerSize) else {
            return nil
        }
        return HeapText(memory)
    }

    /// A text in the heap; nil, with the failure set, when there is no memory.
    func makeText(_ string: String) -> HeapText? {
        var string = string
        return string.withUTF8 { makeText(UnsafeRawBufferPointer($0)) }
    }

    /// A scalar in the heap, for an optional; nil, with the failure set, when there is no memory.
    func makeBox(_ slot: UInt64) -> UnsafeMutableRawPointer? {
        guard let box = heap.allocate(.box, size: 16) else {
            failure = memoryFailure
            return nil
        }
        box.set(8, slot)
        return box
    }

    func store(_ string: String, at register: UnsafeMutableRawPointer) -> Bool {
        guard let text = makeText(string) else { return false }
        register.set(0, text.slot)
        return true
    }

    func refuse(_ fault: RuntimeFault.Kind) -> Bool {
        failure = .fault(fault)
        return false
    }

    func refuseMemory() -> Bool {
        failure = memoryFailure
        return false
    }

    /// Counts work over `bytes` bytes; false when the time is up.
    @inline(__always) func account(for bytes: Int) -> Bool {
        heap.state.pointee.work &+= bytes
        return heap.state.pointee.work < WorkMeter.workBetweenChecks || checkTime()
    }

    @inline(never) private func checkTime() -> Bool {
        heap.state.pointee.work = 0
        // It is as much work as a slice of instructions, and the turn ends sooner for it.
        turnEnd = turnEnd == .max ? .max : turnEnd - min(turnEnd, UInt64(heap.pace.slice))
        failure = meter.check()
        return failure == nil
    }
}
