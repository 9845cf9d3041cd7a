// The standard library: parts of texts, lists and maps.

import SerenaNetBytecode

extension Machine {
    // MARK: Text

    func cutText(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        switch builtin {
        case .sliceText:
            let text = call.text(0).string
            let range = Self.part(from: call.int(1), to: call.int(2), of: text.count)
            return store(String(text.dropFirst(range.lowerBound).prefix(range.count)), at: call.result)
                && account(for: text.utf8.count * Self.characterWork)
        case .indexOfText: return indexOfText(call)
        case .repeatText: return repeatText(call)
        default: return pad(call, atStart: builtin == .padStart)
        }
    }

    /// What lies between two positions; what is outside is left out.
    private static func part(from start: Int64, to end: Int64, of count: Int) -> Range<Int> {
        let lower = min(max(0, start), Int64(count))
        let upper = min(max(lower, end), Int64(count))
        return Int(lower)..<Int(upper)
    }

    /// The position in characters of the first occurrence.
    private func indexOfText(_ call: BuiltinCall) -> Bool {
        let (text, part) = (call.text(0).bytes, call.text(1).bytes)
        guard let pattern = pattern(part) else { return false }
        guard let found = pattern.firstIndex(in: text) else { return storeIndex(nil, call, work: text.count) }
        let before = String(decoding: UnsafeRawBufferPointer(rebasing: text[..<found]), as: UTF8.self)
        return storeIndex(before.count, call, work: text.count * Self.characterWork)
    }

    private func storeIndex(_ index: Int?, _ call: BuiltinCall, work: Int) -> Bool {
        call.result.set(0, UInt64(0))
        if let index {
            guard let box = makeBox(UInt64(index)) else { return false }
            call.result.set(0, HeapText(box).slot)
        }
        return account(for: work)
    }

    private func repeatText(_ call: BuiltinCall) -> Bool {
        let text = call.text(0)
        let count = max(0, call.int(1))
        let (size, overflow) = Int(clamping: count).multipliedReportingOverflow(by: text.count)
        guard !overflow, size < heap.limit else {
            failure = .error(.memoryExhausted(requested: overflow ? .max : size, available: heap.limit - heap.used))
            return false
        }
        guard let memory = makeText(size: size) else { return false }
        if size > 0, let start = text.bytes.baseAddress {
            for index in 0..<Int(count) {
                (memory + HeapText.headerSize + index * text.count).copyMemory(from: start, byteCount: text.count)
            }
        }
        call.result.set(0, HeapText(memory).slot)
        return account(for: size)
    }

    /// Blanks before or behind a text, up to a width in characters.
    private func pad(_ call: BuiltinCall, atStart: Bool) -> Bool {
        let text = call.text(0).string
        let missing = max(0, Int(clamping: max(0, call.int(1))) - text.count)
        guard missing < heap.limit else {
            failure = .error(.memoryExhausted(requested: missing, available: heap.limit - heap.used))
            return false
        }
        guard heap.reserve(missing) else { return refuseMemory() }
        heap.release(missing)
        let blanks = String(repeating: " ", count: missing)
        return store(atStart ? blanks + text : text + blanks, at: call.result)
            && account(for: text.utf8.count * Self.characterWork + missing)
    }

    // MARK: Lists

    func changeList(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        switch builtin {
        case .insert, .removeAt: return shift(builtin, call)
        case .reversed:
            return makeList(count, call) { list?.slot(at: count - 1 - $0) ?? 0 }
        default:
            let range = Self.part(from: call.int(1), to: call.int(2), of: count)
            return makeList(range.count, call) { list?.slot(at: range.lowerBound + $0) ?? 0 }
        }
    }

    func makeList(_ count: Int, _ call: BuiltinCall, slot: (Int) -> UInt64) -> Bool {
        guard let list = heap.makeList(capacity: count, ofReferences: call.makesReferences) else {
            return refuseMemory()
        }
        for index in 0..<count { list.append(slot(index)) }
        call.result.set(0, HeapText(list.pointer).slot)
        return account(for: count * 8)
    }

    private func shift(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        guard let list = call.list(0) else { return refuse(.missingList) }
        let (count, position) = (list.count, call.int(1))
        guard position >= 0, position < Int64(count) + (builtin == .insert ? 1 : 0) else {
            refuseIndex(position, of: list)
            return false
        }
        let index = Int(position)
        if builtin == .insert {
            let value = call.slot(2)
            if heap.isMarking, list.holdsReferences { heap.shadeElements(of: list, from: index, to: count) }
            if count == list.capacity, !heap.grow(list, to: max(4, count * 2)) { return refuseMemory() }
            list.append(value)
            for place in stride(from: count, to: index, by: -1) { list.setSlot(list.slot(at: place - 1), at: place) }
            list.setSlot(value, at: index)
            call.result.set(0, Int64(count + 1))
        } else {
            let value = list.slot(at: index)
            if heap.isMarking, list.holdsReferences { heap.shadeElements(of: list, from: index, to: count) }
            for place in index..<count - 1 { list.setSlot(list.slot(at: place + 1), at: place) }
            list.removeLast()
            call.result.set(0, value)
        }
        return account(for: (count - index) * 8)
    }

    func sum(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        if builtin == .sumFloats {
            call.result.set(0, (0..<count).reduce(0.0) { $0 + Double(bitPattern: list?.slot(at: $1) ?? 0) })
            return account(for: count * 8)
        }
        var sum: Int64 = 0
        for index in 0..<count {
            let (result, overflow) = sum.addingReportingOverflow(Int64(bitPattern: list?.slot(at: index) ?? 0))
            if overflow { return refuse(.integerOverflow) }
            sum = result
        }
        call.result.set(0, sum)
        return account(for: count * 8)
    }

    func search(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        var work = count * 8
        let wanted = call.slot(1)
        let found = (0..<count).first { index in
            let slot = list?.slot(at: index) ?? 0
            switch builtin {
            case .containsInt, .indexOfInt: return slot == wanted
            case .containsFloat, .indexOfFloat: return Double(bitPattern: slot) == Double(bitPattern: wanted)
            default:
                let (text, part) = (HeapText(slot: slot).bytes, HeapText(slot: wanted).bytes)
                work += min(text.count, part.count)
                return TextPattern.order(text, part) == 0
            }
        }
        switch builtin {
        case .containsInt, .containsFloat, .containsText:
            call.result.set(0, found != nil)
            return account(for: work)
        default: return storeIndex(found, call, work: work)
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
            return store(value.json, at: call.result)
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
            value = try VMValue(json: text.string)
        } catch {
            failure = .fault(.notJSON(reason: error.description))
            return nil
        }
        return account(for: text.count * Self.characterWork) ? slot(of: value, as: .any) : nil
    }
}
