// `ftai debug`: a task, step by step, for people at a terminal and for scripts.

import ArgumentParser
import FTAI
import FTAICompiler
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

struct DebugCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Run a task step by step, and look at its variables.",
        discussion: """
            EXAMPLES:
              ftai debug tip.ftai --input bill=63
              printf 'break 9\ncontinue\nlocals\n' | ftai debug tip.ftai --input bill=63

            Commands are read from standard input; help shows them. Ctrl-C stops a task that runs.
            """)

    @OptionGroup var options: TaskOptions
    @OptionGroup var include: IncludeOption

    @Option(
        name: [.customShort("O"), .customLong("optimization")],
        help: "How much to optimise. Other levels than none move and join code.")
    var level: OptimizationLevel = .none

    func run() async throws {
        try await perform { console in try await debugTask(options.request(level, root: include.root), console) }
    }
}

/// Debugs a task until its user ends it or standard input does.
func debugTask(_ request: TaskRequest, _ console: Console) async throws -> ToolExit {
    try SourceFile.requireFile(request.file, for: "debug")
    let prepared = try PreparedTask(request, console)
    let subject = try debugSubject(prepared, request, console)
    let outside = prepared.outside
    let output = DebugOutput(console)
    let isTerminal = isatty(FileHandle.standardInput.fileDescriptor) == 1
    let session: DebugSession
    do {
        session = try DebugSession(
            of: subject, clock: prepared.clock, useColor: Console.wantsColor(on: .standardOutput),
            host: { request in
                do throws(ToolFailure) {
                    return try await outside.answer(request)
                } catch {
                    output.failure = error
                    return .failed(reason: error.message)
                }
            }, write: output.write)
    } catch {
        throw prepared.failure(error)
    }
    let interrupts = InterruptSource(session.interruption)
    defer { interrupts.cancel() }
    await session.begin()
    while output.failure == nil {
        output.write(prompt)
        guard let line = readLine() else {
            output.write("\n")
            break
        }
        // A script's transcript shows what was asked.
        if !isTerminal { output.write(TerminalText.lines(line) + "\n") }
        guard await session.execute(line) else { break }
    }
    if let failure = output.failure { throw failure }
    try await outside.flush()
    return .fine
}

private let prompt = "(ftai) "

/// Compiles a document so that its variables can be found; a compiled program is taken as it is.
func debugSubject(_ prepared: PreparedTask, _ request: TaskRequest, _ console: Console) throws -> DebugSubject {
    let texts = sourceTexts(of: prepared.bytecode, prepared.document, console)
    var bytecode = prepared.bytecode
    var variables: [[ProgramVariable]] = []
    if let document = prepared.document {
        let program = try FTAICompiler().compileForInspection(document, level: request.level)
        (bytecode, variables) = (program.bytecode, program.variables)
    }
    let root = request.root
    do {
        return DebugSubject(
            program: try LoadedProgram(bytecode), variables: variables, sources: texts, task: prepared.task,
            inputs: prepared.inputs
        ) { source throws(CompilationError) in
            try FTAICompiler().compile(SourceFile.expanded(source, root: root), level: .basic).bytecode
        }
    } catch {
        throw prepared.failure(error)
    }
}

/// Takes what a session writes, up to the first failure.
private final class DebugOutput {
    var failure: ToolFailure?
    private let console: Console

    init(_ console: Console) {
        self.console = console
    }

    func write(_ text: String) {
        guard failure == nil else { return }
        do throws(ToolFailure) {
            try console.write(text)
        } catch {
            failure = error
        }
    }
}
