// A task that is run to its end, or left in a file where it asks for what is not there.

import Foundation
import SerenaNetBytecode
import SerenaNetVM

/// An execution with all that it finds around it.
struct SuspendableRun {
    let execution: Execution
    let outside: TaskOutside
    /// The document or the compiled program.
    let file: String
    let manner: RunOptions

    /// Goes on until the task ends or is left, and waits until everything is remembered.
    func finish(_ console: Console) async throws(ToolFailure) -> ToolExit {
        var step = execution.pendingRequest.map(Execution.Step.suspended) ?? execution.advance()
        while case .suspended(let request) = step {
            if let path = manner.suspendTo, let missing = outside.lacks(request).first {
                try leave(at: missing, path, console)
                break
            }
            step = execution.advance(with: try await outside.answer(request))
        }
        try await outside.flush()
        if manner.stats { showFigures(console) }
        if case .suspended = step { return .fine }
        return try show(step, of: execution.task, failure: execution.failure, console)
    }

    private func leave(at name: String, _ path: String, _ console: Console) throws(ToolFailure) {
        do {
            try SourceFile.write(execution.snapshot().bytes, to: path)
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure(exit: .outputFailed, message: "\(path): \(error)")
        }
        let location = execution.location
        let place = location.line.map { "\(location.file):\($0)" } ?? location.file
        console.note(
            "\(place): the task waits for `\(name)`\n  try: ftai resume \(path) \(file) --answer \(name)=JSON\n")
    }

    private func showFigures(_ console: Console) {
        let time = execution.executionTime / .milliseconds(1)
        let microseconds = (time * 1_000).rounded() / 1_000
        console.note(
            "\(execution.instructionsExecuted) instructions, \(microseconds) ms, \(execution.peakMemoryUsage) bytes of memory\n"
        )
    }
}
