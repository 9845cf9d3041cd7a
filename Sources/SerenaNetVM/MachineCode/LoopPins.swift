// Which of the VM's registers are held in registers of the processor, and where.

import SerenaNetBytecode

/// The innermost loops of a function, each with the registers that it holds in registers of the processor.
///
/// What is written goes to memory as well, so that memory always holds what the interpreter expects: a loop can be left
/// anywhere without a trace, and is entered by loading. So a wrong loop would be slow, never wrong: a loop is just a range of
/// instructions that ends with a jump to its beginning.
struct LoopPins {
    struct Loop {
        let range: ClosedRange<Int>
        var integers: [(register: UInt16, pin: IntegerRegister)] = []
        var floats: [(register: UInt16, pin: FloatRegister)] = []
    }

    private(set) var loops: [Loop] = []
    /// For each instruction the loop that it stands in; −1 for none.
    private(set) var loopOfInstruction: [Int]

    init(
        code: [VMInstruction], types: [ValueType], integerPins: [IntegerRegister], floatPins: [FloatRegister]
    ) {
        loopOfInstruction = [Int](repeating: -1, count: code.count)
        var ranges: [ClosedRange<Int>] = []
        for (index, instruction) in code.enumerated() {
            if let target = instruction.jumpTarget, target <= index { ranges.append(target...index) }
        }
        // The shortest first: what then overlaps is an outer loop, or the same loop with another way back.
        ranges.sort { ($0.count, $0.lowerBound) < ($1.count, $1.lowerBound) }
        // Loops within loops are looked at again and again: as deep as people write them, not as deep as jumps can be nested.
        var left = Self.mostDepth * code.count
        for range in ranges {
            left -= range.count
            guard left >= 0 else { break }
            guard range.allSatisfy({ loopOfInstruction[$0] < 0 }) else { continue }
            let loop = Self.loop(range, code, types, integerPins, floatPins)
            guard !loop.integers.isEmpty || !loop.floats.isEmpty else { continue }
            for index in range { loopOfInstruction[index] = loops.count }
            loops.append(loop)
        }
    }

    private static let mostDepth = 32

    private static func loop(
        _ range: ClosedRange<Int>, _ code: [VMInstruction], _ types: [ValueType], _ integerPins: [IntegerRegister],
        _ floatPins: [FloatRegister]
    ) -> Loop {
        var uses: [UInt16: Int] = [:]
        var calls = 0
        for index in range {
            let instruction = code[index]
            if instruction.isSlow || instruction.opcode == .call { calls += 1 }
            instruction.forEachRegister { register, isWritten in uses[register, default: 0] += isWritten ? 0 : 1 }
        }
        // Behind a call all pins are loaded again: only what is read more often than that is worth one.
        let worthy = uses.filter { $0.value > calls }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var loop = Loop(range: range)
        loop.floats = zip(worthy.filter { types[Int($0)] == .float }, floatPins).map { ($0, $1) }
        loop.integers = zip(worthy.filter { types[Int($0)] != .float }, integerPins).map { ($0, $1) }
        return loop
    }
}

extension VMInstruction {
    /// Whether machine code calls the machine for it.
    var isSlow: Bool {
        switch opcode {
        case .intToString, .floatToString, .boolToString, .equalString, .lessString, .concatenate, .makeList, .wrap,
            .callBuiltin, .makeMap, .mapGet, .mapSet, .box, .cast, .mapGetOrJump, .joinAsText, .makeIntMap, .intMapGet,
            .intMapSet, .intMapGetOrJump:
            true
        default: false
        }
    }
}
