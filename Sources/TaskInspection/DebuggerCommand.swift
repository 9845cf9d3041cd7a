// The commands of the debugger: their names, what they take, and what they are for.

/// What can be asked of a ``DebugSession``.
enum DebuggerCommand: String, CaseIterable, Sendable {
    case `break`, delete, breakpoints
    case `continue`, step, next, out, stepi, restart
    case locals, registers, print, display, undisplay, watch
    case backtrace, frame, list, disasm
    case help, quit

    /// What can be written in its place.
    var short: [String] {
        switch self {
        case .break: ["b"]
        case .delete: ["d"]
        case .breakpoints: ["info"]
        case .continue: ["c", "run", "r"]
        case .step: ["s"]
        case .next: ["n"]
        case .out: ["o", "finish"]
        case .stepi: ["si"]
        case .restart: []
        case .locals: []
        case .registers: ["regs"]
        case .print: ["p"]
        case .display: []
        case .undisplay: []
        case .watch: ["w"]
        case .backtrace: ["bt", "where"]
        case .frame: ["f"]
        case .list: ["l"]
        case .disasm: ["x"]
        case .help: ["h", "?"]
        case .quit: ["q", "exit"]
        }
    }

    /// What follows the name.
    var arguments: String {
        switch self {
        case .break: "LINE | TASK | TASK+N [if EXPRESSION]"
        case .delete: "[N]"
        case .print, .display, .watch: "EXPRESSION"
        case .undisplay: "[N]"
        case .frame: "N"
        case .list: "[LINE | TASK]"
        default: ""
        }
    }

    var meaning: String {
        switch self {
        case .break: "stop at a line, in front of a task, or at an instruction of it, when the expression is true"
        case .delete: "remove a breakpoint or a watch, or all of them"
        case .breakpoints: "show breakpoints, watches and displays"
        case .continue: "go on"
        case .step: "go on to the next line, also into a task that is called"
        case .next: "go on to the next line of this task"
        case .out: "go on until this task has returned"
        case .stepi: "execute one instruction"
        case .restart: "begin again, with the same breakpoints"
        case .locals: "show the variables in sight with types and values"
        case .registers: "show the registers of this call"
        case .print: "show the value of an expression over the variables in sight"
        case .display: "show the value of an expression at every stop"
        case .undisplay: "remove a display, or all of them"
        case .watch: "stop when the value of an expression over this call's variables has changed"
        case .backtrace: "show the open calls"
        case .frame: "look at another call of the backtrace"
        case .list: "show the source"
        case .disasm: "show the bytecode around the next instruction"
        case .help: "show this list"
        case .quit: "end"
        }
    }

    /// The command of a name, a short name, or the beginning of one name alone; else those that begin so.
    static func find(_ word: String) -> (command: DebuggerCommand?, candidates: [DebuggerCommand]) {
        if let exact = allCases.first(where: { $0.rawValue == word || $0.short.contains(word) }) { return (exact, []) }
        let candidates = allCases.filter { $0.rawValue.hasPrefix(word) }
        return candidates.count == 1 ? (candidates[0], []) : (nil, candidates)
    }

    /// All commands, a line for each.
    static var overview: String {
        let rows = allCases.map { command in
            let names = ([command.rawValue] + command.short).joined(separator: ", ")
            return ("\(names) \(command.arguments)", command.meaning)
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { usage, meaning in
            let gap = String(repeating: " ", count: width - usage.count + 2)
            return "  \(usage)\(gap)\(meaning)\n"
        }.joined() + "An empty line repeats the last step, next or stepi.\n"
    }
}
