// What stays in memory during talks, under each policy; and what compiling ahead is worth.

import BytecodeCache
import EvaluationInterface
import FTAI
import FTAICompiler
import SerenaNetBytecode

/// Replays a day of talks with room for a part of the tasks.
enum PolicyComparison {
    private static let shares = [0.2, 0.4, 0.6]
    /// How often the conversation of the endurance scenario is held.
    private static let conversations = 6

    static func measure(
        _ tasks: AssistantDocument, _ talks: [Talk], heldOut: Talk, into report: inout EvaluationReport
    ) throws {
        let day = talks.flatMap { talk in
            talk.name == "endurance"
                ? Array(repeating: talk.intents, count: conversations).flatMap(\.self) : talk.intents
        }
        _ = try compare(day, tasks, "Requests of \(talks.count) talks", into: &report)
        let ratio = try compare(
            heldOut.intents, tasks, "The same with requests that were not looked at before", into: &report)
        report.goals.append(
            EvaluationGoal(
                "work that misses cause, against least recently used, held out", goal: "< 100 %",
                measured: percent(ratio), isMet: ratio < 1))
    }

    /// - Returns: the work of the policy of the cache as a share of that of the yardstick.
    private static func compare(
        _ all: [String], _ tasks: AssistantDocument, _ title: String, into report: inout EvaluationReport
    ) throws -> Double {
        let requests = all.filter { tasks.requests[$0] != nil }
        let room = try footprint(of: tasks, Set(requests))
        var table = EvaluationTable(
            title: "\(title): \(requests.count), \(Set(requests).count) tasks",
            columns: ["room for", "policy", "hits", "hit rate", "compiled again, instructions"])
        var work: [EvictionPolicy: Int] = [:]
        for share in shares {
            for policy in EvictionPolicy.allCases {
                let result = try replay(requests, tasks, policy, limit: Int(Double(room) * share))
                work[policy, default: 0] += result.compiled
                table.rows.append([
                    percent(share), policy == .leastRecentlyUsed ? "least recently used" : "cost, size and frequency",
                    "\(result.hits)", percent(Double(result.hits) / Double(requests.count)), "\(result.compiled)",
                ])
            }
        }
        report.tables.append(table)
        return Double(work[.greedyDualSizeFrequency] ?? 0) / Double(max(1, work[.leastRecentlyUsed] ?? 0))
    }

    /// What all tasks take in memory together.
    private static func footprint(of tasks: AssistantDocument, _ names: Set<String>) throws -> Int {
        let cache = BytecodeCacheManager()
        for name in names.sorted() { if let request = tasks.requests[name] { _ = try cache.program(for: request) } }
        return cache.figures.memorySize
    }

    private static func replay(
        _ day: [String], _ tasks: AssistantDocument, _ policy: EvictionPolicy, limit: Int
    ) throws -> (hits: Int, compiled: Int) {
        var configuration = CacheConfiguration()
        configuration.memoryLimit = limit
        configuration.policy = policy
        let cache = BytecodeCacheManager(configuration)
        var compiled = 0
        for name in day {
            guard let request = tasks.requests[name] else { continue }
            let answer = try cache.program(for: request)
            if answer.origin == .compiler { compiled += answer.bytecode.instructions.count }
        }
        return (cache.figures.memoryHits, compiled)
    }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}

/// Replays talks with an empty cache each, and compiles the likely next tasks between two requests.
enum ForesightComparison {
    private static let ahead = [0, 1, 3]
    /// A request every so often, as the scenarios do not say when.
    private static let pace = Duration.seconds(10)

    static func measure(_ tasks: AssistantDocument, _ talks: [Talk], into report: inout EvaluationReport) throws {
        let known = talks.map { Talk(name: $0.name, intents: $0.intents.filter { tasks.requests[$0] != nil }) }
        var table = EvaluationTable(
            title: "Talks that begin with an empty cache: requests that need not wait for the compiler",
            columns: ["patterns of", "tasks ahead", "requests", "hit rate", "compiled ahead", "of these used"])
        for (learnt, isHeldOut) in [("the other talks", true), ("an earlier time of the same talk", false)] {
            for count in ahead where count > 0 || isHeldOut {
                var sum = CacheFigures()
                for (index, talk) in known.enumerated() {
                    let history = isHeldOut ? known.enumerated().filter { $0.offset != index }.map(\.element) : [talk]
                    let figures = try replay(talk, after: history, ahead: count, tasks)
                    sum.memoryHits += figures.memoryHits
                    sum.misses += figures.misses
                    sum.compiledAhead += figures.compiledAhead
                    sum.aheadUsed += figures.aheadUsed
                }
                table.rows.append([
                    count == 0 ? "–" : learnt, "\(count)", "\(sum.requests)",
                    PolicyComparison.percent(sum.hitRate ?? 0), "\(sum.compiledAhead)", "\(sum.aheadUsed)",
                ])
            }
        }
        report.tables.append(table)
    }

    private static func replay(
        _ talk: Talk, after history: [Talk], ahead: Int, _ tasks: AssistantDocument
    ) throws -> CacheFigures {
        let cache = BytecodeCacheManager()
        for (name, request) in tasks.requests { cache.register(request, as: name) }
        for past in history { note(past, in: cache) }
        cache.beginTalk(talk.name)
        for (index, name) in talk.intents.enumerated() {
            if ahead > 0 { cache.precompileCommonOperations(atMost: ahead) }
            guard let request = tasks.requests[name] else { continue }
            _ = try cache.program(for: request)
            cache.noteUse(of: name, elapsed: pace * index)
        }
        return cache.figures
    }

    private static func note(_ talk: Talk, in cache: BytecodeCacheManager) {
        cache.beginTalk(talk.name)
        for (index, name) in talk.intents.enumerated() { cache.noteUse(of: name, elapsed: pace * index) }
    }
}
