// From the content of a snapshot to a machine: every slot is checked against its type before it is written.
//
// What the verifier has proven of a program holds from a state in which every register and every element holds a value of its
// type. A state that somebody else has written is one of these if: each frame belongs to the function that the frame before
// calls where it stands, each slot of a frame fits the type of its register, and each slot of an object fits the type that the
// object's shape gives it, where a reference fits when the object's own shape is that of the type. Each of this is looked at
// here or in ``SnapshotContent``, once for each slot; no reference leads to anything but an object that was made here.

import Instrumentation
import SerenaNetBytecode

struct SnapshotRestorer {
    private let content: SnapshotContent
    private let program: LoadedProgram
    private let machine: Machine
    /// The address of each object.
    private var addresses: [UInt64] = []

    /// A machine that stands where the snapshot was taken. What restoring takes counts as time that the program computed.
    ///
    /// - Throws: ``SnapshotError`` when a slot does not fit its type, or the budgets are used up.
    static func machine(
        from content: SnapshotContent, of program: LoadedProgram, atMost limits: PerformanceRequirements,
        clock: any EngineClock
    ) throws(SnapshotError) -> Machine {
        var restorer = SnapshotRestorer(content, program, content.requirements.atMost(limits), clock)
        let machine = restorer.machine
        machine.meter.start()
        defer { machine.meter.stop() }
        try restorer.makeObjects()
        try restorer.fillObjects()
        try restorer.makeFrames()
        restorer.restoreCounters()
        return machine
    }

    private init(
        _ content: SnapshotContent, _ program: LoadedProgram, _ requirements: PerformanceRequirements,
        _ clock: any EngineClock
    ) {
        self.content = content
        self.program = program
        machine = Machine(
            program: program, function: content.frames[0].function, requirements: requirements, clock: clock)
        machine.meter = WorkMeter(
            clock: clock, limit: requirements.maxExecutionTime, spent: .nanoseconds(Int64(content.counters.time)))
    }

    private var refusal: SnapshotError {
        switch machine.failure {
        case .error(let error): SnapshotError(.refused(error))
        case .fault(let kind): SnapshotError(.refused(.programFault(RuntimeFault(kind, at: machine.location))))
        case nil: SnapshotError(.refused(.notRunning))
        }
    }

    // MARK: Objects

    private mutating func makeObjects() throws(SnapshotError) {
        addresses.reserveCapacity(content.objects.count)
        for object in content.objects {
            let address: UInt64? =
                switch object.shape {
                case .text: try makeText(object)
                case .box(let type): machine.makeBox(try slot(at: object.content, as: type)).map { HeapText($0).slot }
                case .list(let element):
                    machine.heap.makeList(capacity: object.count, ofReferences: element.isReference)
                        .map { HeapText($0.pointer).slot }
                case .map(let element):
                    machine.heap.makeMap(capacity: object.count, ofReferences: element.isReference)
                        .map { HeapText($0.pointer).slot }
                case .intMap(let element):
                    machine.heap.makeIntMap(capacity: object.count, ofReferences: element.isReference)
                        .map { HeapText($0.pointer).slot }
                }
            guard let address else {
                machine.failure = machine.failure ?? machine.memoryFailure
                throw refusal
            }
            addresses.append(address)
            guard machine.account(for: object.count * object.shape.smallestElement) else { throw refusal }
        }
    }

    private func makeText(_ object: SnapshotContent.Object) throws(SnapshotError) -> UInt64? {
        // Empty text that is not null is the program's own.
        guard object.count > 0 else { return HeapText(program.emptyText).slot }
        let bytes = content.reader.bytes[object.content..<object.content + object.count]
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SnapshotError(.invalidUTF8, at: object.content)
        }
        return machine.makeText(text)?.slot
    }

    private func fillObjects() throws(SnapshotError) {
        for (object, address) in zip(content.objects, addresses) {
            guard let pointer = HeapText(slot: address).pointer else { continue }
            switch object.shape {
            case .text, .box: continue
            case .list(let element):
                let list = HeapList(pointer)
                for index in 0..<object.count { list.append(try slot(at: object.content + 8 * index, as: element)) }
            case .map(let element): try fill(HeapMap(pointer), object, element)
            case .intMap(let element): try fill(HeapIntMap(pointer), object, element)
            }
        }
    }

    private func fill(_ map: HeapMap, _ object: SnapshotContent.Object, _ element: ValueType) throws(SnapshotError) {
        try fill(object, keys: .string, element) { key, value in
            guard machine.put(value, under: HeapText(slot: key), in: map) else { return nil }
            return map.count
        }
    }

    private func fill(
        _ map: HeapIntMap, _ object: SnapshotContent.Object, _ element: ValueType
    ) throws(SnapshotError) {
        try fill(object, keys: .int, element) { key, value in
            guard machine.put(value, under: Int64(bitPattern: key), in: map) else { return nil }
            return map.count
        }
    }

    /// - Parameter put: answers how many entries there are then; nil when there is no memory or no time left.
    private func fill(
        _ object: SnapshotContent.Object, keys: ValueType, _ element: ValueType, put: (UInt64, UInt64) -> Int?
    ) throws(SnapshotError) {
        for index in 0..<object.count {
            let place = object.content + 16 * index
            let key = try slot(at: place, as: keys)
            guard let count = put(key, try slot(at: place + 8, as: element)) else { throw refusal }
            guard count == index + 1 else { throw SnapshotError(.repeatedKey, at: place) }
        }
    }

    // MARK: Slots

    private func slot(at offset: Int, as type: ValueType) throws(SnapshotError) -> UInt64 {
        let word = content.reader.word(at: offset)
        func wrong() -> SnapshotError { SnapshotError(.wrongSlot(type: "\(type)"), at: offset) }
        switch type {
        case .int, .float: return word
        case .bool:
            guard word <= 1 else { throw wrong() }
            return word
        case .any:
            guard let slot = anySlot(word) else { throw wrong() }
            return slot
        case .string, .list, .map, .intMap, .optional:
            if word == 0 { return 0 }
            guard word & ReferenceTag.mask == 0, let shape = ObjectShape(of: type),
                let address = address(of: word >> 4, shape)
            else { throw wrong() }
            return address
        }
    }

    /// The address of the object with this number, if it has the shape.
    private func address(of number: UInt64, _ shape: ObjectShape) -> UInt64? {
        guard number > 0, number <= UInt64(addresses.count) else { return nil }
        let index = Int(number) - 1
        return content.objects[index].shape == shape ? addresses[index] : nil
    }

    private func anySlot(_ word: UInt64) -> UInt64? {
        let (tag, number) = (word & ReferenceTag.mask, word >> 4)
        switch tag {
        case 0: return word == 0 ? 0 : nil
        case ReferenceTag.smallInt: return word
        case ReferenceTag.bool: return number <= 1 ? word : nil
        case ReferenceTag.text, ReferenceTag.list, ReferenceTag.map: if number == 0 { return tag }
        default: break
        }
        guard let shape = ObjectShape(tag: tag), let address = address(of: number, shape) else { return nil }
        if tag == ReferenceTag.int, let box = HeapText(slot: address).pointer {
            // An int that fits the slot stands in it: one value has one form.
            let value = box.slot(8)
            guard Int64(bitPattern: value << 4) >> 4 != Int64(bitPattern: value) else { return nil }
        }
        return address | tag
    }

    // MARK: Frames and counters

    private func makeFrames() throws(SnapshotError) {
        let functions = program.bytecode.functions
        let frames = content.frames
        let size = frames.reduce(machine.base - machine.stack) {
            $0 + FunctionEntry.frameSize(of: functions[$1.function])
        }
        guard frames.count <= machine.requirements.maxCallDepth, machine.failure == nil else {
            machine.failure = machine.failure ?? .fault(.callDepth(limit: machine.requirements.maxCallDepth))
            throw refusal
        }
        guard machine.enlargeStack(to: size) else { throw refusal }
        for (index, frame) in frames.enumerated() {
            let base = machine.base
            for (register, type) in functions[frame.function].registers.enumerated() {
                base.set(register * 8, try slot(at: frame.slots + register * 8, as: type))
            }
            guard machine.account(for: functions[frame.function].registers.count * 8) else { throw refusal }
            machine.pc = UnsafeRawPointer(program.code) + frame.word * 8
            if index < frames.count - 1 { machine.enter(functions[frames[index + 1].function]) }
        }
    }

    private func restoreCounters() {
        let counters = content.counters
        machine.granted = Int64(counters.instructions)
        machine.fuel = 0
        machine.heap.goOn(
            counts: counters.handedOut.map { Int($0) }, peak: Int(counters.peak), collector: counters.collector)
    }
}

extension Machine {
    /// Makes the stack so large; false, with the failure set, when there is no memory.
    fileprivate func enlargeStack(to size: Int) -> Bool {
        guard size > stackSize else { return true }
        guard heap.reserve(size - stackSize) else { return refuseMemory() }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        larger.copyMemory(from: stack, byteCount: stackSize)
        base = larger + (base - stack)
        stack.deallocate()
        stack = larger
        stackSize = size
        return true
    }

    /// Opens the frame that the call at ``pc`` opens, without its arguments: as the interpreter does it.
    fileprivate func enter(_ callee: BytecodeFunction) {
        let next = base + frameSize
        next.storeBytes(of: pc + 8 * (1 + (pc.c + 3) / 4), toByteOffset: -16, as: UnsafeRawPointer.self)
        next.set(-8, UInt64(frameSize | pc.a << 32))
        base = next
        frameSize = FunctionEntry.frameSize(of: callee)
        depth += 1
    }
}

extension PerformanceRequirements {
    /// The same wishes within the limits of somebody else.
    func atMost(_ limits: PerformanceRequirements) -> PerformanceRequirements {
        var result = self
        result.maxExecutionTime = min(maxExecutionTime, limits.maxExecutionTime)
        result.maxInstructions = min(maxInstructions, limits.maxInstructions)
        result.maxMemoryUsage = min(maxMemoryUsage, limits.maxMemoryUsage)
        result.maxCallDepth = min(maxCallDepth, limits.maxCallDepth)
        return result
    }
}
