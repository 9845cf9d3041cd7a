// Breakpoints, watches and displays of a debugger's conversation.

import FTAI
import SerenaNetBytecode
import SerenaNetVM

extension DebugSession {
    // MARK: Breakpoints

    func addBreakpoint(_ argument: String) {
        let parts = argument.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true).map(String.init)
        guard let text = parts.first else { return write("where? break \(DebuggerCommand.break.arguments)\n") }
        guard parts.count == 1 || (parts.count == 3 && parts[1] == "if") else {
            return write("break \(DebuggerCommand.break.arguments)\n")
        }
        guard let place = place(text) else { return }
        let id = makeID()
        breakpoints.append(
            Breakpoint(id: id, place: place, text: text, condition: parts.count == 3 ? parts[2] : nil))
        debugger.setBreakpoint(place, id: id)
        write("breakpoint \(id) at \(spoken(place))\n")
    }

    /// The place that is asked for; nil when there is none, which has been said.
    private func place(_ text: String) -> Debugger.Place? {
        if let line = Int(text) {
            let lines = debugger.codeLines
            // Code of the next line is what somebody means who names a comment, an empty line or a head.
            guard let line = lines.first(where: { $0 >= line }) else {
                write("there is no code on line \(line) or behind it\n")
                return nil
            }
            return .line(line)
        }
        let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let tasks = debugger.bytecode.tasks
        guard let task = debugger.bytecode.task(named: parts[0]) else {
            let suggestion = Spelling.suggestion(for: parts[0], among: tasks.map(\.name))
            write(
                "there is no task \(TerminalText.printable(parts[0]))"
                    + (suggestion.map { "; did you mean \($0)?" } ?? "") + "\n")
            return nil
        }
        let function = debugger.bytecode.functions[task.function]
        // In front of the first line its inputs are put where they are looked at.
        let start = function.lines.firstIndex { $0 > 0 } ?? 0
        guard let position = parts.count == 1 ? start : Int(parts[1]), position >= 0, position < function.code.count
        else {
            write("\(task.name) has the instructions 0 to \(function.code.count - 1)\n")
            return nil
        }
        return .instruction(CodePosition(function: task.function, instruction: position))
    }

    private func spoken(_ place: Debugger.Place) -> String {
        switch place {
        case .line(let line): return "line \(line)"
        case .instruction(let position):
            let function = debugger.bytecode.functions[position.function]
            let line = function.line(at: position.instruction).map { ", line \($0)" } ?? ""
            return "\(function.name)+\(position.instruction)\(line)"
        }
    }

    func delete(_ argument: String) {
        if argument.isEmpty {
            for breakpoint in breakpoints { debugger.removeBreakpoint(id: breakpoint.id) }
            (breakpoints, watches) = ([], [])
            return
        }
        guard let id = Int(argument),
            breakpoints.contains(where: { $0.id == id }) || watches.contains(where: { $0.id == id })
        else { return write("there is no breakpoint and no watch \(TerminalText.printable(argument))\n") }
        debugger.removeBreakpoint(id: id)
        breakpoints.removeAll { $0.id == id }
        watches.removeAll { $0.id == id }
    }

    func showBreakpoints() {
        for breakpoint in breakpoints {
            let condition = breakpoint.condition.map { " if \($0)" } ?? ""
            let hits = breakpoint.hits == 0 ? "" : ", hit \(breakpoint.hits) time\(breakpoint.hits == 1 ? "" : "s")"
            write("  \(breakpoint.id): break \(spoken(breakpoint.place))\(condition)\(hits)\n")
        }
        for watch in watches { write("  \(watch.id): watch \(watch.expression), now \(Self.text(watch.value))\n") }
        for display in displays { write("  \(display.id): display \(display.expression)\n") }
        if breakpoints.isEmpty && watches.isEmpty && displays.isEmpty { write("there are none\n") }
    }

    // MARK: Watches and displays

    func addWatch(_ expression: String) {
        guard !expression.isEmpty else { return write("which expression?\n") }
        guard let frame, frameNumber == 0 else { return write("only the innermost call can be watched\n") }
        do throws(EvaluationError) {
            let value = try value(of: expression)
            let id = makeID()
            watches.append(
                Watch(
                    id: id, expression: expression, depth: debugger.depth, function: frame.position.function,
                    value: value))
            write("watch \(id): \(expression) = \(Self.text(value))\n")
        } catch {
            write("\(TerminalText.printable("\(error)"))\n")
        }
    }

    func addDisplay(_ expression: String) {
        guard !expression.isEmpty else { return write("which expression?\n") }
        let id = makeID()
        displays.append((id, expression))
        show(expression, id: id)
    }

    func removeDisplay(_ argument: String) {
        if argument.isEmpty {
            displays = []
        } else if let id = Int(argument), displays.contains(where: { $0.id == id }) {
            displays.removeAll { $0.id == id }
        } else {
            write("there is no display \(TerminalText.printable(argument))\n")
        }
    }
}
