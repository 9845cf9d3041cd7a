// The variables that code can name, place by place.

/// The locals in sight, by name.
struct Scopes {
    /// For each name the local that it means; −1 where it means none.
    private var locals: [Int32] = []
    /// What each declaration hid, so that it is in sight again when the scope ends.
    private var hidden: [(name: Name, local: Int32)] = []
    /// For each open scope but the outermost, how many declarations there were when it began.
    private var starts: [Int] = []

    /// Makes room for about so many names.
    mutating func reserve(_ names: Int) {
        locals = [Int32](repeating: -1, count: names)
        hidden.reserveCapacity(16)
    }

    func local(named name: Name) -> Int? {
        guard name.index < locals.count, locals[name.index] >= 0 else { return nil }
        return Int(locals[name.index])
    }

    /// In no order.
    var names: [Name] {
        locals.indices.filter { locals[$0] >= 0 }.map { Name(number: Int32(truncatingIfNeeded: $0)) }
    }

    mutating func open() { starts.append(hidden.count) }

    mutating func close() {
        if let start = starts.popLast() { show(from: start) }
    }

    /// Ends the outermost scope, too.
    mutating func closeAll() {
        starts.removeAll(keepingCapacity: true)
        show(from: 0)
    }

    private mutating func show(from start: Int) {
        while hidden.count > start {
            let (name, local) = hidden.removeLast()
            locals[name.index] = local
        }
    }

    mutating func declare(_ name: Name, as local: Int) {
        if name.index >= locals.count {
            locals += [Int32](repeating: -1, count: max(64, name.index + 1 + locals.count) - locals.count)
        }
        hidden.append((name, locals[name.index]))
        locals[name.index] = Int32(truncatingIfNeeded: local)
    }
}
