// Unrolling: several rounds of a counting loop stand behind each other, so that counting and looking is done once for all.

import SerenaNetBytecode

/// Puts copies of a short loop's body in a row, for as long as so many rounds are left; the loop itself does the rest.
///
/// Before: `b1(i): s = s + x … if i < n: i += 1, b1`. After: `limit = n - 14`, `if i < limit: b1'`, and `b1'(i)` with the body eight times and
/// one `if i < limit: i += 8, b1'`. What the copies make cheaper decides whether it is worth it:
///
/// - Nobody needs the number itself: then nothing counts but the last copy.
/// - What is computed from the number and from what does not change, as `i * k` or `k - i`, is computed from that of the copy
///   before, by one addition. It overflows in the same round as before, because each sum is exact (strength reduction: Allen,
///   Cocke and Kennedy, "Reduction of Operator Strength", 1981).
/// - `i % 4` is a constant in each copy when the number begins with a constant and counts by a multiple of 4.
enum LoopUnrolling {
    /// Longer bodies are left as they are: looking is a small part of a round.
    static let longestBody = 40
    /// What the copies of a body may have together.
    static let longestResult = 160
    /// Functions that have grown beyond this are left as they are.
    private static let largestFunction = 4_000

    static func apply(to function: inout IRFunction) {
        guard LoopEntry.makePreheaders(in: &function) else { return }
        TrivialParameters.remove(from: &function)
        var view = InnermostLoops(function)
        var isChanged = false
        for header in view.headers where function.size < largestFunction {
            guard let loop = view.loops[header], let counted = CountedLoop(loop, in: function, view.flow),
                let plan = UnrollingPlan(counted, in: function, view.flow, view.ranges)
            else { continue }
            var copies = LoopCopies(plan, of: function)
            copies.make()
            function = copies.function
            // Only then: finding the loops is a walk over the whole function.
            view = InnermostLoops(function)
            isChanged = true
        }
        if isChanged { TrivialParameters.remove(from: &function) }
    }
}

/// The loops without others inside, and what is known of the function as long as it does not change.
private struct InnermostLoops {
    let flow: ControlFlow
    let ranges: ValueRanges
    /// In the order in which loops are found.
    private(set) var headers: [IRBlockNumber] = []
    /// By header.
    private(set) var loops: [IRBlockNumber: ControlFlow.Loop] = [:]

    init(_ function: IRFunction) {
        flow = ControlFlow(function)
        ranges = ValueRanges(function, flow)
        let all = flow.loops()
        var isHeader = [Bool](repeating: false, count: function.blocks.count)
        for loop in all { isHeader[loop.header] = true }
        // The header stands first.
        for loop in all where !loop.blocks.dropFirst().contains(where: { isHeader[$0] }) {
            headers.append(loop.header)
            loops[loop.header] = loop
        }
    }
}

/// How a loop is unrolled, and what each of its instructions becomes.
struct UnrollingPlan {
    /// What an instruction becomes in a copy.
    enum Role {
        case plain
        /// It counts.
        case step
        /// The remainder by a constant of which the factor is a multiple.
        case remainder(Int64)
        /// What it gave in the copy before, plus a number or a value.
        case sum(Int64)
        case sumWith(IRValue)
        /// Needed for the first copy only.
        case first
    }

    let counted: CountedLoop
    /// How many rounds stand in a row.
    private(set) var factor = 0
    /// By instruction; those that are not mentioned are plain.
    private(set) var roles: [Int: Role] = [:]
    /// The number that a constant start begins with.
    private let start: Int64?

    private static let remainders: ClosedRange<Int64> = 2...8

    /// Nil when it is not worth it, or cannot be done.
    init?(_ counted: CountedLoop, in function: IRFunction, _ flow: ControlFlow, _ ranges: ValueRanges) {
        self.counted = counted
        let startRange = ranges.range(of: counted.start)
        start = startRange.lowerBound == startRange.upperBound ? startRange.lowerBound : nil
        let body = counted.loop.blocks.filter { $0 != counted.stepBlock }
        let handler = function.blocks[counted.loop.header].handler
        let isPlain = body.allSatisfy { block in
            if case .attempt = function.blocks[block].terminator { return false }
            return function.blocks[block].handler == handler
        }
        let size = body.reduce(0) { $0 + function.blocks[$1].code.count + 1 }
        guard isPlain, size <= LoopUnrolling.longestBody else { return nil }
        let divisors = self.divisors(body, function, ranges)
        guard let factor = Self.factor(size: size, divisors: divisors) else { return nil }
        self.factor = factor
        guard isWithinLimits(function, flow, ranges, startRange) else { return nil }
        var gain = findRoles(body, function, flow, ranges)
        // One look for all copies.
        gain += needsNumber(body, function) ? 0 : 1
        if gain <= 0 { return nil }
    }

    /// How much less than the limit the number has to be for another row of copies.
    var distance: Int64 { Int64(counted.stepBlock == nil ? factor - 1 : 2 * factor - 2) }

    /// The remainder in a copy.
    func remainder(by divisor: Int64, copy: Int) -> Int64 {
        let first = IntegerArithmetic.result(of: .modInt, start ?? 0, divisor) ?? 0
        return (first + Int64(copy)) % divisor
    }

    /// Whether the limit less the distance is a number, and whether there are enough rounds to be worth it.
    private func isWithinLimits(
        _ function: IRFunction, _ flow: ControlFlow, _ ranges: ValueRanges, _ startRange: ClosedRange<Int64>
    ) -> Bool {
        let limit = ranges.range(of: counted.limit)
        let least = Int64.min + distance
        let isSafe =
            limit.lowerBound >= least
            || (startRange.lowerBound >= least && counted.isEntryChecked(in: function, flow))
        guard isSafe else { return false }
        let (rounds, overflow) = limit.upperBound.subtractingReportingOverflow(startRange.lowerBound)
        return overflow || rounds > distance
    }

    private func divisors(_ body: [IRBlockNumber], _ function: IRFunction, _ ranges: ValueRanges) -> Set<Int64> {
        guard start != nil else { return [] }
        let code = body.flatMap { function.blocks[$0].code }
        return Set(code.compactMap { divisor(function.instructions[$0], ranges) })
    }

    private func divisor(_ instruction: IRInstruction, _ ranges: ValueRanges) -> Int64? {
        guard start != nil, instruction.opcode == .modInt, instruction.operands[0] == counted.index else { return nil }
        let divisor = ranges.range(of: instruction.operands[1])
        guard divisor.lowerBound == divisor.upperBound, Self.remainders.contains(divisor.lowerBound) else { return nil }
        return divisor.lowerBound
    }

    private static func factor(size: Int, divisors: Set<Int64>) -> Int? {
        let usual = size <= 12 ? 8 : 4
        let least = (2...8).first { number in divisors.allSatisfy { Int64(number) % $0 == 0 } } ?? usual
        var factor = divisors.isEmpty || usual % least == 0 ? usual : least
        if factor < 4 { factor *= 2 }
        while factor * size > LoopUnrolling.longestResult, factor % 2 == 0 { factor /= 2 }
        return factor * size <= LoopUnrolling.longestResult && factor > 1 ? factor : nil
    }

    /// Finds what the instructions become, and answers how many instructions a round is spared by that.
    private mutating func findRoles(
        _ body: [IRBlockNumber], _ function: IRFunction, _ flow: ControlFlow, _ ranges: ValueRanges
    ) -> Int {
        var gain = 0
        let uses = function.useCounts
        let definitions = function.definitions
        roles[counted.step] = .step
        for block in flow.order where body.contains(block) {
            let isPassed = isAlwaysPassed(block, flow)
            for index in function.blocks[block].code where index != counted.step {
                let instruction = function.instructions[index]
                if let divisor = divisor(instruction, ranges), factor % Int(divisor) == 0 {
                    roles[index] = .remainder(divisor)
                    gain += 1
                } else if isPassed, let role = sum(instruction, function) {
                    roles[index] = role
                } else if isPassed, let inner = chained(instruction, uses, definitions, function, ranges) {
                    roles[index] = inner.role
                    roles[inner.first] = .first
                    gain += 1
                }
            }
        }
        return gain
    }

    private func isAlwaysPassed(_ block: IRBlockNumber, _ flow: ControlFlow) -> Bool {
        var other = counted.check
        while flow.place[other] > flow.place[block] { other = flow.dominators[other] }
        return other == block
    }

    /// An operation on the number and on what does not change.
    private func sum(_ instruction: IRInstruction, _ function: IRFunction) -> Role? {
        let operands = instruction.operands
        if instruction.opcode == .addIntImmediate, operands[0] == counted.index { return .sum(1) }
        guard operands.count == 2, operands[0] != operands[1],
            let place = operands.firstIndex(of: counted.index),
            CountedLoop.isOutside(operands[1 - place], counted.loop, function)
        else { return nil }
        switch instruction.opcode {
        case .addInt: return .sum(1)
        case .subInt: return .sum(place == 0 ? 1 : -1)
        case .mulInt: return .sumWith(operands[1 - place])
        default: return nil
        }
    }

    /// An operation on such a result, which cannot fail and which nothing else needs.
    private func chained(
        _ instruction: IRInstruction, _ uses: [Int], _ definitions: [Int], _ function: IRFunction, _ ranges: ValueRanges
    ) -> (role: Role, first: Int)? {
        guard [.addInt, .subInt, .addIntImmediate].contains(instruction.opcode) else { return nil }
        for (place, operand) in instruction.operands.enumerated() {
            let first = definitions[operand]
            guard first >= 0, uses[operand] == 1, case .sum(let number)? = roles[first],
                ranges.cannotFail(function.instructions[first]),
                instruction.operands.count == 1
                    || CountedLoop.isOutside(instruction.operands[1 - place], counted.loop, function)
            else { continue }
            return (.sum(instruction.opcode == .subInt && place == 1 ? -number : number), first)
        }
        return nil
    }

    /// Whether something needs the number itself.
    private func needsNumber(_ body: [IRBlockNumber], _ function: IRFunction) -> Bool {
        let numbers = [counted.index, counted.stepped(in: function)]
        for block in body {
            for index in function.blocks[block].code where roles[index] == nil {
                if function.instructions[index].operands.contains(where: numbers.contains) { return true }
            }
            var count = 0
            function.blocks[block].terminator.forEachValue { if numbers.contains($0) { count += 1 } }
            // The look, and what goes back.
            if block == counted.check { count -= counted.stepBlock == nil ? 2 : 1 }
            if count > 0 { return true }
        }
        guard let stepBlock = counted.stepBlock, case .jump(let back) = function.blocks[stepBlock].terminator else {
            return false
        }
        return back.arguments.filter(numbers.contains).count > 1
    }
}
