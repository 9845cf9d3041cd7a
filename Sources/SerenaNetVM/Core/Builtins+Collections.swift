// The standard library: lists, maps, and values of any type.

import SerenaNetBytecode

extension Machine {
    // MARK: Lists

    func changeList(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        switch builtin {
        case .insert: return insert(call)
        case .removeAt: return remove(call)
        case .reversed:
            return makeList(count, call) { list?.slot(at: count - 1 - $0) ?? 0 }
        default:
            let range = part(from: call.int(1), to: call.int(2), of: count)
            return makeList(range.count, call) { list?.slot(at: range.lowerBound + $0) ?? 0 }
        }
    }

    func makeList(_ count: Int, _ call: BuiltinCall, slot: (Int) -> UInt64) -> Bool {
        guard let list = heap.makeList(capacity: count, ofReferences: call.makesReferences) else {
            return refuseMemory()
        }
        call.result.set(0, HeapText(list.pointer).slot)
        return visitElements(count) { part in
            for index in part { list.append(slot(index)) }
            return true
        }
    }

    private func insert(_ call: BuiltinCall) -> Bool {
        guard let (list, index) = place(call, isOpen: true) else { return false }
        let count = list.count
        if count == list.capacity, !heap.grow(list, to: max(4, count * 2)) { return refuseMemory() }
        list.append(call.slot(2))
        call.result.set(0, Int64(count + 1))
        // From the end on, each part moves to where the one before has left.
        let isMoved = visitElements(count - index) { part in
            list.moveSlots(from: count - part.upperBound, to: count - part.upperBound + 1, count: part.count)
            return true
        }
        list.setSlot(call.slot(2), at: index)
        return isMoved
    }

    private func remove(_ call: BuiltinCall) -> Bool {
        guard let (list, index) = place(call, isOpen: false) else { return false }
        call.result.set(0, list.slot(at: index))
        let isMoved = visitElements(list.count - 1 - index) { part in
            list.moveSlots(from: index + part.lowerBound + 1, to: index + part.lowerBound, count: part.count)
            return true
        }
        list.removeLast()
        return isMoved
    }

    /// The list and the position that are named, from which on elements are about to move; nil, with the failure set, when there is
    /// no such.
    ///
    /// - Parameter isOpen: whether the end is a position, too.
    private func place(_ call: BuiltinCall, isOpen: Bool) -> (list: HeapList, index: Int)? {
        guard let list = call.list(0) else {
            _ = refuse(.missingList)
            return nil
        }
        let (count, position) = (list.count, call.int(1))
        guard position >= 0, position < Int64(count) + (isOpen ? 1 : 0) else {
            refuseIndex(position, of: list)
            return nil
        }
        let index = Int(position)
        if heap.isMarking, list.holdsReferences { heap.shadeElements(of: list, from: index, to: count) }
        return (list, index)
    }

    func sum(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        if builtin == .sumFloats {
            var sum = 0.0
            let isDone = visitElements(count) { part in
                for index in part { sum += Double(bitPattern: list?.slot(at: index) ?? 0) }
                return true
            }
            if isDone { call.result.set(0, sum) }
            return isDone
        }
        var sum: Int64 = 0
        let isDone = visitElements(count) { part in
            for index in part {
                let (result, overflow) = sum.addingReportingOverflow(Int64(bitPattern: list?.slot(at: index) ?? 0))
                if overflow { return refuse(.integerOverflow) }
                sum = result
            }
            return true
        }
        if isDone { call.result.set(0, sum) }
        return isDone
    }

    func search(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let wanted = call.slot(1)
        var found: Int?
        _ = visitElements(list?.count ?? 0) { part in
            found = part.first { index in
                let slot = list?.slot(at: index) ?? 0
                switch builtin {
                case .containsInt, .indexOfInt: return slot == wanted
                case .containsFloat, .indexOfFloat: return Double(bitPattern: slot) == Double(bitPattern: wanted)
                default: return areEqual(HeapText(slot: slot).bytes, HeapText(slot: wanted).bytes) || failure != nil
                }
            }
            return found == nil
        }
        _ = account(for: (found ?? 0) % Pieces.elements * 8)
        guard failure == nil else { return false }
        switch builtin {
        case .containsInt, .containsFloat, .containsText:
            call.result.set(0, found != nil)
            return true
        default: return storeIndex(found, call)
        }
    }

    // MARK: Maps

    func callMap(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let map = call.map(0)
        switch builtin {
        case .mapCount: call.result.set(0, Int64(map?.count ?? 0))
        case .keys, .values:
            let list = makeList(of: map, ofReferences: call.makesReferences) { map, index in
                builtin == .keys ? map.key(at: index)?.slot ?? 0 : map.value(at: index)
            }
            guard let list else { return false }
            call.result.set(0, HeapText(list.pointer).slot)
        default:
            let entry = map.flatMap { find(call.text(1), in: $0) }
            guard failure == nil else { return false }
            if builtin == .removeKey, let entry, let map {
                if heap.isMarking { heap.shadeEntries(of: map, from: entry, to: entry + 1) }
                map.remove(at: entry)
            }
            call.result.set(0, entry != nil)
        }
        return true
    }

    // MARK: JSON and values of any type

    func callAny(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let result: UInt64?
        switch builtin {
        case .parseJSON: result = parseJSON(call.text(0))
        case .toJSON:
            guard let value = passingValue(of: call.slot(0), as: .any) else { return false }
            var writer = JSONWriter { [unowned self] in account(for: $0 * Self.writingWork) }
            guard writer.write(value), let text = writer.bytes.withUnsafeBytes({ makeText($0) }) else { return false }
            call.result.set(0, text.slot)
            return true
        case .field:
            guard let (kind, slot) = contents(ofAny: call.slot(0)), kind == .map,
                let pointer = HeapText(slot: slot).pointer
            else {
                result = 0
                break
            }
            let map = HeapMap(pointer)
            result = find(call.text(1), in: map).map { map.value(at: $0) } ?? (failure == nil ? 0 : nil)
        default:
            guard let (kind, slot) = contents(ofAny: call.slot(0)), kind == .list,
                let pointer = HeapText(slot: slot).pointer
            else {
                result = 0
                break
            }
            let (list, index) = (HeapList(pointer), call.int(1))
            result = index >= 0 && index < Int64(list.count) ? list.slot(at: Int(index)) : 0
        }
        guard let result else { return false }
        call.result.set(0, result)
        return true
    }

    /// How many bytes' copying it takes, roughly, to read a byte of JSON, and to write one.
    private static let readingWork = 32
    private static let writingWork = 8

    /// Bytes of a value while it is read, for each byte of its text: no value takes more.
    private static let readingMemory = 64

    private func parseJSON(_ text: HeapText) -> UInt64? {
        let size = text.count * Self.readingMemory
        guard heap.reserve(size) else {
            failure = memoryFailure
            return nil
        }
        let value: VMValue
        do throws(JSONError) {
            defer { heap.release(size) }
            value = try VMValue(json: Array(text.bytes)) { [unowned self] in account(for: $0 * Self.readingWork) }
        } catch {
            if failure == nil { failure = .fault(.notJSON(reason: error.description)) }
            return nil
        }
        return slot(of: value, as: .any)
    }
}
