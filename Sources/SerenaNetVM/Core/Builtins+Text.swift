// The standard library: whole texts, and what is found in them.

import SerenaNetBytecode

extension Machine {
    func measure(_ call: BuiltinCall) -> Bool {
        let text = call.text(0)
        // Most texts are short and plain; a carriage return may be a part of a line end, which is one character.
        if text.count <= Pieces.bytes, text.bytes.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) {
            call.result.set(0, Int64(text.count))
            return account(for: text.count)
        }
        guard let count = countCharacters(of: call.text(0).bytes) else { return false }
        call.result.set(0, Int64(count))
        return true
    }

    func trim(_ call: BuiltinCall) -> Bool {
        guard let rest = trimmed(call.text(0).bytes), let text = makeText(rest) else { return false }
        call.result.set(0, text.slot)
        return failure == nil
    }

    /// Bytes whose case is changed in one go.
    private static let casePiece = 1 << 11
    /// How many bytes' copying it takes, roughly, to find the other case of a byte beyond ASCII.
    private static let caseWork = 128

    func changeCase(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let bytes = call.text(0).bytes
        var pieces: [String] = []
        var (start, size) = (0, 0)
        while start < bytes.count {
            // What the other case of a scalar is does not depend on those around it.
            let end = bytes.scalarStart(min(bytes.count, start + Self.casePiece))
            let piece = String(decoding: bytes.part(start..<end), as: UTF8.self)
            let changed = builtin == .uppercase ? piece.uppercased() : piece.lowercased()
            pieces.append(changed)
            size += changed.utf8.count
            let isPlain = bytes.part(start..<end).allSatisfy { $0 < 0x80 }
            guard account(for: (end - start) * (isPlain ? 4 : Self.caseWork)) else { return false }
            start = end
        }
        guard let memory = makeText(size: size) else { return false }
        var end = memory + HeapText.headerSize
        for index in pieces.indices {
            guard pieces[index].withUTF8({ copy(UnsafeRawBufferPointer($0), to: end) }) else { return false }
            end += pieces[index].utf8.count
        }
        call.result.set(0, HeapText(memory).slot)
        return true
    }

    func find(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let (text, part) = (call.text(0).bytes, call.text(1).bytes)
        let found: Bool =
            switch builtin {
            case .startsWith: text.count >= part.count && areEqual(.init(rebasing: text.prefix(part.count)), part)
            case .endsWith: text.count >= part.count && areEqual(.init(rebasing: text.suffix(part.count)), part)
            default: pattern(part).map { $0.firstIndex(in: text) != nil } ?? false
            }
        call.result.set(0, found)
        return failure == nil
    }

    /// `part` made ready to be searched for; nil, with the failure set, when there is no memory or no time for that.
    private func pattern(_ part: UnsafeRawBufferPointer) -> TextPattern? {
        let size = TextPattern.memory(for: part.count)
        guard heap.reserve(size) else {
            failure = memoryFailure
            return nil
        }
        heap.release(size)
        return TextPattern(part, countedBy: self)
    }

    /// The position in characters of the first occurrence.
    func indexOfText(_ call: BuiltinCall) -> Bool {
        let (text, part) = (call.text(0).bytes, call.text(1).bytes)
        guard let pattern = pattern(part) else { return false }
        let found = pattern.firstIndex(in: text)
        guard failure == nil else { return false }
        guard let found else { return storeIndex(nil, call) }
        guard let index = countCharacters(of: text.part(0..<found)) else { return false }
        return storeIndex(index, call)
    }

    func storeIndex(_ index: Int?, _ call: BuiltinCall) -> Bool {
        call.result.set(0, UInt64(0))
        if let index {
            guard let box = makeBox(UInt64(index)) else { return false }
            call.result.set(0, HeapText(box).slot)
        }
        return true
    }

    // MARK: Pieces

    /// Every occurrence of the second text in the first becomes the third; an empty second text occurs nowhere.
    func replace(_ call: BuiltinCall) -> Bool {
        let (text, part, replacement) = (call.text(0), call.text(1), call.text(2))
        guard part.count > 0 else {
            call.result.set(0, text.slot)
            return true
        }
        guard let pattern = pattern(part.bytes) else { return false }
        let result = makeText(joinedBy: replacement.bytes) { pattern.visitPieces(of: text.bytes, visit: $0) }
        guard let result else { return false }
        call.result.set(0, result.slot)
        return true
    }

    /// The pieces between the separators; with an empty separator, the characters.
    func split(_ call: BuiltinCall) -> Bool {
        let (text, separator) = (call.text(0), call.text(1))
        guard separator.count > 0 else { return splitIntoCharacters(call) }
        guard let pattern = pattern(separator.bytes) else { return false }
        var count = 0
        let isCounted = pattern.visitPieces(of: text.bytes) { _ in
            count += 1
            return true
        }
        guard isCounted else { return false }
        guard let list = heap.makeList(capacity: count, ofReferences: true) else { return refuseMemory() }
        guard pattern.visitPieces(of: text.bytes, visit: { appendText($0, to: list) }) else { return false }
        call.result.set(0, HeapText(list.pointer).slot)
        return true
    }

    private func splitIntoCharacters(_ call: BuiltinCall) -> Bool {
        let bytes = call.text(0).bytes
        guard let count = countCharacters(of: bytes) else { return false }
        guard let list = heap.makeList(capacity: count, ofReferences: true) else { return refuseMemory() }
        var walk = CharacterWalk(bytes)
        var start = 0
        for number in 0..<count {
            guard proceed(&walk, to: number + 1) else { return false }
            let end = walk.index(of: number + 1)
            guard appendText(bytes.part(start..<end), to: list) else { return false }
            start = end
        }
        call.result.set(0, HeapText(list.pointer).slot)
        return true
    }

    /// What it costs to make a short text, in bytes copied.
    private static let textWork = 32

    private func appendText(_ bytes: UnsafeRawBufferPointer, to list: HeapList) -> Bool {
        guard let text = makeText(bytes) else { return false }
        list.append(text.slot)
        return account(for: Self.textWork)
    }

    func join(_ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let result = makeText(joinedBy: call.text(1).bytes) { append in
            visitElements(list?.count ?? 0) { part in
                part.allSatisfy { append(HeapText(slot: list?.slot(at: $0) ?? 0).bytes) }
            }
        }
        guard let result else { return false }
        call.result.set(0, result.slot)
        return true
    }

    /// The pieces that `visitPieces` appends, as one text; nil, with the failure set, when there is no memory or no time.
    ///
    /// - Parameter visitPieces: is called twice: to measure the text, and to write it. It answers whether it has appended all
    ///   pieces, which it does until that is refused.
    private func makeText(
        joinedBy separator: UnsafeRawBufferPointer, visitPieces: ((UnsafeRawBufferPointer) -> Bool) -> Bool
    ) -> HeapText? {
        var size = 0
        var count = 0
        let isMeasured = visitPieces { piece in
            size += piece.count
            count += 1
            return true
        }
        guard isMeasured else { return nil }
        size += max(0, count - 1) * separator.count
        guard let memory = makeText(size: size) else { return nil }
        var end = memory + HeapText.headerSize
        func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
            defer { end += bytes.count }
            return copy(bytes, to: end)
        }
        var isFirst = true
        let isWritten = visitPieces { piece in
            defer { isFirst = false }
            return (isFirst || append(separator)) && append(piece)
        }
        return isWritten ? HeapText(memory) : nil
    }
}
