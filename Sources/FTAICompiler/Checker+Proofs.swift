// What comparisons with null and questions for a type prove of locals, and how long it holds.

import FTAI

/// What a check has shown of a local.
struct KnownLocal: Hashable {
    let local: Int
    /// What an `any` is; nil for an optional, which is then known not to be null.
    let type: IRType?
}

extension Checker {
    /// What an expression proves of locals, when it is true and when it is false.
    func proof(of node: ExpressionNode) -> (whenTrue: Set<KnownLocal>, whenFalse: Set<KnownLocal>) {
        switch parser.tree[node].kind {
        case .binary(.notEqual, let left, let right):
            (Set(nullCompared(left, right)), [])
        case .binary(.equal, let left, let right):
            ([], Set(nullCompared(left, right)))
        case .unary(.not, let operand):
            { ($0.whenFalse, $0.whenTrue) }(proof(of: operand))
        case .binary(.and, let left, let right):
            (proof(of: left).whenTrue.union(proof(of: right).whenTrue), [])
        case .binary(.or, let left, let right):
            ([], proof(of: left).whenFalse.union(proof(of: right).whenFalse))
        case .isType(let operand, let type):
            (Set(anyQuestioned(operand, parser.tree.type(type))), [])
        default:
            ([], [])
        }
    }

    /// The local that is compared with null, if the comparison is one of those.
    private func nullCompared(_ left: ExpressionNode, _ right: ExpressionNode) -> [KnownLocal] {
        let (left, right) = (parser.tree[left].kind, parser.tree[right].kind)
        let other: Expression.Kind
        switch (left, right) {
        case (_, .null): other = left
        case (.null, _): other = right
        default: return []
        }
        guard case .name(let name) = other, let local = scopes.local(named: name), let type = locals[local].type,
            parser.types.isOptional(type)
        else { return [] }
        return [KnownLocal(local: local, type: nil)]
    }

    /// The local that is asked whether it is of a type.
    private func anyQuestioned(_ operand: ExpressionNode, _ written: WrittenType) -> [KnownLocal] {
        guard let type = written.type, case .name(let name) = parser.tree[operand].kind,
            let local = scopes.local(named: name), locals[local].type == .any
        else { return [] }
        return [KnownLocal(local: local, type: type)]
    }

    /// Of what is proven, that which stays so throughout a range: a variable must not be assigned there.
    mutating func lasting(_ proven: Set<KnownLocal>, in range: SourceRange) -> Set<KnownLocal> {
        // Mostly nothing is proven.
        guard !proven.isEmpty else { return proven }
        return proven.filter { proof in
            let local = locals[proof.local]
            return !local.isVariable || !parser.tree.isAssigned(local.name, in: range)
        }
    }
}
