// The standard library.

import Foundation
import SerenaNetBytecode

extension Machine {
    /// Calls the built-in that the instruction names. Like the other slow operations, it answers whether the program goes on.
    @inline(never) func callBuiltin(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        // The verifier has seen that the built-in exists.
        guard let builtin = Builtin(rawValue: UInt16(truncatingIfNeeded: pc.b)) else {
            return refuse(.nullValue)
        }
        let call = BuiltinCall(pc: pc, base: base)
        switch builtin {
        case .round, .floor, .ceiling, .truncate, .floatToInt: return convert(builtin, call)
        case .squareRoot, .power, .absFloat, .minFloat, .maxFloat: return computeFloat(builtin, call)
        case .absInt, .minInt, .maxInt: return computeInt(builtin, call)
        case .formatFloat, .uppercase, .lowercase, .trim: return makeText(builtin, call)
        case .parseInt, .parseFloat: return parse(builtin, call)
        case .length: return measure(call)
        case .contains, .startsWith, .endsWith: return find(builtin, call)
        case .replace: return replace(call)
        case .split: return split(call)
        case .join: return join(call)
        case .exponential, .logarithm, .sine, .cosine, .tangent, .clampFloat: return computeFloat(builtin, call)
        case .clampInt: return computeInt(builtin, call)
        case .groupDigits: return store(NumberText.grouped(call.int(0)), at: call.result)
        case .sliceText, .indexOfText, .repeatText, .padStart, .padEnd: return cutText(builtin, call)
        case .sliceList, .reversed, .insert, .removeAt: return changeList(builtin, call)
        case .sortedInts, .sortedFloats, .sortedTexts: return sort(builtin, call)
        case .sumInts, .sumFloats: return sum(builtin, call)
        case .containsInt, .containsFloat, .containsText, .indexOfInt, .indexOfFloat, .indexOfTextInList:
            return search(builtin, call)
        case .mapCount, .hasKey, .keys, .values, .removeKey: return callMap(builtin, call)
        case .intMapCount, .hasIntKey, .intKeys, .intValues, .removeIntKey: return callIntMap(builtin, call)
        case .parseJSON, .toJSON, .field, .item: return callAny(builtin, call)
        case .year, .month, .day, .hour, .minute, .second, .weekday, .formatTime, .parseTime:
            return callTime(builtin, call)
        }
    }

    /// How many bytes' copying it takes, roughly, to find a character's end or its other case.
    static let characterWork = 16

    /// Every byte of plain ASCII is a character, unless it is the carriage return of a line end.
    private func measure(_ call: BuiltinCall) -> Bool {
        let text = call.text(0)
        if text.bytes.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) {
            call.result.set(0, Int64(text.count))
            return account(for: text.count)
        }
        call.result.set(0, Int64(text.string.count))
        return account(for: text.count * Self.characterWork)
    }

    // MARK: Numbers

    private func convert(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let value = call.float(0)
        let rule: FloatingPointRoundingRule =
            switch builtin {
            case .round: .toNearestOrAwayFromZero
            case .floor: .down
            case .ceiling: .up
            default: .towardZero
            }
        guard let whole = Int64(exactly: value.rounded(rule)) else {
            return refuse(.numberConversion(value: NumberText.shortest(value)))
        }
        call.result.set(0, whole)
        return true
    }

    private func computeFloat(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let value = call.float(0)
        let result: Double =
            switch builtin {
            case .squareRoot: value.squareRoot()
            case .power: pow(value, call.float(1))
            case .minFloat: Double.minimum(value, call.float(1))
            case .maxFloat: Double.maximum(value, call.float(1))
            case .exponential: exp(value)
            case .logarithm: log(value)
            case .sine: sin(value)
            case .cosine: cos(value)
            case .tangent: tan(value)
            case .clampFloat: Double.maximum(call.float(1), Double.minimum(value, call.float(2)))
            default: value.magnitude
            }
        call.result.set(0, result)
        return true
    }

    private func computeInt(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let value = call.int(0)
        switch builtin {
        case .minInt: call.result.set(0, min(value, call.int(1)))
        case .maxInt: call.result.set(0, max(value, call.int(1)))
        case .clampInt: call.result.set(0, max(call.int(1), min(value, call.int(2))))
        default:
            guard value != .min else { return refuse(.integerOverflow) }
            call.result.set(0, abs(value))
        }
        return true
    }

    private func parse(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let text = call.text(0).string
        let number =
            builtin == .parseInt
            ? NumberText.integer(text).map(UInt64.init(bitPattern:)) : NumberText.decimal(text).map(\.bitPattern)
        call.result.set(0, UInt64(0))
        if let number {
            guard let box = makeBox(number) else { return false }
            call.result.set(0, HeapText(box).slot)
        }
        return account(for: text.utf8.count)
    }

    // MARK: Text

    private func makeText(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        if builtin == .formatFloat {
            return store(NumberText.fixed(call.float(0), decimals: call.int(1)), at: call.result)
        }
        let text = call.text(0).string
        let result =
            switch builtin {
            case .uppercase: text.uppercased()
            case .lowercase: text.lowercased()
            default: NumberText.trimmed(text)
            }
        return store(result, at: call.result) && account(for: text.utf8.count * Self.characterWork)
    }

    private func find(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let (text, part) = (call.text(0).bytes, call.text(1).bytes)
        let found: Bool =
            switch builtin {
            case .startsWith:
                text.count >= part.count && TextPattern.order(.init(rebasing: text.prefix(part.count)), part) == 0
            case .endsWith:
                text.count >= part.count && TextPattern.order(.init(rebasing: text.suffix(part.count)), part) == 0
            default: self.pattern(part).map { $0.firstIndex(in: text) != nil } ?? false
            }
        call.result.set(0, found)
        return failure == nil && account(for: text.count)
    }

    /// `part` made ready to be searched for; nil, with the failure set, when there is no memory for that.
    func pattern(_ part: UnsafeRawBufferPointer) -> TextPattern? {
        let size = TextPattern.memory(for: part.count)
        guard heap.reserve(size) else {
            failure = memoryFailure
            return nil
        }
        heap.release(size)
        return TextPattern(part)
    }

    /// Every occurrence of the second text in the first becomes the third; an empty second text occurs nowhere.
    private func replace(_ call: BuiltinCall) -> Bool {
        let (text, part, replacement) = (call.text(0), call.text(1), call.text(2))
        guard part.count > 0 else {
            call.result.set(0, text.slot)
            return true
        }
        guard let pattern = pattern(part.bytes) else { return false }
        let result = makeText(joinedBy: replacement.bytes) { append in
            pattern.visitPieces(of: text.bytes) { piece in
                append(piece)
                return true
            }
        }
        guard let result else { return false }
        call.result.set(0, result.slot)
        return account(for: text.count + result.count)
    }

    /// The pieces between the separators; with an empty separator, the characters.
    private func split(_ call: BuiltinCall) -> Bool {
        let (text, separator) = (call.text(0), call.text(1))
        guard separator.count > 0 else { return splitIntoCharacters(call) }
        guard let pattern = pattern(separator.bytes) else { return false }
        var count = 0
        pattern.visitPieces(of: text.bytes) { _ in
            count += 1
            return true
        }
        guard let list = heap.makeList(capacity: count, ofReferences: true) else { return refuseMemory() }
        pattern.visitPieces(of: text.bytes) { piece in
            guard let text = self.makeText(piece) else { return false }
            list.append(text.slot)
            return true
        }
        call.result.set(0, HeapText(list.pointer).slot)
        return failure == nil && account(for: text.count)
    }

    private func splitIntoCharacters(_ call: BuiltinCall) -> Bool {
        let text = call.text(0).string
        guard let list = heap.makeList(capacity: text.count, ofReferences: true) else { return refuseMemory() }
        for character in text {
            guard let text = makeText(String(character)) else { return false }
            list.append(text.slot)
        }
        call.result.set(0, HeapText(list.pointer).slot)
        return account(for: text.utf8.count * Self.characterWork)
    }

    private func join(_ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        let result = makeText(joinedBy: call.text(1).bytes) { append in
            guard let list else { return }
            for index in 0..<count { append(HeapText(slot: list.slot(at: index)).bytes) }
        }
        guard let result else { return false }
        call.result.set(0, result.slot)
        return account(for: result.count + count * 8)
    }

    /// The pieces that `visitPieces` appends, as one text; nil, with the failure set, when there is no memory.
    ///
    /// - Parameter visitPieces: is called twice: to measure the text, and to write it.
    private func makeText(
        joinedBy separator: UnsafeRawBufferPointer, visitPieces: ((UnsafeRawBufferPointer) -> Void) -> Void
    ) -> HeapText? {
        var size = 0
        var count = 0
        visitPieces { piece in
            size += piece.count
            count += 1
        }
        size += max(0, count - 1) * separator.count
        guard let memory = makeText(size: size) else { return nil }
        var end = memory + HeapText.headerSize
        func append(_ bytes: UnsafeRawBufferPointer) {
            if let start = bytes.baseAddress { end.copyMemory(from: start, byteCount: bytes.count) }
            end += bytes.count
        }
        var isFirst = true
        visitPieces { piece in
            if !isFirst { append(separator) }
            isFirst = false
            append(piece)
        }
        return HeapText(memory)
    }
}

/// The arguments of a call of a built-in, and where its result goes.
struct BuiltinCall {
    let pc: UnsafeRawPointer
    let base: UnsafeMutableRawPointer

    /// Whether the result is a list of references.
    var makesReferences: Bool { pc.detail != 0 }

    var result: UnsafeMutableRawPointer { base + pc.a }

    func int(_ index: Int) -> Int64 { base.int(pc.argument(index)) }
    func float(_ index: Int) -> Double { base.float(pc.argument(index)) }
    func text(_ index: Int) -> HeapText { base.text(pc.argument(index)) }
    func list(_ index: Int) -> HeapList? { base.list(pc.argument(index)) }
    func map(_ index: Int) -> HeapMap? { base.map(pc.argument(index)) }
    func intMap(_ index: Int) -> HeapIntMap? { base.intMap(pc.argument(index)) }
    func slot(_ index: Int) -> UInt64 { base.slot(pc.argument(index)) }
}
