// Dead code: what nothing needs is dropped.

import SerenaNetBytecode

/// Removes instructions and parameters whose values nothing uses, as far as dropping them cannot be noticed.
///
/// Before: `v1 = loadInt 2`, `v2 = addFloat v0, v0`, `return v0`. After: `return v0`. An operation that may fail stays: its failure
/// is something that the program does.
enum DeadCode {
    static func remove(from function: inout IRFunction) {
        let isLive = LiveValues(function).isLive
        var flags: [[Bool]?] = []
        for block in function.layout {
            let code = function.blocks[block].code
            if code.contains(where: { isDead($0, in: function, isLive) }) {
                function.blocks[block].code = code.filter { !isDead($0, in: function, isLive) }
            }
            if function.blocks[block].parameters.contains(where: { !isLive[$0] }) {
                if flags.isEmpty { flags = [[Bool]?](repeating: nil, count: function.blocks.count) }
                flags[block] = function.blocks[block].parameters.map { !isLive[$0] }
            }
        }
        if !flags.isEmpty { function.removeParameters(flags) }
    }

    private static func isDead(_ index: Int, in function: IRFunction, _ isLive: [Bool]) -> Bool {
        let result = function.instructions[index].result
        guard result < 0 || !isLive[result] else { return false }
        return function.properties(at: index).isDisjoint(with: .mustStay)
    }
}

/// The values that are needed, found from what must stay.
private struct LiveValues {
    private(set) var isLive: [Bool]
    private var pending: [IRValue] = []
    /// What jumps bring for parameters: for each parameter a chain that begins at ``firstSource``.
    private var sources: [(value: IRValue, next: Int)] = []
    private var firstSource: [Int]

    init(_ function: IRFunction) {
        isLive = [Bool](repeating: false, count: function.types.count)
        firstSource = [Int](repeating: -1, count: function.types.count)
        for block in function.layout {
            for index in function.blocks[block].code
            where !function.properties(at: index).isDisjoint(with: .mustStay) {
                needOperands(of: index, function)
            }
            switch function.blocks[block].terminator {
            case .branch(let test, _, _):
                need(test.left)
                need(test.right)
            case .returnValue(let value), .fail(let value): need(value)
            case .jump, .returnNothing, .attempt: break
            }
            function.blocks[block].terminator.forEachEdge { edge in
                for (place, argument) in edge.arguments.enumerated() {
                    let parameter = function.blocks[edge.target].parameters[place]
                    sources.append((argument, firstSource[parameter]))
                    firstSource[parameter] = sources.count - 1
                }
            }
        }
        let definitions = function.definitions
        while let value = pending.popLast() {
            var source = firstSource[value]
            while source >= 0 {
                need(sources[source].value)
                source = sources[source].next
            }
            if definitions[value] >= 0 { needOperands(of: definitions[value], function) }
        }
    }

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
