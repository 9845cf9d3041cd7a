// Dead code: what nothing needs is dropped.

import SerenaNetBytecode

/// Removes instructions and parameters whose values nothing uses, as far as dropping them cannot be noticed.
///
/// Before: `v1 = loadInt 2`, `v2 = addFloat v0, v0`, `return v0`. After: `return v0`. An operation that may fail stays: its failure
/// is something that the program does.
enum DeadCode {
    /// - Parameter isThorough: whether to look for what only keeps itself, such as a variable that is counted up in a loop and
    ///   never read, where nothing else is dead. That takes several times as long as finding that every value is read by something.
    static func remove(from function: inout IRFunction, isThorough: Bool) {
        guard isThorough || hasUnread(function) else { return }
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

    /// Whether there is a value that nothing reads and that need not be made.
    private static func hasUnread(_ function: IRFunction) -> Bool {
        var isRead = [Bool](filledWith: false, count: function.types.count)
        for block in function.layout {
            for index in function.blocks[block].code {
                for operand in 0..<function.instructions[index].operands.count {
                    isRead[function.instructions[index].operands[operand]] = true
                }
            }
            function.blocks[block].terminator.forEachValue { isRead[$0] = true }
        }
        for block in function.layout {
            for parameter in function.blocks[block].parameters where !isRead[parameter] { return true }
            for index in function.blocks[block].code {
                let result = function.instructions[index].result
                if result >= 0, !isRead[result], function.properties(at: index).isDisjoint(with: .mustStay) {
                    return true
                }
            }
        }
        return false
    }
}

/// The values that are needed, found from what must stay.
private struct LiveValues {
    private(set) var isLive: [Bool]
    /// Whether there is anything that can be dropped.
    private(set) var hasDead = false

    /// Goes over the code from its end to its beginning until nothing more is found to be needed. What is needed mostly stands in
    /// front of what needs it, so that two rounds are enough for nearly all functions.
    init(_ function: IRFunction) {
        isLive = [Bool](filledWith: false, count: function.types.count)
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            hasDead = false
            for block in function.layout.reversed() {
                let isChanged = visit(block, of: function)
                hasChanged = hasChanged || isChanged
            }
        }
    }

    func isDead(_ index: Int, in function: IRFunction) -> Bool {
        let result = function.instructions[index].result
        guard result < 0 || !isLive[result] else { return false }
        return function.properties(at: index).isDisjoint(with: .mustStay)
    }

    /// Answers whether a value was found to be needed that was not known to be.
    private mutating func visit(_ block: IRBlockNumber, of function: IRFunction) -> Bool {
        var hasChanged = false
        switch function.blocks[block].terminator {
        case .branch(let test, let first, let second):
            if need(test.left) { hasChanged = true }
            if need(test.right) { hasChanged = true }
            if bring(first, in: function) { hasChanged = true }
            if bring(second, in: function) { hasChanged = true }
        case .jump(let edge): if bring(edge, in: function) { hasChanged = true }
        case .returnValue(let value), .fail(let value): if need(value) { hasChanged = true }
        case .returnNothing, .attempt: break
        }
        for index in function.blocks[block].code.reversed() {
            if isDead(index, in: function) {
                hasDead = true
                continue
            }
            for operand in 0..<function.instructions[index].operands.count {
                if need(function.instructions[index].operands[operand]) { hasChanged = true }
            }
        }
        for parameter in function.blocks[block].parameters where !isLive[parameter] { hasDead = true }
        return hasChanged
    }

    /// What an edge brings is needed as far as the parameters are.
    private mutating func bring(_ edge: IREdge, in function: IRFunction) -> Bool {
        var hasChanged = false
        for place in 0..<edge.arguments.count where isLive[function.blocks[edge.target].parameters[place]] {
            if need(edge.arguments[place]) { hasChanged = true }
        }
        return hasChanged
    }

    @inline(__always)
    private mutating func need(_ value: IRValue) -> Bool {
        guard value >= 0, !isLive[value] else { return false }
        isLive[value] = true
        return true
    }
}
