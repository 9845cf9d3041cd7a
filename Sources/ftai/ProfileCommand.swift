// `ftai profile`: runs a task and shows what it spends its instructions on.

import ArgumentParser
import FTAI
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Run a task and show which lines it spends its instructions on.",
        discussion: """
            EXAMPLES:
              ftai profile tip.ftai --input bill=63
              ftai profile tip.ftai --input bill=63 --output build/profile
              ftai profile tip.ftai --input bill=63 -O performance --lines 5

            The folder gets flame.svg, to be opened in a browser, and profile.json, which the compiler reads.
            """)

    @OptionGroup var options: TaskOptions
    @OptionGroup var include: IncludeOption

    @Option(
        name: [.customShort("O"), .customLong("optimization")],
        help:
            "How much to optimise. Other levels than none move and join code, and the compiler reads profiles of none.")
    var level: OptimizationLevel = .none

    @Option(
        help: ArgumentHelp(
            "A folder for the flame graph and the profile; it is made where it is missing.", valueName: "folder"))
    var output: String?

    @Option(help: "How many lines of the source are shown.")
    var lines: Int = 20

    @Option(help: "How long the task may compute, in milliseconds.")
    var budgetMs: Int = 60_000

    func validate() throws {
        guard budgetMs > 0 else { throw ValidationError("--budget-ms must be more than 0, not \(budgetMs)") }
        guard lines > 0 else { throw ValidationError("--lines must be more than 0, not \(lines)") }
    }

    func run() async throws {
        let request = ProfileRequest(
            task: options.request(level, root: include.root), folder: output, lines: lines,
            budget: .milliseconds(budgetMs))
        try await perform { console in try await profileTask(request, console) }
    }
}

/// What is to be run, and what is to be made of it.
struct ProfileRequest {
    let task: TaskRequest
    let folder: String?
    let lines: Int
    let budget: Duration
}

/// Runs a task, and shows and writes its profile, also when it fails.
func profileTask(_ request: ProfileRequest, _ console: Console) async throws -> ToolExit {
    let prepared = try PreparedTask(request.task, console)
    let (bytecode, task) = (prepared.bytecode, prepared.task)
    let profiler: Profiler
    do {
        let requirements = PerformanceRequirements(maxExecutionTime: request.budget, maxInstructions: .max)
        profiler = try Profiler(
            of: task.name, in: LoadedProgram(bytecode), inputs: prepared.inputs, requirements: requirements,
            clock: prepared.clock)
    } catch {
        throw prepared.failure(error)
    }
    let step = try await prepared.run { profiler.advance(with: $0) }
    let sources = sourceTexts(of: bytecode, prepared.document, console)
    let profile = profiler.profile
    try console.write(
        "\n\(bytecode.metadata.sourceFile): \(ProfileTable(of: profile, sources: sources).text(limit: request.lines))")
    if let folder = request.folder {
        let title = "\(bytecode.metadata.sourceFile), task \(task.name), level \(bytecode.optimizationLevel.rawValue)"
        let graph = FlameGraph(
            of: profiler.callTree, title: title, mainFile: bytecode.metadata.sourceFile, sources: sources)
        try writeProfile(profile, graph, to: folder, console)
    }
    return try show(step, of: profiler.execution, console)
}

private func writeProfile(
    _ profile: ExecutionProfile, _ graph: FlameGraph, to folder: String, _ console: Console
) throws(ToolFailure) {
    do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
        throw ToolFailure(
            exit: .outputFailed, message: "the folder \(folder) cannot be made: \(error.localizedDescription)",
            remedy: "name another with --output")
    }
    let folder = URL(filePath: folder, directoryHint: .isDirectory).relativePath
    for (name, text) in [("flame.svg", graph.svg), ("profile.json", profile.json)] {
        try SourceFile.write(Array(text.utf8), to: "\(folder)/\(name)")
        try console.write("\n\(folder)/\(name)")
    }
    try console.write("\n")
}
