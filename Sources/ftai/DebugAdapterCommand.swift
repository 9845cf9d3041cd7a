// `ftai dap`: the debug adapter, for editors.

import ArgumentParser
import FTAI
import Foundation
import Instrumentation
import LanguageServer
import SerenaNetBytecode
import SerenaNetVM

struct DebugAdapterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dap", abstract: "Debug a task in an editor.",
        discussion: """
            Speaks the Debug Adapter Protocol over standard input and output; editors start it. What is debugged stands in the \
            editor's configuration: program, and where they are wanted task, inputs, answers, memory, root, level and stopOnEntry.

            EXAMPLES:
              ftai dap --root tasks
            """)

    @OptionGroup var include: IncludeOption

    func run() async throws {
        try await perform { console in try await debugInEditor(root: include.root, console) }
    }
}

/// Serves the editor at standard input and output until it leaves.
///
/// - Parameter root: the folder that included documents are kept to, where the editor names none.
func debugInEditor(root: String?, _ console: Console) async throws -> ToolExit {
    var failure: ToolFailure?
    let adapter = DebugAdapter(clock: RealtimeClock(), files: IncludedFilesOnDisk()) {
        launch throws(LaunchFailure) in
        try launched(launch, root: root)
    } send: { message in
        do throws(ToolFailure) { try console.write(message) } catch { failure = error }
    }
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let inbox = adapter.inbox
    // Reading waits, and the task must run meanwhile.
    Thread.detachNewThread {
        while let piece = EditorInput().next() {
            inbox.put(piece)
            arrival.yield()
        }
        inbox.close()
        arrival.finish()
    }
    for await _ in arrivals {
        do throws(FramingError) {
            try await adapter.work()
        } catch {
            throw ToolFailure(exit: .taskFailed, message: "\(error)")
        }
        if let failure { throw failure }
        if adapter.isOver { break }
    }
    return .fine
}

/// Finds and compiles what an editor wants debugged.
private func launched(_ launch: DebugLaunch, root: String?) throws(LaunchFailure) -> LaunchedTask {
    var notes = ""
    let console = Console { notes += $0 }
    let answers = launch.answers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.json)" }
    let request = TaskRequest(
        file: launch.program, task: launch.task, level: launch.level, root: launch.root ?? root,
        inputs: .values(launch.inputs), answers: answers, memory: launch.memory)
    do {
        try SourceFile.requireFile(request.file, for: "dap")
        let prepared = try PreparedTask(request, console)
        let outside = prepared.outside
        return LaunchedTask(subject: try debugSubject(prepared, request, console)) { request in
            do throws(ToolFailure) {
                return try await outside.answer(request)
            } catch {
                return .failed(reason: error.message)
            }
        } finish: {
            do throws(ToolFailure) {
                try await outside.flush()
                return nil
            } catch {
                return error.message
            }
        }
    } catch let failure as ToolFailure {
        let remedy = failure.remedy.map { "\ntry: \($0)" } ?? ""
        throw LaunchFailure("\(notes)\(failure.message)\(remedy)")
    } catch {
        throw LaunchFailure("\(error)")
    }
}
