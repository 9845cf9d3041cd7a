// Values on their way into the VM and out of it.

import SerenaNetBytecode

extension Machine {
    /// `value`, which fits `type`, as a slot; nil, with the failure set, when there is no memory.
    func slot(of value: VMValue, as type: ValueType) -> UInt64? {
        switch (value, type) {
        case (.null, _): return 0
        case (_, .optional(let element)): return optionalSlot(of: value, as: element)
        case (.int(let value), _): return UInt64(bitPattern: value)
        case (.float(let value), _): return value.bitPattern
        case (.bool(let value), _): return value ? 1 : 0
        case (.string(let value), _): return makeText(value)?.slot
        case (.list(let elements), .list(let element)): return listSlot(of: elements, as: element)
        case (.list, _): return 0
        }
    }

    private func optionalSlot(of value: VMValue, as element: ValueType) -> UInt64? {
        guard let slot = slot(of: value, as: element) else { return nil }
        return element.isReference ? slot : makeBox(slot).map { HeapText($0).slot }
    }

    private func listSlot(of elements: [VMValue], as element: ValueType) -> UInt64? {
        guard let list = heap.makeList(capacity: elements.count) else {
            failure = memoryFailure
            return nil
        }
        for value in elements {
            guard let slot = slot(of: value, as: element) else { return nil }
            list.append(slot)
        }
        return HeapText(list.pointer).slot
    }

    /// The value that a slot of `type` holds; nil, with the failure set, when it would take more memory than is left.
    ///
    /// Lists share their elements inside the VM and are copied outside of it, so that a small heap could become a huge value:
    /// what leaves is counted as if it were allocated.
    func value(of slot: UInt64, as type: ValueType) -> VMValue? {
        switch type {
        case .int: return .int(Int64(bitPattern: slot))
        case .float: return .float(Double(bitPattern: slot))
        case .bool: return .bool(slot != 0)
        case .string:
            let text = HeapText(slot: slot)
            guard reserve(text.count) else { return nil }
            return .string(text.string)
        case .list(let element):
            guard let pointer = HeapText(slot: slot).pointer else { return .list([]) }
            let list = HeapList(pointer)
            guard reserve(list.count * MemoryLayout<VMValue>.stride) else { return nil }
            var values: [VMValue] = []
            values.reserveCapacity(list.count)
            for index in 0..<list.count {
                guard let value = value(of: list.slot(at: index), as: element) else { return nil }
                values.append(value)
            }
            return .list(values)
        case .optional(let element):
            guard let pointer = HeapText(slot: slot).pointer else { return .null }
            return value(of: element.isReference ? slot : pointer.slot(0), as: element)
        }
    }

    private func reserve(_ size: Int) -> Bool {
        if heap.reserve(size) { return account(for: size) }
        return refuseMemory()
    }
}
