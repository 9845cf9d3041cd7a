// The listing of one function.

/// A function as lines of text: its interface, its registers, and its numbered instructions with labels.
struct FunctionListing {
    let program: FTAIBytecode
    let function: BytecodeFunction
    let index: Int
    /// The lines of the files that can be shown, by file.
    let sources: [String: [Substring]]

    var lines: [String] {
        let labels = self.labels
        var lines = [
            "function \(index): \(interface)", "  effects    \(function.effects)", "  registers  \(registers)",
        ]
        if let file = function.file { lines.append("  file       \(file)") }
        lines += function.handlers.map { handler in
            let range = "\(handler.range.lowerBound)–\(handler.range.upperBound - 1)"
            let registers = [("message", handler.message), ("kind", handler.kind)]
                .filter { $0.1 != VMInstruction.noRegister }.map { ", \($0.0) in \(name(of: $0.1))" }.joined()
            return "  catches    \(range) → \(labels[handler.target] ?? "\(handler.target)")\(registers)"
        }
        var shownLine = 0
        for (position, instruction) in program.instructions(of: function).enumerated() {
            let line = function.line(at: position) ?? 0
            let source = sources[file(at: position)]
            if let source, line != shownLine, source.indices.contains(line - 1) {
                lines.append("  ; \(line): \(source[line - 1].drop { $0.isWhitespace })")
            }
            if let label = labels[position] { lines.append("\(label):") }
            let place = line == 0 || source != nil ? "" : line == shownLine ? "·" : "\(line)"
            lines.append(listing(of: instruction, at: position, place: place, labels: labels))
            shownLine = line
        }
        return lines
    }

    /// Each instruction on a line of its own, with the place of the instruction that it jumps to.
    var instructions: [String] {
        program.instructions(of: function).enumerated().map { position, instruction in
            listing(
                of: instruction, at: position, place: function.line(at: position).map { "\($0)" } ?? "", labels: [:])
        }
    }

    /// The file of the line of an instruction: that of the task that it was inlined from, where it was.
    private func file(at position: Int) -> String {
        let task = function.tasks(at: position).first
        return task == function.name || task == nil
            ? function.file ?? program.metadata.sourceFile : program.file(ofTask: task ?? function.name)
    }

    private var interface: String {
        let parameters = function.registers.prefix(max(0, function.parameterCount)).enumerated().map {
            "r\($0):\($1)"
        }
        let result = function.result.map { " → \($0)" } ?? ""
        return "\(function.name)(\(parameters.joined(separator: ", ")))\(result)"
    }

    /// The registers, runs of the same type together: `r0–r2 float, r3 string`.
    private var registers: String {
        var runs: [(first: Int, last: Int, type: ValueType)] = []
        for (register, type) in function.registers.enumerated() {
            if let run = runs.last, run.type == type {
                runs[runs.count - 1].last = register
            } else {
                runs.append((register, register, type))
            }
        }
        let parts = runs.map {
            $0.first == $0.last ? "r\($0.first) \($0.type)" : "r\($0.first)–r\($0.last) \($0.type)"
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    /// A name for each instruction that is jumped to, in their order.
    private var labels: [Int: String] {
        let targets = program.instructions(of: function).flatMap(\.operands).compactMap { operand -> Int? in
            guard case .jump(let target) = operand else { return nil }
            return Int(target)
        }
        return Dictionary(
            uniqueKeysWithValues: Set(targets + function.handlers.map(\.target)).sorted().enumerated().map {
                ($1, "L\($0 + 1)")
            })
    }

    private func listing(of instruction: VMInstruction, at position: Int, place: String, labels: [Int: String])
        -> String
    {
        let number = String(repeating: " ", count: max(0, 5 - "\(position)".count)) + "\(position)"
        let operands = self.operands(of: instruction, labels: labels)
        let line = "\(number)  \(place.padded(to: 5)) \("\(instruction.opcode)".padded(to: 16)) \(operands)"
        return line.replacing(/\s+$/, with: "")
    }

    /// What is written, an arrow, what is read; then, for a jump, where it goes.
    private func operands(of instruction: VMInstruction, labels: [Int: String]) -> String {
        var written = ""
        var read: [String] = []
        var target = ""
        let takesList = instruction.opcode.signature.more.isEmpty
        for operand in instruction.operands.dropLast(takesList ? instruction.arguments.count : 0) {
            switch operand {
            case .register(VMInstruction.noRegister, isWritten: true): break
            case .register(let register, isWritten: true): written = "\(name(of: register)) ← "
            case .register(let register, isWritten: false): read.append(name(of: register))
            case .immediate(let value): read.append(instruction.opcode == .loadBool ? "\(value != 0)" : "\(value)")
            case .constant(let constant): read.append(name(ofConstant: constant))
            case .jump(let position): target = " → " + (labels[Int(position)] ?? "\(position)")
            case .function(let function): read.append(name(ofFunction: function))
            case .builtin(let code):
                read.append(Builtin(rawValue: code).map { $0.signature.name } ?? "builtin \(code)?")
            case .relation(let code): read.append(Relation(rawValue: code)?.symbol ?? "relation \(code)?")
            }
        }
        let arguments = takesList ? instruction.arguments.map { name(of: $0) }.joined(separator: ", ") : ""
        let list = instruction.opcode.signature.c == .argumentCount || !arguments.isEmpty ? "(\(arguments))" : ""
        return (written + read.joined(separator: ", ") + list + target).trimmingPrefix(" ").description
    }

    private func name(of register: UInt16) -> String {
        let type = Int(register) < function.registers.count ? "\(function.registers[Int(register)])" : "?"
        return "r\(register):\(type)"
    }

    private func name(ofConstant constant: UInt16) -> String {
        guard Int(constant) < program.constants.count else { return "k\(constant)?" }
        return "\(program.constants[Int(constant)].listing) (k\(constant))"
    }

    private func name(ofFunction function: UInt16) -> String {
        guard Int(function) < program.functions.count else { return "function \(function)?" }
        return program.functions[Int(function)].name
    }
}
