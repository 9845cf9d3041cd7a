// Fusion: two operations that follow each other become one that does both.

import SerenaNetBytecode

/// Puts one operation in the place of two, when nothing else needs what the first of them gives.
///
/// Before: `v3 = mulFloat v0, v1`, `v4 = addFloat v3, v2`. After: `v4 = mulAddFloat v0, v1, v2`. Likewise for sums of three, and for
/// numbers that are written into texts. Each step is rounded and checked as before. Branches with what stands before them
/// are joined where the code is written, as they depend on registers: see ``FusedBranches``.
struct Fusion {
    private var function: IRFunction
    private let definitions: [Int]
    private let uses: [Int]

    static func apply(to function: inout IRFunction) {
        var pass = Fusion(function)
        function = IRFunction(name: "", result: nil, line: 0)
        for block in pass.function.layout { pass.fuse(block) }
        function = pass.function
    }

    private init(_ function: IRFunction) {
        self.function = function
        definitions = function.definitions
        uses = function.useCounts
    }

    private mutating func fuse(_ block: IRBlockNumber) {
        let code = function.blocks[block].code
        var isGone: Set<Int> = []
        /// The place in the block of each instruction that could be the first of two.
        var places: [Int: Int] = [:]
        for (place, index) in code.enumerated() {
            switch function.instructions[index].opcode {
            case .mulFloat, .addFloat, .mulInt, .intToString, .floatToString, .boolToString: places[index] = place
            default: break
            }
            let instruction = function.instructions[index]
            switch instruction.opcode {
            case .addFloat, .subFloat: fuseFloats(index, places, &isGone)
            case .addInt: fuseInts(index, place, code, places, &isGone)
            case .concatenate: fuseTexts(index, places, &isGone)
            default: break
            }
        }
        guard !isGone.isEmpty else { return }
        function.blocks[block].code.removeAll { isGone.contains($0) }
    }

    /// The instruction that gives a value, when it stands in the block and gives it to nobody else.
    private func source(_ value: IRValue, _ opcode: VMOpcode, _ places: [Int: Int]) -> Int? {
        let index = definitions[value]
        guard index >= 0, uses[value] == 1, places[index] != nil, function.instructions[index].opcode == opcode else {
            return nil
        }
        return index
    }

    private mutating func put(_ opcode: VMOpcode, at index: Int, of first: Int, _ third: IRValue) {
        let operands = function.instructions[first].operands
        function.instructions[index].opcode = opcode
        function.instructions[index].operands = IROperands(operands[0], operands[1], third)
    }

    private mutating func fuseFloats(_ index: Int, _ places: [Int: Int], _ isGone: inout Set<Int>) {
        let instruction = function.instructions[index]
        let (left, right) = (instruction.operands[0], instruction.operands[1])
        let isSum = instruction.opcode == .addFloat
        if let product = source(right, .mulFloat, places) {
            put(isSum ? .mulAddFloat : .subMulFloat, at: index, of: product, left)
            isGone.insert(product)
        } else if let product = source(left, .mulFloat, places) {
            put(isSum ? .mulAddFloat : .mulSubFloat, at: index, of: product, right)
            isGone.insert(product)
        } else if isSum, let sum = source(right, .addFloat, places) {
            put(.addAddFloat, at: index, of: sum, left)
            isGone.insert(sum)
        } else if isSum, let sum = source(left, .addFloat, places) {
            put(.addAddFloat, at: index, of: sum, right)
            isGone.insert(sum)
        }
    }

    /// A product may overflow, so that it cannot pass what others notice, and both must be told by the same line.
    private mutating func fuseInts(
        _ index: Int, _ place: Int, _ code: [Int], _ places: [Int: Int], _ isGone: inout Set<Int>
    ) {
        let instruction = function.instructions[index]
        for (operand, other) in [(0, 1), (1, 0)] {
            guard let product = source(instruction.operands[operand], .mulInt, places), let start = places[product],
                function.instructions[product].line == instruction.line,
                function.instructions[product].scope == instruction.scope,
                code[(start + 1)..<place].allSatisfy({
                    function.instructions[$0].properties.isDisjoint(with: .isBarrier)
                })
            else { continue }
            put(.mulAddInt, at: index, of: product, instruction.operands[other])
            isGone.insert(product)
            return
        }
    }

    private mutating func fuseTexts(_ index: Int, _ places: [Int: Int], _ isGone: inout Set<Int>) {
        var parts = Array(function.instructions[index].operands)
        var isChanged = false
        for (position, value) in parts.enumerated() {
            let source =
                source(value, .intToString, places) ?? source(value, .floatToString, places)
                ?? source(value, .boolToString, places)
            guard let source else { continue }
            parts[position] = function.instructions[source].operands[0]
            isGone.insert(source)
            isChanged = true
        }
        guard isChanged else { return }
        function.instructions[index].opcode = .joinAsText
        function.instructions[index].operands = IROperands(parts)
    }
}
