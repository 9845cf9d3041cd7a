// Moves that happen at once, put into an order.

/// Copies between registers that all read before any of them writes.
enum ParallelMoves {
    struct Move: Equatable {
        var to: Int
        var from: Int
    }

    /// The same effect by moves one after the other. A circle is broken by putting one value aside.
    ///
    /// - Parameter temporary: a register for a value of the type of the register that it is given.
    static func ordered(_ moves: [Move], temporary: (Int) -> Int) -> [Move] {
        guard moves.count > 1 else { return moves.filter { $0.to != $0.from } }
        var pending = moves.filter { $0.to != $0.from }
        var result: [Move] = []
        while !pending.isEmpty {
            if let index = pending.firstIndex(where: { move in !pending.contains { $0.from == move.to } }) {
                result.append(pending.remove(at: index))
                continue
            }
            // All that is left is circles: whoever reads the first one's target reads the value put aside instead.
            let target = pending[0].to
            let aside = temporary(target)
            result.append(Move(to: aside, from: target))
            for index in pending.indices where pending[index].from == target { pending[index].from = aside }
        }
        return result
    }
}
