// The progress of a run, line by line.

import Synchronization

/// Shows one line for each step that is over, and which one goes on.
final class RunProgress: Sendable {
    private let terminal: Terminal
    private let title: String
    private let steps: [String]
    private let hasEncore: Bool
    private let done = Mutex(0)

    /// - Parameter hasEncore: whether faults are planted behind the last step.
    init(terminal: Terminal, title: String, steps: [String], hasEncore: Bool = false) {
        self.hasEncore = hasEncore
        self.terminal = terminal
        self.title = title
        self.steps = steps
    }

    func begin() {
        terminal.status("  \(title)  starting the assistant …")
    }

    func stepEnded(_ turn: TurnResult) {
        let next = done.withLock { done in
            done += 1
            return done
        }
        terminal.note(line(for: turn))
        if next < steps.count {
            terminal.status("  \(title)  \(steps[next]) …")
        } else if hasEncore {
            terminal.status("  \(title)  once more, with planted faults …")
        }
    }

    private func line(for turn: TurnResult) -> String {
        let mark =
            turn.passed
            ? terminal.coloured("✓", .green) : terminal.coloured("✗", turn.isFailure ? .red : .yellow)
        let latency: String =
            switch (turn.latencyNs, turn.answerExpected) {
            case (let latency?, _): Figures.milliseconds(latency)
            case (nil, true): "no answer"
            case (nil, false): "silent"
            }
        let width = steps.map(\.count).max() ?? 0
        let name = turn.step + String(repeating: " ", count: max(0, width - turn.step.count))
        let padded = String(repeating: " ", count: max(0, 9 - latency.count)) + latency
        let failures = turn.failures.isEmpty ? "" : "  " + Terminal.plain(turn.failures.joined(separator: "; "))
        return "  \(terminal.coloured(title, .dim))  \(mark) \(name)  \(padded)\(failures)"
    }
}
