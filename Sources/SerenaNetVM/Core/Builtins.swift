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
        case .formatFloat: return store(NumberText.fixed(call.float(0), decimals: call.int(1)), at: call.result)
        case .uppercase, .lowercase: return changeCase(builtin, call)
        case .trim: return trim(call)
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

    /// How many bytes' copying it takes, roughly, to handle a byte of a text by characters.
    static let characterWork = 16

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
        guard let text = trimmed(call.text(0).bytes) else { return false }
        let number =
            builtin == .parseInt ? integer(text).map(UInt64.init(bitPattern:)) : decimal(text).map(\.bitPattern)
        guard failure == nil else { return false }
        call.result.set(0, UInt64(0))
        if let number {
            guard let box = makeBox(number) else { return false }
            call.result.set(0, HeapText(box).slot)
        }
        return account(for: text.count)
    }

    /// The integer that a text without white space around it is; nil when it is none, or, with the failure set, when the time is
    /// up.
    private func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        let sign = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? 1 : 0
        var start = sign
        // Nothing but zeros in front makes a number this long.
        while text.count - start > Self.mostDigits, text[start] == UInt8(ascii: "0") {
            start += 1
            guard account(for: 1) else { return nil }
        }
        // A sign behind zeros is no sign.
        guard text.count - start <= Self.mostDigits, start == sign || text[start] > UInt8(ascii: "-") else {
            return nil
        }
        let digits = String(decoding: text.part(start..<text.count), as: UTF8.self)
        return Int64(String(decoding: text.part(0..<sign), as: UTF8.self) + digits)
    }

    private static let mostDigits = 32

    /// The decimal number that a text without white space around it is; nil when it is none or too large, or, with the failure
    /// set, when the time is up.
    private func decimal(_ text: UnsafeRawBufferPointer) -> Double? {
        let isPlain = Pieces.visit(text.count, by: Pieces.bytes) { piece in
            NumberText.isDecimal(text.part(piece)) && account(for: piece.count * 2)
        }
        guard isPlain, let number = Double(String(decoding: text, as: UTF8.self)) else { return nil }
        return number.isFinite ? number : nil
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
