// Checks calls of the standard library.

import FTAI
import SerenaNetBytecode

/// A function of the standard library with the types that a call settles.
private struct Candidate {
    let builtin: Builtin
    let parameters: [IRType]
    let result: IRType
}

extension Checker {
    mutating func checkFunction(_ function: StandardFunction, _ call: Call, at range: SourceRange) -> TypedValue? {
        switch function {
        case .count: return checkCount(call, at: range)
        case .float: return checkFloat(call)
        case .now:
            guard call.arguments.isEmpty else {
                checkArguments(call.arguments)
                report(.argumentsUnfit, at: call.nameRange, "`now` takes no arguments")
                return nil
            }
            note(.reads, at: range, "`now`")
            return made(.now, .int, line(of: range))
        case .append:
            checkArguments(call.arguments)
            report(.noResult, at: range, "`append` gives no result")
            return nil
        case .builtin(let overloads): return checkBuiltin(call, overloads, at: range)
        }
    }

    private mutating func checkCount(_ call: Call, at range: SourceRange) -> TypedValue? {
        guard call.arguments.count == 1, parser.tree.firstLabel(call.arguments) == nil else {
            checkArguments(call.arguments)
            report(.argumentsUnfit, at: call.nameRange, "`count` takes a list or a map")
            return nil
        }
        let argument = parser.tree.expression(at: call.arguments.indices.lowerBound)
        guard let value = check(argument, expecting: nil) else { return nil }
        if parser.types.mapElement(value.type) != nil {
            let builtin: Builtin = parser.types.hasIntKeys(value.type) ? .intMapCount : .mapCount
            return made(.builtin(builtin, list(value)), .int, line(of: range))
        }
        guard parser.types.listElement(value.type) != nil else {
            let help = value.type == .string ? "Use `length` for a text." : nil
            let given = parser.types.spoken(value.type)
            report(
                .argumentsUnfit, at: self.range(of: argument), "`count` takes a list or a map, not \(given)",
                help: help)
            return nil
        }
        return made(.count(value.node), .int, line(of: range))
    }

    private mutating func checkFloat(_ call: Call) -> TypedValue? {
        guard call.arguments.count == 1, parser.tree.firstLabel(call.arguments) == nil else {
            checkArguments(call.arguments)
            report(.argumentsUnfit, at: call.nameRange, "`float` takes an int")
            return nil
        }
        let argument = parser.tree.expression(at: call.arguments.indices.lowerBound)
        return converted(argument, to: .float, code: .argumentsUnfit)
    }

    /// Chooses among the functions of a name: one that takes the types as they are, else one that takes them as floats.
    private mutating func checkBuiltin(_ call: Call, _ overloads: [Builtin], at range: SourceRange) -> TypedValue? {
        if let label = parser.tree.firstLabel(call.arguments) {
            checkArguments(call.arguments)
            report(.argumentsUnfit, at: label, "functions of the standard library take arguments without names")
            return nil
        }
        let count = call.arguments.count
        if let only = Self.only(of: overloads, taking: count) { return checkOnly(only, call, overloads, at: range) }
        let fitting = overloads.filter { $0.signature.parameters.count == count }
        let mark = open.count
        defer { drop(from: mark) }
        var candidates = candidates(fitting, for: nil)
        for (index, position) in call.arguments.indices.enumerated() {
            let isSettled = candidates.count == 1 && open.count - mark == index
            let expected = isSettled ? candidates[0].parameters[index] : nil
            guard let value = check(parser.tree.expression(at: position), expecting: expected) else { continue }
            if open.count == mark { narrow(&candidates, of: fitting, to: value.type) }
            open.append(value.node.index)
        }
        guard open.count - mark == count else { return nil }
        guard let chosen = chosen(among: candidates, from: mark) else {
            reportOverloads(call, overloads, from: mark)
            return nil
        }
        for (index, type) in chosen.parameters.enumerated() {
            let node = TypedNode(index: open[mark + index])
            let value = widened(TypedValue(node: node, type: typed[node].type), to: type)
            if let value { open[mark + index] = value.node.index }
        }
        let arguments = typed.addList(of: open, from: mark)
        return made(.builtin(chosen.builtin, arguments), chosen.result, line(of: range))
    }

    /// The function that takes so many arguments, where there is one alone and its types are settled.
    private static func only(of overloads: [Builtin], taking count: Int) -> Builtin? {
        var only: Builtin?
        for builtin in overloads where builtin.signature.parameters.count == count {
            if only != nil || builtin.isGeneric { return nil }
            only = builtin
        }
        return only
    }

    /// Checks a call for which there is one function alone, whose types are settled: mostly it is so.
    private mutating func checkOnly(
        _ builtin: Builtin, _ call: Call, _ overloads: [Builtin], at range: SourceRange
    ) -> TypedValue? {
        let signature = builtin.signature
        // All of them get their numbers before the arguments are looked at.
        for type in signature.parameters { _ = parser.types.number(of: type) }
        let result = parser.types.number(of: signature.result)
        let mark = open.count
        defer { drop(from: mark) }
        var isOffered = true
        for (index, position) in call.arguments.indices.enumerated() {
            var expected: IRType?
            // Where the first argument does not fit, nothing is expected of the others.
            if isOffered, open.count == mark + index {
                expected = parser.types.number(of: signature.parameters[index])
            }
            guard let value = check(parser.tree.expression(at: position), expecting: expected) else { continue }
            if open.count == mark {
                let first = parser.types.number(of: signature.parameters[0])
                isOffered = canWiden(value.type, to: first)
            }
            open.append(value.node.index)
        }
        guard open.count == mark + call.arguments.count else { return nil }
        for index in signature.parameters.indices {
            let type = parser.types.number(of: signature.parameters[index])
            let given = typed[TypedNode(index: open[mark + index])].type
            guard canWiden(given, to: type) else {
                reportOverloads(call, overloads, from: mark)
                return nil
            }
        }
        for index in signature.parameters.indices {
            let type = parser.types.number(of: signature.parameters[index])
            let node = TypedNode(index: open[mark + index])
            let value = widened(TypedValue(node: node, type: typed[node].type), to: type)
            if let value { open[mark + index] = value.node.index }
        }
        return made(.builtin(builtin, typed.addList(of: open, from: mark)), result, line(of: range))
    }

    /// - Parameter mark: from where on the arguments have been put down.
    private func chosen(among candidates: [Candidate], from mark: Int) -> Candidate? {
        func fits(_ candidate: Candidate, _ isFit: (IRType, IRType) -> Bool) -> Bool {
            for (index, type) in candidate.parameters.enumerated() {
                guard isFit(typed[TypedNode(index: open[mark + index])].type, type) else { return false }
            }
            return true
        }
        return candidates.first { fits($0, ==) } ?? candidates.first { fits($0) { canWiden($0, to: $1) } }
    }

    /// Leaves the candidates that a first argument fits.
    private mutating func narrow(_ candidates: inout [Candidate], of overloads: [Builtin], to first: IRType) {
        if candidates.count < overloads.count {
            // The first argument settles what some of them are.
            candidates = self.candidates(overloads, for: first)
        } else {
            for index in candidates.indices.reversed() where !canWiden(first, to: candidates[index].parameters[0]) {
                candidates.remove(at: index)
            }
        }
    }

    /// The overloads that a first argument leaves, with their types settled; before it is known, those that need none.
    private mutating func candidates(_ overloads: [Builtin], for first: IRType?) -> [Candidate] {
        var candidates: [Candidate] = []
        for builtin in overloads {
            if first == nil, builtin.isGeneric { continue }
            var signature = builtin.signature
            if builtin.isGeneric, let first {
                guard let settled = builtin.signature(for: parser.types[first]) else { continue }
                signature = settled
            }
            let parameters = signature.parameters.map { parser.types.number(of: $0) }
            if let first {
                guard let wanted = parameters.first, canWiden(first, to: wanted) else { continue }
            }
            let result = parser.types.number(of: signature.result)
            candidates.append(Candidate(builtin: builtin, parameters: parameters, result: result))
        }
        return candidates
    }

    private mutating func reportOverloads(_ call: Call, _ overloads: [Builtin], from mark: Int) {
        let types = open[mark...].map { typed[TypedNode(index: $0)].type }
        let name = parser.spelling(of: call.name)
        func place(_ index: Int) -> SourceRange {
            range(of: parser.tree.expression(at: call.arguments.indices.lowerBound + index))
        }
        if let index = types.firstIndex(of: .any) {
            reportAny(place(index), "`\(name)` needs a value of a known type")
            return
        }
        if let index = types.firstIndex(where: { parser.types.isOptional($0) }) {
            report(.nullNotChecked, at: place(index), "`\(name)` needs a value, but this may be null")
            return
        }
        let forms = overloads.map { "`\(StandardFunction.form(of: $0))`" }.joined(separator: " or ")
        let given = types.map { parser.types[$0].description }.joined(separator: ", ")
        report(.argumentsUnfit, at: call.nameRange, "there is \(forms), but not `\(name)(\(given))`")
    }
}
