// A task that is run to its end, or left in a file where it asks for what is not there.

import Foundation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

/// An execution with all that it finds around it.
struct SuspendableRun {
    let execution: Execution
    let outside: TaskOutside
    /// The document or the compiled program.
    let file: String
    let manner: RunOptions

    /// Goes on until the task ends or is left, and waits until everything is remembered.
    func finish(_ console: Console) async throws(ToolFailure) -> ToolExit {
        try SourceFile.refuse(manner.suspendTo, over: file, remedy: "name another file with --suspend-to")
        var step = execution.pendingRequest.map(Execution.Step.suspended) ?? execution.advance()
        while case .suspended(let request) = step {
            let missing = outside.lacks(request)
            if let path = manner.suspendTo, !missing.isEmpty {
                try leave(at: missing, path, console)
                break
            }
            step = execution.advance(with: try await outside.answer(request))
        }
        try await outside.flush()
        if manner.stats { showFigures(console) }
        if case .suspended = step { return .fine }
        return try show(step, of: execution, console)
    }

    /// - Parameter names: the tools and agents that the task waits for.
    private func leave(at names: [String], _ path: String, _ console: Console) throws(ToolFailure) {
        do {
            try SourceFile.write(execution.snapshot().bytes, to: path)
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure(exit: .outputFailed, message: "\(path): \(error)")
        }
        let location = execution.location
        let place = location.line.map { "\(location.file):\($0)" } ?? location.file
        let distinct = names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
        let waited = distinct.map { "`\($0)`" }.joined(separator: ", ")
        let answers = distinct.map { "--answer \($0)=JSON" }.joined(separator: " ")
        console.note(
            TerminalText.lines(
                "\(place): the task waits for \(waited)\n  try: ftai resume \(path) \(file) \(answers)\n"))
    }

    private func showFigures(_ console: Console) {
        let time = execution.executionTime / .milliseconds(1)
        let microseconds = (time * 1_000).rounded() / 1_000
        console.note(
            "\(execution.instructionsExecuted) instructions, \(microseconds) ms, \(execution.peakMemoryUsage) bytes of memory\n"
        )
    }
}
