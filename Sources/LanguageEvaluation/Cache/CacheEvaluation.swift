// What the cache of bytecode is worth: time of a hit, and what stays in it during talks.

import BytecodeCache
import EvaluationInterface
import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode

/// Times hits in memory and on the disk beside the compiler, and replays talks under each policy.
public struct CacheEvaluation: Evaluation {
    public let name = "cache"
    public let summary = "time of a hit in memory and on the disk, policies and precompilation over talks"

    public init() {}

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "The bytecode cache")
        let tasks = try AssistantDocument(home: context.home)
        context.progress("hits", 0)
        try HitTimes.measure(
            documents: [
                ("journey", BenchmarkProgram.journey.source), ("bill", BenchmarkProgram.bill.source),
                ("the assistant's tasks", tasks.source),
            ], rounds: context.isQuick ? 300 : 5_000, into: &report)
        context.progress("talks", 0.8)
        let talks = try Talk.all(in: context.home)
        try PolicyComparison.measure(tasks, talks, heldOut: Talk.heldOut(in: context.home), into: &report)
        try ForesightComparison.measure(tasks, talks, into: &report)
        report.notes += [
            "a hit in memory is timed with the monotonic clock, the reading of which (about 30 ns) is inside; a hit on the disk in CPU time of the thread, as the file is in the system's own cache after the first time",
            "a hit on the disk is everything up to the program: looked up, seal and hashes compared, decoded, verified",
            "journey is the one task of 50 lines that the goals speak of; bill has five tasks in 88 lines",
            "memory, disk and compiler take turns, so that whatever else the machine does falls on all of them",
            "talks: the requests of the scenarios in their order, as intents; each task is a document of its own, with the tasks that it calls",
            "policies and precompilation are counted, not timed: the figures are the same on every machine",
        ]
        return report
    }
}

/// The tasks that come with the assistant, each as a document of its own.
struct AssistantDocument {
    let source: FTAISource
    /// By the name of the task.
    let requests: [String: CompilationRequest]

    private static let path = "Sources/SerenaEngine/Resources/assistant.ftai"

    /// - Throws: ``EvaluationError`` when the document is not there.
    init(home: URL) throws {
        let url = home.appending(path: Self.path)
        guard let bytes = try? Data(contentsOf: url) else {
            throw EvaluationError(
                "\(url.path(percentEncoded: false)) cannot be read",
                remedy: "set SERENA_HOME to the folder of the project")
        }
        source = FTAISource(file: "assistant.ftai", bytes: [UInt8](bytes))
        let parts = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n@task ").dropFirst()
        var tasks: [String: String] = [:]
        for part in parts {
            guard let name = part.split(whereSeparator: \.isWhitespace).first else { continue }
            tasks[String(name)] = "@task \(part)\n"
        }
        var requests: [String: CompilationRequest] = [:]
        for name in tasks.keys.sorted() {
            let text = "@ftai v2.0 lang:en\n\n" + Self.callees(of: name, in: tasks).compactMap { tasks[$0] }.joined()
            requests[name] = CompilationRequest(FTAISource(file: "\(name).ftai", text: text))
        }
        self.requests = requests
    }

    /// A task and all that it calls, each once.
    private static func callees(of name: String, in tasks: [String: String]) -> [String] {
        var found = [name]
        var next = 0
        while next < found.count {
            let text = tasks[found[next]] ?? ""
            found += tasks.keys.sorted().filter { !found.contains($0) && text.contains("\($0)(") }
            next += 1
        }
        return found
    }
}
