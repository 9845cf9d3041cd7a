// The standard library: texts cut, repeated and filled up.

import SerenaNetBytecode

extension Machine {
    func cutText(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        switch builtin {
        case .sliceText: return slice(call)
        case .indexOfText: return indexOfText(call)
        case .repeatText: return repeatText(call)
        default: return pad(call, atStart: builtin == .padStart)
        }
    }

    /// What lies between two positions; what is outside is left out.
    func part(from start: Int64, to end: Int64, of count: Int) -> Range<Int> {
        let lower = min(max(0, start), Int64(count))
        let upper = min(max(lower, end), Int64(count))
        return Int(lower)..<Int(upper)
    }

    private func slice(_ call: BuiltinCall) -> Bool {
        let bytes = call.text(0).bytes
        // There are no more characters than bytes.
        let range = part(from: call.int(1), to: call.int(2), of: bytes.count)
        var walk = CharacterWalk(bytes)
        guard proceed(&walk, to: range.lowerBound) else { return false }
        let start = walk.index(of: range.lowerBound)
        guard proceed(&walk, to: range.upperBound) else { return false }
        guard let text = makeText(bytes.part(start..<walk.index(of: range.upperBound))) else { return false }
        call.result.set(0, text.slot)
        return failure == nil
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
        call.result.set(0, HeapText(memory).slot)
        guard size > 0 else { return true }
        let start = memory + HeapText.headerSize
        guard copy(text.bytes, to: start) else { return false }
        // As often as it stands there already, it is written once more.
        var written = text.count
        while written < size {
            let next = min(written, size - written)
            guard copy(UnsafeRawBufferPointer(start: start, count: next), to: start + written) else { return false }
            written += next
        }
        return true
    }

    /// Blanks before or behind a text, up to a width in characters.
    private func pad(_ call: BuiltinCall, atStart: Bool) -> Bool {
        let bytes = call.text(0).bytes
        let width = Int(clamping: max(0, call.int(1)))
        var walk = CharacterWalk(bytes)
        guard proceed(&walk, to: width) else { return false }
        let missing = max(0, width - walk.count)
        let (size, overflow) = missing.addingReportingOverflow(bytes.count)
        guard !overflow, size < heap.limit else {
            failure = .error(.memoryExhausted(requested: missing, available: heap.limit - heap.used))
            return false
        }
        guard let memory = makeText(size: size) else { return false }
        call.result.set(0, HeapText(memory).slot)
        let start = memory + HeapText.headerSize
        let blanks = atStart ? start : start + bytes.count
        return copy(bytes, to: atStart ? start + missing : start)
            && Pieces.visit(missing, by: Pieces.bytes) { piece in
                (blanks + piece.lowerBound).initializeMemory(as: UInt8.self, repeating: 0x20, count: piece.count)
                return account(for: piece.count)
            }
    }
}
