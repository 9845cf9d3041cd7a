// What a debugger's conversation shows: places, values, calls, source and code.

import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM

extension DebugSession {
    private static let linesAround = 5
    private static let instructionsAround = 6
    /// Calls of a backtrace that are shown at its beginning and at its end.
    private static let framesShown = (first: 20, last: 5)

    // MARK: Where the program is

    func showPlace(byInstruction: Bool) {
        guard let frame else { return }
        write("\(strong(place(of: frame)))\n")
        if byInstruction {
            write(code(of: frame.position.function, around: frame.position.instruction, by: 0))
        } else if let line = frame.line {
            write(text(ofLine: line, in: frame.file, current: line))
        }
        for display in displays { show(display.expression, id: display.id) }
    }

    func showEnd(_ step: Execution.Step) {
        switch step {
        case .finished(let value):
            let name = subject.task.outputName ?? "result"
            let result = value.map { "; \(name) = \($0.listing(as: subject.resultType))" } ?? ""
            write(strong("the task has ended\(result)") + "\n")
        case .failed(let error):
            write(strong("the task has failed: \(TerminalText.printable("\(error)"))") + "\n")
            guard let frame else { return }
            if let line = frame.line { write(text(ofLine: line, in: frame.file, current: line)) }
            write("its calls and variables can still be looked at\n")
        case .suspended: break
        }
    }

    private func place(of frame: DebugFrame) -> String {
        "\(frame.task) at \(frame.line.map { "\(frame.file):\($0)" } ?? frame.file)"
    }

    func showBacktrace() {
        let frames = debugger.frames
        if frames.isEmpty { write("no call is open\n") }
        let (first, last) = Self.framesShown
        for (number, frame) in frames.enumerated() {
            if frames.count > first + last + 1, number >= first, number < frames.count - last {
                if number == first { write("   … \(frames.count - first - last) more …\n") }
                continue
            }
            let mark = number == frameNumber ? "→" : " "
            write("\(mark) #\(number) \(place(of: frame))\(frame.isInlined ? ", inlined" : "")\n")
        }
    }

    func choose(frame argument: String) {
        guard let number = Int(argument), debugger.frames.indices.contains(number) else {
            write("there is no such call; backtrace shows them\n")
            return
        }
        frameNumber = number
        showPlace(byInstruction: false)
    }

    // MARK: Values

    func showLocals() {
        guard frame != nil else { return write("no call is open\n") }
        let variables = self.variables
        if variables.isEmpty { write("no variable is in sight\n") }
        for variable in variables {
            write("  \(variable.name): \(variable.type) = \(Self.text(variable.value, as: variable.type))\n")
        }
    }

    func showRegisters() {
        guard let frame else { return write("no call is open\n") }
        let function = debugger.bytecode.functions[frame.position.function]
        let names =
            subject.variables.indices.contains(frame.position.function)
            ? subject.variables[frame.position.function] : []
        for (register, type) in function.registers.enumerated() {
            let name = names.filter { $0.register == register }.map { "  (\($0.name))" }.first ?? ""
            let value = Self.text(debugger.value(ofRegister: register, in: frame), as: type)
            write("  r\(register): \(type) = \(value)\(name)\n")
        }
        if function.registers.isEmpty { write("it has no registers\n") }
    }

    /// Shows the value of an expression, or why it has none.
    func show(_ expression: String, id: Int? = nil) {
        guard !expression.isEmpty else { return write("which expression?\n") }
        let label = id.map { "  \($0): \(expression) = " } ?? ""
        do throws(EvaluationError) {
            write("\(label)\(Self.text(try value(of: expression)))\n")
        } catch {
            write("\(label)\(label.isEmpty ? "" : "? ")\(TerminalText.printable("\(error)"))\n")
        }
    }

    // MARK: Source and code

    /// The file of the call that is looked at, or of the task that is named.
    func list(_ argument: String) {
        let file =
            debugger.bytecode.task(named: argument).map { debugger.bytecode.file(ofTask: $0.name) }
            ?? frame?.file ?? debugger.bytecode.metadata.sourceFile
        guard let lines = sourceLines[file], !lines.isEmpty else { return write("the source cannot be had\n") }
        let current = frame?.file == file ? frame?.line : nil
        let asked = Int(argument) ?? firstLine(ofTask: argument)
        guard argument.isEmpty || asked != nil else { return write("there is no line and no task \(argument)\n") }
        let middle = max(1, min(asked ?? current ?? 1, lines.count))
        let first = max(1, middle - Self.linesAround)
        for line in first...min(lines.count, first + 2 * Self.linesAround) {
            write(text(ofLine: line, in: file, current: current))
        }
    }

    func firstLine(ofTask name: String) -> Int? {
        guard let task = debugger.bytecode.task(named: name) else { return nil }
        let lines = debugger.bytecode.functions[task.function].lines
        return lines.first { $0 > 0 }.map(Int.init)
    }

    private func text(ofLine line: Int, in file: String, current: Int?) -> String {
        guard let lines = sourceLines[file], lines.indices.contains(line - 1) else { return "" }
        let isMain = file == debugger.bytecode.metadata.sourceFile
        let hasBreakpoint = isMain && breakpoints.contains { $0.place == .line(line) }
        let number = String(repeating: " ", count: max(0, 4 - "\(line)".count)) + "\(line)"
        let text =
            "\(hasBreakpoint ? "●" : " ")\(line == current ? "→" : " ")\(number)  "
            + TerminalText.printable(lines[line - 1])
        return (line == current ? strong(text) : text) + "\n"
    }

    func showCode() {
        guard let frame else { return write("no call is open\n") }
        write(code(of: frame.position.function, around: frame.position.instruction, by: Self.instructionsAround))
    }

    /// The instructions of a function around one of them, which is marked.
    private func code(of function: Int, around instruction: Int, by count: Int) -> String {
        let lines = Disassembly(of: debugger.bytecode).instructions(ofFunction: function)
        let first = max(0, instruction - count)
        return lines.enumerated().dropFirst(first).prefix(instruction + count + 1 - first).map { position, line in
            let text = "\(position == instruction ? " →" : "  ")\(TerminalText.printable(line))"
            return (position == instruction ? strong(text) : text) + "\n"
        }.joined()
    }

    func strong(_ text: String) -> String {
        useColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }
}
