// A short list of values, such as the operands of an instruction or what a jump brings.

/// A list of values: up to three stand in place, so that most instructions, edges and blocks need no memory of their own.
struct IRValueList: RandomAccessCollection, MutableCollection, RangeReplaceableCollection, Equatable {
    // Passes go through all instructions again and again: 32 bits hold every value of a function, and keep instructions small.
    private var first: Int32 = -1
    private var second: Int32 = -1
    private var third: Int32 = -1
    private var count32: Int32 = 0
    /// Those behind the third; nil and not an empty list, as that is cheaper to copy and to drop.
    private var rest: [IRValue]?

    var startIndex: Int { 0 }

    @inline(__always)
    var endIndex: Int { Int(count32) }

    @inline(__always)
    var isEmpty: Bool { count32 == 0 }

    @inline(__always)
    init() {}

    @inline(__always)
    init(_ a: IRValue) {
        (first, count32) = (Int32(a), 1)
    }

    @inline(__always)
    init(_ a: IRValue, _ b: IRValue) {
        (first, second, count32) = (Int32(a), Int32(b), 2)
    }

    @inline(__always)
    init(_ a: IRValue, _ b: IRValue, _ c: IRValue) {
        (first, second, third, count32) = (Int32(a), Int32(b), Int32(c), 3)
    }

    init(_ values: [IRValue]) {
        count32 = Int32(values.count)
        if !values.isEmpty { first = Int32(values[0]) }
        if values.count > 1 { second = Int32(values[1]) }
        if values.count > 2 { third = Int32(values[2]) }
        if values.count > 3 { rest = Array(values[3...]) }
    }

    /// A value, and others behind it.
    init(_ value: IRValue, _ others: IRValueList) {
        self.init(value)
        for other in others { append(other) }
    }

    init(_ values: some Sequence<IRValue>) {
        for value in values { append(value) }
    }

    init(arrayLiteral values: IRValue...) {
        self.init(values)
    }

    @inline(__always)
    subscript(index: Int) -> IRValue {
        get {
            precondition(index < Int(count32))
            switch index {
            case 0: return Int(first)
            case 1: return Int(second)
            case 2: return Int(third)
            default: return behind(index)
            }
        }
        set {
            precondition(index < Int(count32))
            switch index {
            case 0: first = Int32(newValue)
            case 1: second = Int32(newValue)
            case 2: third = Int32(newValue)
            default: rest?[index - 3] = newValue
            }
        }
    }

    @inline(never)
    private func behind(_ index: Int) -> IRValue {
        guard let rest else { return IRInstruction.noValue }
        return rest[index - 3]
    }

    mutating func append(_ value: IRValue) {
        switch count32 {
        case 0: first = Int32(value)
        case 1: second = Int32(value)
        case 2: third = Int32(value)
        case 3: rest = [value]
        default: rest?.append(value)
        }
        count32 += 1
    }

    mutating func replaceSubrange(_ range: Range<Int>, with values: some Collection<IRValue>) {
        var all = Array(self)
        all.replaceSubrange(range, with: values)
        self = IRValueList(all)
    }
}

extension IRValueList: ExpressibleByArrayLiteral {}

typealias IROperands = IRValueList
