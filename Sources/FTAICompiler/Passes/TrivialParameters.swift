// Copy propagation: a parameter for which every jump brings the same value is that value.

/// Removes parameters of blocks that have one source, and blocks that cannot be reached.
///
/// Before: `b1(p): …` with `jump b1(v)` and `jump b1(p)`. After: `b1: …`, and `v` wherever `p` was.
enum TrivialParameters {
    /// Answers whether anything changed.
    @discardableResult
    static func remove(from function: inout IRFunction) -> Bool {
        guard function.layout.count > 1 else { return false }
        let dropped = dropUnreachable(from: &function)
        guard function.layout.contains(where: { !function.blocks[$0].parameters.isEmpty }) else { return dropped }
        var replacements = Replacements(count: function.types.count)
        var isFound = true
        while isFound {
            isFound = false
            // The one source of each parameter: −1 for none so far, −2 for several.
            var sources = [IRValue](repeating: -1, count: function.types.count)
            for block in function.layout where function.blocks[block].terminator.hasArguments {
                function.blocks[block].terminator.forEachEdge { edge in
                    for place in edge.arguments.indices {
                        let parameter = function.blocks[edge.target].parameters[place]
                        let value = replacements[edge.arguments[place]]
                        if value == replacements[parameter] || sources[parameter] == value { continue }
                        sources[parameter] = sources[parameter] == -1 ? value : -2
                    }
                }
            }
            for block in function.layout {
                for parameter in function.blocks[block].parameters
                where sources[parameter] >= 0 && replacements[parameter] == parameter {
                    replacements.replace(parameter, by: sources[parameter])
                    isFound = isFound || replacements[parameter] != parameter
                }
            }
        }
        guard replacements.hasAny else { return dropped }
        var flags = [[Bool]?](repeating: nil, count: function.blocks.count)
        for block in function.layout {
            if function.blocks[block].parameters.contains(where: { replacements[$0] != $0 }) {
                flags[block] = function.blocks[block].parameters.map { replacements[$0] != $0 }
            }
        }
        function.removeParameters(flags)
        function.replace(replacements)
        return true
    }

    /// Takes blocks that cannot be reached out of the layout.
    @discardableResult
    static func dropUnreachable(from function: inout IRFunction) -> Bool {
        guard function.layout.count > 1 else { return false }
        var isReached = [Bool](repeating: false, count: function.blocks.count)
        var pending: [IRBlockNumber] = []
        pending.reserveCapacity(16)
        pending.append(function.entry)
        isReached[function.entry] = true
        while let block = pending.popLast() {
            function.blocks[block].terminator.forEachTarget { target in
                if !isReached[target] {
                    isReached[target] = true
                    pending.append(target)
                }
            }
        }
        guard function.layout.contains(where: { !isReached[$0] }) else { return false }
        function.layout.removeAll { !isReached[$0] }
        return true
    }
}
