// What each task does, including what the tasks that it calls do.

import FTAI
import SerenaNetBytecode

/// Joins the effects of tasks along their calls.
enum EffectAnalysis {
    /// The effects of each task: its own, and those of all that it calls, however far away.
    ///
    /// The least fixed point: effects only grow, so it is reached after at most as many rounds as there are tasks.
    static func closed(own: [EffectSet], calls: [[TaskCall]]) -> [EffectSet] {
        // Mostly what is called is pure, and then nothing spreads.
        guard calls.contains(where: { $0.contains { !own[$0.task].isEmpty } }) else { return own }
        var effects = own
        // Mostly two rounds do: tasks stand before those that they call, and seldom call each other in circles.
        for _ in 0..<4 {
            guard spread(&effects, calls) else { return effects }
        }
        // Whoever calls a task whose effects grew has to be looked at again.
        var callers = [[Int]](repeating: [], count: own.count)
        for (caller, calls) in calls.enumerated() {
            for call in calls { callers[call.task].append(caller) }
        }
        var pending = Array(own.indices)
        while let task = pending.popLast() {
            for caller in callers[task] where !effects[caller].isSuperset(of: effects[task]) {
                effects[caller].formUnion(effects[task])
                pending.append(caller)
            }
        }
        return effects
    }

    /// Gives each task the effects of those that it calls, from the last task to the first.
    ///
    /// - Returns: whether that made a difference.
    private static func spread(_ effects: inout [EffectSet], _ calls: [[TaskCall]]) -> Bool {
        var isChanged = false
        for caller in calls.indices.reversed() {
            var joined = effects[caller]
            for call in calls[caller] { joined.formUnion(effects[call.task]) }
            isChanged = isChanged || joined != effects[caller]
            effects[caller] = joined
        }
        return isChanged
    }

    /// Reports a task that does more than its head allows, with the first cause of each effect too many.
    static func check(
        _ head: TaskHead, effects: EffectSet, causes: [EffectCause], calls: [TaskCall], all: [EffectSet],
        heads: [TaskHead], problems: inout DiagnosticCollector
    ) {
        guard let bound = head.effectBound else { return }
        let excess = effects.subtracting(bound.effects)
        guard !excess.isEmpty else { return }
        let source = problems.source
        let notes = Self.causes(of: excess, own: causes, calls: calls, all: all, heads: heads).map { cause in
            Diagnostic.Note("\(cause.effect): \(cause.what)", line: source.line(at: cause.range.start))
        }
        problems.report(
            .effectExceeded, at: bound.range,
            "`\(head.name)` \(excess.names.joined(separator: ", ")), which its `effects` do not allow", notes: notes)
    }

    /// The first cause of each effect: something that the task does itself, or else a task that it calls.
    static func causes(
        of effects: EffectSet, own: [EffectCause], calls: [TaskCall], all: [EffectSet], heads: [TaskHead]
    ) -> [EffectCause] {
        EffectSet.named.filter { effects.contains($0.effect) }.compactMap { _, effect in
            if let cause = own.first(where: { $0.effect == effect }) { return cause }
            guard let call = calls.first(where: { all[$0.task].contains(effect) }) else { return nil }
            return EffectCause(effect: effect, range: call.range, what: "the call of `\(heads[call.task].name)`")
        }
    }
}
