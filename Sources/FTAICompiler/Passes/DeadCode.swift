// Dead code: what nothing needs is dropped.

import SerenaNetBytecode

/// Removes instructions and parameters whose values nothing uses, as far as dropping them cannot be noticed.
///
/// Before: `v1 = loadInt 2`, `v2 = addFloat v0, v0`, `return v0`. After: `return v0`. An operation that may fail stays: its failure
/// is something that the program does.
enum DeadCode {
    static func remove(from function: inout IRFunction) {
        let live = LiveValues(function)
        guard live.hasDead else { return }
        var flags: [[Bool]?] = []
        for block in function.layout {
            let code = function.blocks[block].code
            if code.contains(where: { live.isDead($0, in: function) }) {
                function.blocks[block].code = code.filter { !live.isDead($0, in: function) }
            }
            if function.blocks[block].parameters.contains(where: { !live.isLive[$0] }) {
                if flags.isEmpty { flags = [[Bool]?](repeating: nil, count: function.blocks.count) }
                flags[block] = function.blocks[block].parameters.map { !live.isLive[$0] }
            }
        }
        if !flags.isEmpty { function.removeParameters(flags) }
    }
}

/// The values that are needed, found from what must stay.
private struct LiveValues {
    private(set) var isLive: [Bool]
    /// Whether there is anything that can be dropped.
    private(set) var hasDead = false
    private var pending: [IRValue] = []
    /// What jumps bring for parameters: for each parameter a chain that begins at ``firstSource``.
    private var sources: [(value: IRValue, next: Int)] = []
    private var firstSource: [Int] = []
    /// By value, the instruction that gives it; −1 for inputs and parameters.
    private var definitions: [Int32]

    init(_ function: IRFunction) {
        isLive = [Bool](repeating: false, count: function.types.count)
        definitions = [Int32](repeating: -1, count: function.types.count)
        pending.reserveCapacity(function.instructions.count)
        for block in function.layout { findRoots(in: block, function) }
        while let value = pending.popLast() {
            var source = firstSource.isEmpty ? -1 : firstSource[value]
            while source >= 0 {
                need(sources[source].value)
                source = sources[source].next
            }
            if definitions[value] >= 0 { needOperands(of: Int(definitions[value]), function) }
        }
        hasDead = function.layout.contains { block in
            function.blocks[block].parameters.contains { !isLive[$0] }
                || function.blocks[block].code.contains { isDead($0, in: function) }
        }
    }

    func isDead(_ index: Int, in function: IRFunction) -> Bool {
        let result = function.instructions[index].result
        guard result < 0 || !isLive[result] else { return false }
        return function.properties(at: index).isDisjoint(with: .mustStay)
    }

    private mutating func findRoots(in block: IRBlockNumber, _ function: IRFunction) {
        for index in function.blocks[block].code {
            let result = function.instructions[index].result
            if result >= 0 { definitions[result] = Int32(index) }
            if !function.properties(at: index).isDisjoint(with: .mustStay) { needOperands(of: index, function) }
        }
        switch function.blocks[block].terminator {
        case .branch(let test, _, _):
            need(test.left)
            need(test.right)
        case .returnValue(let value), .fail(let value): need(value)
        case .jump, .returnNothing, .attempt: break
        }
        guard function.blocks[block].terminator.hasArguments else { return }
        if firstSource.isEmpty { firstSource = [Int](repeating: -1, count: function.types.count) }
        function.blocks[block].terminator.forEachEdge { edge in
            for place in edge.arguments.indices {
                let parameter = function.blocks[edge.target].parameters[place]
                sources.append((edge.arguments[place], firstSource[parameter]))
                firstSource[parameter] = sources.count - 1
            }
        }
    }

    @inline(__always)
    private mutating func need(_ value: IRValue) {
        guard value >= 0, !isLive[value] else { return }
        isLive[value] = true
        pending.append(value)
    }

    private mutating func needOperands(of index: Int, _ function: IRFunction) {
        for operand in 0..<function.instructions[index].operands.count {
            need(function.instructions[index].operands[operand])
        }
    }
}
