// The instructions and functions for maps from ints; see SlowOperations.swift for how they answer.

import SerenaNetBytecode

extension Machine {
    func makeIntMap(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let ofReferences = ExtendedOpcode(rawValue: pc.detail) == .makeReferenceIntMap
        guard let map = heap.makeIntMap(capacity: pc.c / 2, ofReferences: ofReferences) else { return refuseMemory() }
        for index in stride(from: 0, to: pc.c, by: 2) {
            guard put(base.slot(pc.argument(index + 1)), under: base.int(pc.argument(index)), in: map) else {
                return false
            }
        }
        base.set(pc.a, HeapText(map.pointer).slot)
        return true
    }

    func intMapGet(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let map = base.intMap(pc.b) else {
            base.set(pc.a, UInt64(0))
            return true
        }
        let found = map.find(base.int(pc.c))
        guard let entry = found.entry else {
            base.set(pc.a, UInt64(0))
            return account(forSteps: found.steps)
        }
        return give(entry.slot(8), pc, base) && account(forSteps: found.steps)
    }

    @inline(never) func intMapGetOrJump(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> KeySearch {
        guard let map = base.intMap(pc.b) else { return .missing }
        let found = map.find(base.int(pc.c))
        guard account(forSteps: found.steps) else { return .failed }
        guard let entry = found.entry else { return .missing }
        base.set(pc.a, entry.slot(8))
        return .found
    }

    @inline(never) func intMapSet(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let map = base.intMap(pc.a) else { return refuse(.missingList) }
        return put(base.slot(pc.c), under: base.int(pc.b), in: map)
    }

    /// Counts the places of a table that were looked at; the first is paid for by the instruction.
    @inline(__always) private func account(forSteps steps: Int) -> Bool {
        steps == 1 || account(for: steps &* 8)
    }

    /// Sets what stands under a key; false, with the failure set, when there is no memory or no time left.
    @inline(__always) func put(_ value: UInt64, under key: Int64, in map: HeapIntMap) -> Bool {
        let found = map.find(key)
        if let entry = found.entry {
            if heap.isMarking, map.holdsReferences { heap.shade(entry.slot(8)) }
            entry.set(8, value)
        } else if map.used < map.capacity {
            map.append(key, value: value, place: found.place)
        } else {
            return putSlowly(value, under: key, in: map)
        }
        return account(forSteps: found.steps)
    }

    /// The same where room must be made first.
    @inline(never) private func putSlowly(_ value: UInt64, under key: Int64, in map: HeapIntMap) -> Bool {
        guard heap.makeRoom(in: map, for: map.count + 1 + map.count / 2, spend: account(for:)) else {
            return failure == nil && refuseMemory()
        }
        let found = map.find(key)
        map.append(key, value: value, place: found.place)
        return account(forSteps: found.steps)
    }

    // MARK: The standard library

    func callIntMap(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let map = call.intMap(0)
        switch builtin {
        case .intMapCount: call.result.set(0, Int64(map?.count ?? 0))
        case .intKeys, .intValues:
            guard let list = heap.makeList(capacity: map?.count ?? 0, ofReferences: call.makesReferences) else {
                return refuseMemory()
            }
            if let map, !fill(list, builtin, from: map) { return false }
            call.result.set(0, HeapText(list.pointer).slot)
        default:
            guard let map else {
                call.result.set(0, false)
                return true
            }
            let found = map.find(call.int(1))
            var steps = found.steps
            if builtin == .removeIntKey, found.entry != nil {
                if heap.isMarking, map.holdsReferences { heap.shade(map.value(at: found.index)) }
                steps += map.remove(at: found.index, place: found.place)
            }
            call.result.set(0, found.entry != nil)
            return account(forSteps: steps)
        }
        return true
    }

    /// Adds the keys of a map, or its values, to a list that has room for them; false, with the failure set, when the time is up.
    private func fill(_ list: HeapList, _ builtin: Builtin, from map: HeapIntMap) -> Bool {
        for index in 0..<map.used {
            let found = map.lookUp(index)
            if found.isEntry {
                list.append(builtin == .intKeys ? UInt64(bitPattern: map.key(at: index)) : map.value(at: index))
            }
            guard account(for: 16 &+ found.steps &* 8) else { return false }
        }
        return true
    }

    // MARK: Into the VM and out of it

    /// See ``slot(of:as:depth:)``; the keys of the entries are ints.
    func intMapSlot(of entries: [VMMapEntry], as element: ValueType, depth: Int) -> UInt64? {
        guard let map = heap.makeIntMap(capacity: entries.count, ofReferences: element.isReference) else {
            failure = memoryFailure
            return nil
        }
        for entry in entries {
            guard let slot = slot(of: entry.value, as: element, depth: depth + 1),
                put(slot, under: entry.intKey ?? 0, in: map)
            else { return nil }
        }
        return HeapText(map.pointer).slot
    }

    /// See ``value(of:as:depth:)``.
    func intMapValue(of slot: UInt64, as element: ValueType, depth: Int) -> VMValue? {
        guard let pointer = HeapText(slot: slot).pointer else { return .map([]) }
        let map = HeapIntMap(pointer)
        // An int takes up to 20 characters.
        guard reserve(map.count * (MemoryLayout<VMMapEntry>.stride + 20)) else { return nil }
        var entries: [VMMapEntry] = []
        entries.reserveCapacity(map.count)
        for index in 0..<map.used {
            let found = map.lookUp(index)
            guard account(for: found.steps &* 8) else { return nil }
            guard found.isEntry else { continue }
            guard let value = value(of: map.value(at: index), as: element, depth: depth + 1) else { return nil }
            entries.append(VMMapEntry(key: map.key(at: index), value: value))
        }
        return .map(entries)
    }
}
