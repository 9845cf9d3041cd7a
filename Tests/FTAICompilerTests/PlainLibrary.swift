// What operators and the standard library mean, written as plainly as can be, for the evaluator.

import SerenaNetBytecode

@testable import FTAICompiler

extension PlainValue {
    var int: Int64 { if case .int(let value) = self { value } else { 0 } }
    var float: Double { if case .float(let value) = self { value } else { 0 } }
    var bool: Bool { if case .bool(let value) = self { value } else { false } }
    var text: String { if case .text(let value) = self { value } else { "" } }
    var list: PlainList { if case .list(let value) = self { value } else { PlainList([], of: .any) } }
    var map: PlainMap { if case .map(let value) = self { value } else { PlainMap(of: .any) } }
    /// As the key of a map.
    var key: String { if case .int(let value) = self { String(value) } else { text } }
    var isNull: Bool { if case .null = self { true } else { false } }

    /// As an `any`: lists and maps of other types are copied.
    var boxed: PlainValue {
        switch self {
        case .list(let list) where list.element != .any:
            return .list(PlainList(list.elements.map(\.boxed), of: .any))
        case .map(let map) where map.element != .any || map.hasIntKeys:
            let copy = PlainMap(of: .any)
            copy.entries = map.entries.map { ($0.key, $0.value.boxed) }
            return .map(copy)
        default: return self
        }
    }

    /// An `any` as a value of a type, or null.
    func cast(to type: ValueType) -> PlainValue {
        switch (self, type) {
        case (_, .any), (.int, .int), (.float, .float), (.bool, .bool), (.text, .string): return self
        case (.int(let value), .float): return .float(Double(value))
        case (.list, .list(.any)), (.map, .map(.any)): return self
        case (.list(let list), .list(let element)):
            let values = list.elements.map { $0.cast(to: element.wrapped ?? element) }
            let fits = zip(list.elements, values).allSatisfy { !$1.isNull || ($0.isNull && element.isNullable) }
            return fits ? .list(PlainList(values, of: element)) : .null
        case (.map(let map), .map(let element)), (.map(let map), .intMap(let element)):
            let copy = PlainMap(of: element, hasIntKeys: type == .intMap(element))
            if copy.hasIntKeys, !map.entries.allSatisfy({ Int64($0.key).map(String.init) == $0.key }) { return .null }
            copy.entries = map.entries.map { ($0.key, $0.value.cast(to: element.wrapped ?? element)) }
            let fits = zip(map.entries, copy.entries).allSatisfy {
                !$1.value.isNull || ($0.value.isNull && element.isNullable)
            }
            return fits ? .map(copy) : .null
        default: return .null
        }
    }
}

extension PlainValue {
    /// A value of JSON.
    init(_ value: VMValue) {
        switch value {
        case .int(let number): self = .int(number)
        case .float(let number): self = .float(number)
        case .bool(let flag): self = .bool(flag)
        case .string(let text): self = .text(text)
        case .null: self = .null
        case .list(let elements): self = .list(PlainList(elements.map(PlainValue.init), of: .any))
        case .map(let entries):
            let map = PlainMap(of: .any)
            for entry in entries { map[entry.key] = PlainValue(entry.value) }
            self = .map(map)
        }
    }

    var value: VMValue {
        switch self {
        case .int(let number): .int(number)
        case .float(let number): .float(number)
        case .bool(let flag): .bool(flag)
        case .text(let text): .string(text)
        case .null: .null
        case .list(let list): .list(list.elements.map(\.value))
        case .map(let map): .map(map.entries.map { VMMapEntry(key: $0.key, value: $0.value.value) })
        }
    }
}

enum PlainArithmetic {
    static let overflow = PlainFailure(message: "a whole number became too large", kind: "overflow")
    static let division = PlainFailure(message: "division by zero", kind: "division")

    static func whole(_ operation: Arithmetic, _ a: Int64, _ b: Int64) throws -> Int64 {
        let result: (Int64, overflow: Bool)
        switch operation {
        case .add: result = a.addingReportingOverflow(b)
        case .subtract: result = a.subtractingReportingOverflow(b)
        case .multiply: result = a.multipliedReportingOverflow(by: b)
        case .divide:
            if b == 0 { throw division }
            result = a.dividedReportingOverflow(by: b)
        case .modulo:
            if b == 0 { throw division }
            if b == -1 { return 0 }
            // The remainder of a division that rounds down.
            return a % b != 0 && (a < 0) != (b < 0) ? a % b + b : a % b
        }
        if result.overflow { throw overflow }
        return result.0
    }

    static func real(_ operation: Arithmetic, _ a: Double, _ b: Double) -> Double {
        switch operation {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide, .modulo: a / b
        }
    }

    static func holds(_ comparison: Comparison, _ left: PlainValue, _ right: PlainValue) -> Bool {
        func compare<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
            switch comparison {
            case .equal: a == b
            case .notEqual: a != b
            case .less: a < b
            case .lessEqual: a <= b
            case .greater: a > b
            case .greaterEqual: a >= b
            }
        }
        switch left {
        case .int(let value): return compare(value, right.int)
        case .float(let value): return compare(value, right.float)
        case .text(let value): return compare(hex(value), hex(right.text))
        default: return (left.bool == right.bool) == (comparison == .equal)
        }
    }

    /// Bytes as letters in their order, so that texts compare byte by byte.
    static func hex(_ text: String) -> String {
        String(decoding: text.utf8.flatMap { [0x61 + $0 >> 4, 0x61 + $0 & 15] }, as: UTF8.self)
    }

    static func shown(_ value: PlainValue) -> String {
        switch value {
        case .int(let number): return String(number)
        case .bool(let flag): return String(flag)
        case .text(let text): return text
        case .float(let number):
            if number == 0 { return "0" }
            let text = number.description
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        default: return ""
        }
    }
}

/// The functions that random programs call.
enum PlainLibrary {
    /// No program that is evaluated here calls anything else.
    struct Unknown: Error {
        let builtin: Builtin
    }

    static func call(_ builtin: Builtin, _ arguments: [PlainValue]) throws -> PlainValue {
        let first = arguments[0]
        switch builtin {
        case .length: return .int(Int64(first.text.count))
        case .uppercase: return .text(first.text.uppercased())
        case .repeatText: return .text(String(repeating: first.text, count: max(0, Int(arguments[1].int))))
        case .parseInt: return Int64(first.text).map(PlainValue.int) ?? .null
        case .absInt:
            if first.int == .min { throw PlainArithmetic.overflow }
            return .int(abs(first.int))
        case .field: return first.map[arguments[1].text] ?? .null
        case .parseJSON: return PlainValue(try VMValue(json: first.text))
        case .toJSON: return .text(first.value.json)
        case .split:
            let pieces = first.text.split(separator: arguments[1].text, omittingEmptySubsequences: false)
            return .list(PlainList(pieces.map { .text(String($0)) }, of: .string))
        case .clampInt: return .int(max(arguments[1].int, min(first.int, arguments[2].int)))
        case .mapCount, .hasKey, .keys, .values, .removeKey, .intMapCount, .hasIntKey, .intKeys, .intValues,
            .removeIntKey:
            return callMap(builtin, first.map, arguments)
        default: return try callList(builtin, first.list, arguments)
        }
    }

    private static func callMap(_ builtin: Builtin, _ map: PlainMap, _ arguments: [PlainValue]) -> PlainValue {
        switch builtin {
        case .mapCount, .intMapCount: return .int(Int64(map.entries.count))
        case .keys: return .list(PlainList(map.entries.map { .text($0.key) }, of: .string))
        case .intKeys: return .list(PlainList(map.entries.map { .int(Int64($0.key) ?? 0) }, of: .int))
        case .values, .intValues: return .list(PlainList(map.entries.map(\.value), of: map.element))
        default:
            let isThere = map[arguments[1].key] != nil
            if builtin.changesArgument { map[arguments[1].key] = nil }
            return .bool(isThere)
        }
    }

    private static func callList(
        _ builtin: Builtin, _ list: PlainList, _ arguments: [PlainValue]
    ) throws -> PlainValue {
        func place(_ count: Int) throws -> Int {
            let index = arguments[1].int
            guard index >= 0, index < Int64(count) else {
                throw PlainFailure(
                    message: "index \(index) is outside a list of \(list.elements.count)", kind: "index")
            }
            return Int(index)
        }
        switch builtin {
        case .item:
            let index = arguments[1].int
            return index >= 0 && index < Int64(list.elements.count) ? list.elements[Int(index)] : .null
        case .insert:
            list.elements.insert(arguments[2], at: try place(list.elements.count + 1))
            return .int(Int64(list.elements.count))
        case .removeAt: return list.elements.remove(at: try place(list.elements.count))
        case .reversed: return .list(PlainList(list.elements.reversed(), of: list.element))
        case .sliceList:
            let elements = list.elements.enumerated().filter {
                Int64($0.offset) >= arguments[1].int && Int64($0.offset) < arguments[2].int
            }
            return .list(PlainList(elements.map(\.element), of: list.element))
        case .sortedInts: return .list(PlainList(list.elements.sorted { $0.int < $1.int }, of: .int))
        case .sumInts:
            return .int(try list.elements.reduce(0) { try PlainArithmetic.whole(.add, $0, $1.int) })
        case .sumFloats: return .float(list.elements.reduce(0) { $0 + $1.float })
        case .join: return .text(list.elements.map(\.text).joined(separator: arguments[1].text))
        case .containsInt: return .bool(list.elements.contains { $0.int == arguments[1].int })
        case .indexOfInt:
            return list.elements.firstIndex { $0.int == arguments[1].int }.map { .int(Int64($0)) } ?? .null
        default: throw Unknown(builtin: builtin)
        }
    }
}
