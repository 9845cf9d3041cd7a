// Values on their way into the VM and out of it.

import SerenaNetBytecode

extension Machine {
    /// `value`, which fits `type`, as a slot; nil, with the failure set, when there is no memory.
    ///
    /// - Parameter depth: how many lists and maps are around it.
    func slot(of value: VMValue, as type: ValueType, depth: Int = 0) -> UInt64? {
        guard depth < VMValue.maximumDepth else {
            failure = .fault(.valueTooDeep(limit: VMValue.maximumDepth))
            return nil
        }
        switch (value, type) {
        case (_, .any): return anySlot(of: value, depth: depth)
        case (.null, _): return 0
        case (_, .optional(let element)): return optionalSlot(of: value, as: element, depth: depth)
        case (.int(let value), _): return UInt64(bitPattern: value)
        case (.float(let value), _): return value.bitPattern
        case (.bool(let value), _): return value ? 1 : 0
        case (.string(let value), _): return makeText(value)?.slot
        case (.list(let elements), .list(let element)): return listSlot(of: elements, as: element, depth: depth)
        case (.map(let entries), .map(let element)): return mapSlot(of: entries, as: element, depth: depth)
        case (.map(let entries), .intMap(let element)): return intMapSlot(of: entries, as: element, depth: depth)
        case (.list, _), (.map, _): return 0
        }
    }

    private func optionalSlot(of value: VMValue, as element: ValueType, depth: Int) -> UInt64? {
        guard let slot = slot(of: value, as: element, depth: depth) else { return nil }
        return element.isReference ? slot : makeBox(slot).map { HeapText($0).slot }
    }

    private func listSlot(of elements: [VMValue], as element: ValueType, depth: Int) -> UInt64? {
        guard let list = heap.makeList(capacity: elements.count, ofReferences: element.isReference) else {
            failure = memoryFailure
            return nil
        }
        for value in elements {
            guard let slot = slot(of: value, as: element, depth: depth + 1), account(for: 8) else { return nil }
            list.append(slot)
        }
        return HeapText(list.pointer).slot
    }

    private func mapSlot(of entries: [VMMapEntry], as element: ValueType, depth: Int) -> UInt64? {
        guard let map = heap.makeMap(capacity: entries.count, ofReferences: element.isReference) else {
            failure = memoryFailure
            return nil
        }
        for entry in entries {
            guard let key = makeText(entry.key), let slot = slot(of: entry.value, as: element, depth: depth + 1),
                put(slot, under: key, in: map)
            else { return nil }
        }
        return HeapText(map.pointer).slot
    }

    /// The value that a slot of `type` holds; nil, with the failure set, when it would take more memory than is left, or is
    /// nested deeper than ``VMValue/maximumDepth``.
    ///
    /// Lists share their elements inside the VM and are copied outside of it, so that a small heap could become a huge value:
    /// what leaves is counted as if it were allocated.
    func value(of slot: UInt64, as type: ValueType, depth: Int = 0) -> VMValue? {
        guard depth < VMValue.maximumDepth else {
            failure = .fault(.valueTooDeep(limit: VMValue.maximumDepth))
            return nil
        }
        switch type {
        case .int: return .int(Int64(bitPattern: slot))
        case .float:
            // What is no number has many forms, of which programs see none: all leave as one.
            let number = Double(bitPattern: slot)
            return .float(number.isNaN ? .nan : number)
        case .bool: return .bool(slot != 0)
        case .string:
            let text = HeapText(slot: slot)
            guard reserve(text.count) else { return nil }
            return .string(text.string)
        case .list(let element): return listValue(of: slot, as: element, depth: depth)
        case .map(let element): return mapValue(of: slot, as: element, depth: depth)
        case .intMap(let element): return intMapValue(of: slot, as: element, depth: depth)
        case .any: return value(ofAny: slot, depth: depth)
        case .optional(let element):
            guard let pointer = HeapText(slot: slot).pointer else { return .null }
            return value(of: element.isReference ? slot : pointer.slot(8), as: element, depth: depth)
        }
    }

    /// The value that a slot holds, for an instruction that is done with it when it ends: its memory does not count after that.
    func passingValue(of slot: UInt64, as type: ValueType) -> VMValue? {
        let before = heap.used
        defer { heap.release(heap.used - before) }
        return value(of: slot, as: type)
    }

    /// What the host gets, made of values of slots; what the program has let go of makes room for it. All of it must fit the
    /// memory at one time, and counts no more once it has left.
    ///
    /// - Parameters:
    ///   - result: the slot of the task's result, if it has returned.
    ///   - make: nil, with the failure set, when there is no room or a value is too deep.
    func leaving<Value>(keeping result: UInt64? = nil, _ make: () -> Value?) -> Value? {
        func attempt() -> Value? {
            let before = heap.used
            defer { heap.release(heap.used - before) }
            return make()
        }
        if let value = attempt() { return value }
        guard case .error(.memoryExhausted) = failure, collectFully(keeping: result) else { return nil }
        failure = nil
        return attempt()
    }

    private func listValue(of slot: UInt64, as element: ValueType, depth: Int) -> VMValue? {
        guard let pointer = HeapText(slot: slot).pointer else { return .list([]) }
        let list = HeapList(pointer)
        guard reserve(list.count * MemoryLayout<VMValue>.stride) else { return nil }
        var values: [VMValue] = []
        values.reserveCapacity(list.count)
        for index in 0..<list.count {
            guard let value = value(of: list.slot(at: index), as: element, depth: depth + 1), account(for: 32) else {
                return nil
            }
            values.append(value)
        }
        return .list(values)
    }

    private func mapValue(of slot: UInt64, as element: ValueType, depth: Int) -> VMValue? {
        guard let pointer = HeapText(slot: slot).pointer else { return .map([]) }
        let map = HeapMap(pointer)
        guard reserve(map.count * MemoryLayout<VMMapEntry>.stride) else { return nil }
        var entries: [VMMapEntry] = []
        entries.reserveCapacity(map.count)
        for index in 0..<map.used {
            guard let key = map.key(at: index) else { continue }
            guard reserve(key.count), let value = value(of: map.value(at: index), as: element, depth: depth + 1) else {
                return nil
            }
            entries.append(VMMapEntry(key: key.string, value: value))
        }
        return .map(entries)
    }

    func reserve(_ size: Int) -> Bool {
        if heap.reserve(size) { return account(for: size) }
        return refuseMemory()
    }
}
