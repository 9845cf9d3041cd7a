// The instructions for maps; see SlowOperations.swift for how they answer.

import SerenaNetBytecode

extension Machine {
    /// Executes one of the rarer instructions.
    ///
    /// - Returns: how many words it takes; 0, with the failure set, when the program does not go on.
    @inline(never) func runExtended(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Int {
        let goesOn: Bool
        switch ExtendedOpcode(rawValue: pc.detail) {
        case .makeMap, .makeReferenceMap: return makeMap(pc, base) ? 1 &+ (pc.c &+ 3) / 4 : 0
        case .mapGetScalar, .mapGetText, .mapGetReference: goesOn = mapGet(pc, base)
        case .mapSet: goesOn = mapSet(pc, base)
        case .makeIntMap, .makeReferenceIntMap: return makeIntMap(pc, base) ? 1 &+ (pc.c &+ 3) / 4 : 0
        case .intMapGetScalar, .intMapGetText, .intMapGetReference: goesOn = intMapGet(pc, base)
        case .boxBool:
            base.set(pc.a, base.slot(pc.b) << 4 | ReferenceTag.bool)
            return 1
        case .boxInt:
            guard let any = makeAny(.int, base.slot(pc.b)) else { return 0 }
            base.set(pc.a, any)
            return 1
        case .box: goesOn = box(pc, base)
        case .cast: goesOn = cast(pc, base)
        case .fail: goesOn = refuse(.failed(message: base.text(pc.a).string))
        case .joinAsText: return joinAsText(pc, base) ? 1 &+ (pc.c &+ 3) / 4 : 0
        case nil: goesOn = refuse(.nullValue)
        }
        return goesOn ? 1 : 0
    }

    private func makeMap(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let ofReferences = ExtendedOpcode(rawValue: pc.detail) == .makeReferenceMap
        guard let map = heap.makeMap(capacity: pc.c / 2, ofReferences: ofReferences) else { return refuseMemory() }
        for index in stride(from: 0, to: pc.c, by: 2) {
            guard put(base.slot(pc.argument(index + 1)), under: base.text(pc.argument(index)), in: map) else {
                return false
            }
        }
        base.set(pc.a, HeapText(map.pointer).slot)
        return true
    }

    private func mapGet(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let map = base.map(pc.b), let entry = find(base.text(pc.c), in: map) else {
            guard failure == nil else { return false }
            base.set(pc.a, UInt64(0))
            return true
        }
        return give(map.value(at: entry), pc, base)
    }

    /// Gives what stands under a key as an optional, for the instruction that has looked for it.
    @inline(__always) func give(_ value: UInt64, _ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        switch ExtendedOpcode(rawValue: pc.detail) {
        case .mapGetScalar, .intMapGetScalar:
            guard let box = makeBox(value) else { return false }
            base.set(pc.a, HeapText(box).slot)
        case .mapGetText, .intMapGetText: base.set(pc.a, value == 0 ? HeapText(program.emptyText).slot : value)
        default: base.set(pc.a, value)
        }
        return true
    }

    private func mapSet(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let map = base.map(pc.a) else { return refuse(.missingList) }
        return put(base.slot(pc.c), under: base.text(pc.b), in: map)
    }

    /// The hash of a key; nil, with the failure set, when time is up.
    @inline(__always) private func hash(of key: HeapText) -> UInt64? {
        key.count <= Pieces.bytes ? key.hash : hash(ofLong: key)
    }

    @inline(never) private func hash(ofLong key: HeapText) -> UInt64? {
        if let known = key.knownHash { return known }
        var hash = HeapMap.firstHash
        let isDone = Pieces.visit(key.count, by: Pieces.bytes) { piece in
            hash = HeapMap.fold(key.bytes.part(piece), into: hash)
            return account(for: piece.count * Self.hashWork)
        }
        guard isDone else { return nil }
        hash = HeapMap.mixed(hash)
        key.noteHash(hash)
        return hash
    }

    /// How many bytes' copying it takes, roughly, to take a byte into a hash.
    private static let hashWork = 8

    /// The entry of a key; nil when there is none, or, with the failure set, when time is up.
    func find(_ key: HeapText, in map: HeapMap) -> Int? {
        guard let hash = hash(of: key) else { return nil }
        let found = map.find(key, hash: hash)
        return account(for: key.count + found.steps * 8) ? found.entry : nil
    }

    /// Sets what stands under a key; false, with the failure set, when there is no memory or no time left.
    func put(_ value: UInt64, under key: HeapText, in map: HeapMap) -> Bool {
        guard let hash = hash(of: key) else { return false }
        var found = map.find(key, hash: hash)
        if let entry = found.entry {
            if heap.isMarking, map.holdsReferences { heap.shade(map.value(at: entry)) }
            map.setValue(value, at: entry)
        } else {
            if map.used == map.capacity {
                guard heap.makeRoom(in: map, for: map.count + 1 + map.count / 2, spend: account(for:)) else {
                    return failure == nil && refuseMemory()
                }
                found = map.find(key, hash: hash)
            }
            map.append(key, hash: hash, value: value, place: found.place)
        }
        return account(for: key.count + found.steps * 8)
    }

    /// The keys of a map, or its values, as a list.
    func makeList(of map: HeapMap?, ofReferences: Bool, value: (HeapMap, Int) -> UInt64) -> HeapList? {
        guard let list = heap.makeList(capacity: map?.count ?? 0, ofReferences: ofReferences) else {
            failure = memoryFailure
            return nil
        }
        guard let map else { return list }
        let isDone = visitElements(map.used) { part in
            for index in part where map.key(at: index) != nil { list.append(value(map, index)) }
            return true
        }
        return isDone ? list : nil
    }
}
