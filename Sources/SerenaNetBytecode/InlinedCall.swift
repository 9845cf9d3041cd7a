// The source map of calls whose callee stands in the place of the call.

/// A task whose code was put into the code of its caller.
public struct InlinedCall: Hashable, Sendable {
    /// The task that was called.
    public var name: String
    /// The inlined call around this one: an index into ``BytecodeFunction/inlined`` plus one; 0 for the function itself.
    public var parent: UInt16

    public init(name: String, parent: UInt16) {
        self.name = name
        self.parent = parent
    }
}

extension BytecodeFunction {
    /// The tasks on the way to the instruction at `index`, as far as they are in this function: the innermost first, the
    /// function last.
    public func tasks(at index: Int) -> [String] {
        var tasks: [String] = []
        var scope = scopes.indices.contains(index) ? Int(scopes[index]) : 0
        // An inlined call stands behind the one around it, which the verifier has seen.
        while scope > 0, inlined.indices.contains(scope - 1), tasks.count <= inlined.count {
            tasks.append(inlined[scope - 1].name)
            scope = Int(inlined[scope - 1].parent)
        }
        return tasks + [name]
    }

    /// Whether every instruction names an inlined call that exists, and every inlined call one before it.
    var hasValidScopes: Bool {
        (scopes.isEmpty && inlined.isEmpty || scopes.count == lines.count)
            && scopes.allSatisfy { Int($0) <= inlined.count }
            && inlined.enumerated().allSatisfy { Int($1.parent) <= $0 }
    }
}
