// Between which numbers the ints of a function lie.

import SerenaNetBytecode

/// The least and the greatest number that each int can be, as far as that is easily known.
///
/// What an operation gives is known from what it is given, because one that overflows gives nothing (Harrison, "Compiler
/// Analysis of the Value Ranges for Variables", 1977). The number of a counted loop lies between its start and its limit; of
/// other parameters of blocks nothing is known.
struct ValueRanges {
    private let function: IRFunction
    private let definitions: [Int]
    /// By the parameter that counts.
    private var loops: [IRValue: CountedLoop] = [:]
    /// No list is longer: more elements of eight bytes than addresses.
    private static let longestList: Int64 = 1 << 48
    /// So many operations are looked through for a range.
    private static let deepest = 16

    init(_ function: IRFunction, _ flow: ControlFlow) {
        self.function = function
        definitions = function.definitions
        for loop in flow.loops() {
            if let counted = CountedLoop(loop, in: function, flow) { loops[counted.index] = counted }
        }
    }

    /// Where an int lies.
    func range(of value: IRValue, depth: Int = 0) -> ClosedRange<Int64> {
        let everything = Int64.min...Int64.max
        guard depth < Self.deepest else { return everything }
        if let loop = loops[value] {
            let (start, limit) = (range(of: loop.start, depth: depth + 1), range(of: loop.limit, depth: depth + 1))
            return start.lowerBound...max(start.upperBound, limit.upperBound)
        }
        guard value < definitions.count, definitions[value] >= 0 else { return everything }
        let instruction = function.instructions[definitions[value]]
        switch instruction.opcode {
        case .loadInt: return instruction.payload...instruction.payload
        case .listCount: return 0...Self.longestList
        case .modInt:
            let divisor = range(of: instruction.operands[1], depth: depth + 1)
            return divisor.lowerBound > 0 ? 0...(divisor.upperBound - 1) : everything
        case .addInt, .subInt, .addIntImmediate:
            let (low, high) = ends(of: instruction, depth: depth)
            // Both ends outside, on one side: it always fails, and what it gives is of no interest.
            return min(low.value, high.value)...max(low.value, high.value)
        default: return everything
        }
    }

    /// Whether an operation cannot fail for any numbers that its operands can be.
    func cannotFail(_ instruction: IRInstruction) -> Bool {
        switch instruction.opcode {
        case .addInt, .subInt, .addIntImmediate:
            let (low, high) = ends(of: instruction, depth: 0)
            return low.isExact && high.isExact
        default: return instruction.properties.isDisjoint(with: .mayFail)
        }
    }

    private typealias End = (value: Int64, isExact: Bool)

    private func ends(of instruction: IRInstruction, depth: Int) -> (low: End, high: End) {
        let a = range(of: instruction.operands[0], depth: depth + 1)
        switch instruction.opcode {
        case .addIntImmediate:
            return (Self.sum(a.lowerBound, instruction.payload), Self.sum(a.upperBound, instruction.payload))
        case .addInt:
            let b = range(of: instruction.operands[1], depth: depth + 1)
            return (Self.sum(a.lowerBound, b.lowerBound), Self.sum(a.upperBound, b.upperBound))
        default:
            let b = range(of: instruction.operands[1], depth: depth + 1)
            return (Self.difference(a.lowerBound, b.upperBound), Self.difference(a.upperBound, b.lowerBound))
        }
    }

    private static func sum(_ a: Int64, _ b: Int64) -> End {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return (overflow ? (b > 0 ? .max : .min) : sum, !overflow)
    }

    private static func difference(_ a: Int64, _ b: Int64) -> End {
        let (difference, overflow) = a.subtractingReportingOverflow(b)
        return (overflow ? (b < 0 ? .max : .min) : difference, !overflow)
    }
}
