// Shows what the task that is debugged holds while it stands still.

import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

/// What the editor can look into.
enum ShownPart {
    case variables(frame: Int)
    case registers(frame: Int)
    /// The elements or entries of a value, its type where that is known, and the expression that it is the value of.
    case value(VMValue, ValueType?, expression: String?)
}

extension DebugAdapter {
    /// Calls, variables and instructions that are sent at once; editors ask for more where they need them.
    private static let mostAtOnce = 10_000

    func look(_ command: DebugCommand, _ request: Incoming) {
        switch command {
        case .threads:
            answer(request) { (_: Empty) throws(DebugRefusal) in
                let name = self.task?.subject.task.name ?? "task"
                return ThreadsBody(threads: [.init(id: Self.thread, name: name)])
            }
        case .stackTrace:
            answer(request) { (arguments: StackArguments) throws(DebugRefusal) in try self.stack(arguments) }
        case .scopes:
            answer(request) { (arguments: ScopeArguments) throws(DebugRefusal) in try self.scopes(arguments.frameId) }
        case .variables:
            answer(request) { (arguments: VariableArguments) throws(DebugRefusal) in try self.variables(arguments) }
        case .evaluate:
            answer(request) { (arguments: EvaluateArguments) throws(DebugRefusal) in try self.evaluate(arguments) }
        case .exceptionInfo:
            answer(request) { (_: Empty) throws(DebugRefusal) in
                guard case .failed(let error) = self.state else { throw DebugRefusal("the task has not failed") }
                return ExceptionBody(exceptionId: error.name, description: "\(error)")
            }
        default:
            answer(request) { (arguments: DisassembleArguments) throws(DebugRefusal) in try self.disassemble(arguments)
            }
        }
    }

    /// The task while it stands still.
    private func stoppedTask() throws(DebugRefusal) -> DebuggedTask {
        switch state {
        case .stopped, .failed: if let task { return task }
        default: break
        }
        throw .notStopped
    }

    private func frame(_ id: Int) throws(DebugRefusal) -> DebugFrame {
        let frames = try stoppedTask().frames
        // An editor may send any number.
        guard frames.indices.contains(id &- 1) else { throw DebugRefusal("there is no such call") }
        return frames[id - 1]
    }

    // MARK: Calls

    private func stack(_ arguments: StackArguments) throws(DebugRefusal) -> StackBody {
        let task = try stoppedTask()
        let frames = task.frames
        let first = min(max(0, arguments.startFrame ?? 0), frames.count)
        let wanted = arguments.levels.flatMap { $0 > 0 ? $0 : nil } ?? Self.mostAtOnce
        let part = frames.enumerated().dropFirst(first).prefix(min(wanted, Self.mostAtOnce))
        return StackBody(
            stackFrames: part.map { index, frame in
                .init(
                    id: index + 1, name: frame.task, source: task.document(frame.file),
                    line: (frame.line ?? 1) - 1 + firstLine, column: firstColumn,
                    instructionPointerReference: task.reference(to: frame.position))
            }, totalFrames: frames.count)
    }

    private func scopes(_ id: Int) throws(DebugRefusal) -> ScopesBody {
        _ = try frame(id)
        return ScopesBody(scopes: [
            .init(
                name: "Variables", presentationHint: "locals", variablesReference: number(of: .variables(frame: id)),
                expensive: false),
            .init(
                name: "Registers", presentationHint: "registers",
                variablesReference: number(of: .registers(frame: id)), expensive: true),
        ])
    }

    private func number(of part: ShownPart) -> Int {
        shown.append(part)
        return shown.count
    }

    // MARK: Values

    private func variables(_ arguments: VariableArguments) throws(DebugRefusal) -> VariablesBody {
        let task = try stoppedTask()
        guard shown.indices.contains(arguments.variablesReference &- 1) else {
            throw DebugRefusal("the program has gone on since")
        }
        let first = max(0, arguments.start ?? 0)
        let count = arguments.count.flatMap { $0 > 0 ? $0 : nil } ?? Self.mostAtOnce
        let range = (first, min(count, Self.mostAtOnce))
        switch shown[arguments.variablesReference - 1] {
        case .variables(let id):
            let frame = try frame(id)
            return VariablesBody(
                variables: task.subject.variables(of: frame, in: task.debugger).map { variable in
                    self.variable(variable.name, variable.value, variable.type, expression: variable.name)
                })
        case .registers(let id): return VariablesBody(variables: registers(of: try frame(id), task))
        case .value(let value, let type, let expression):
            return VariablesBody(variables: children(of: value, type, expression, from: range.0, count: range.1))
        }
    }

    private func registers(of frame: DebugFrame, _ task: DebuggedTask) -> [VariablesBody.Variable] {
        task.bytecode.functions[frame.position.function].registers.enumerated().map { register, type in
            let value = task.debugger.value(ofRegister: register, in: frame)
            return variable("r\(register)", value ?? .null, type, expression: nil)
        }
    }

    private func children(
        of value: VMValue, _ type: ValueType?, _ expression: String?, from first: Int, count: Int
    ) -> [VariablesBody.Variable] {
        let type = type?.withoutNull
        return switch value {
        case .list(let elements):
            elements.enumerated().dropFirst(first).prefix(count).map { index, element in
                variable("[\(index)]", element, type?.element, expression: expression.map { "\($0)[\(index)]" })
            }
        case .map(let entries):
            entries.dropFirst(first).prefix(count).map { entry in
                let key = type?.hasIntKeys == true ? entry.key : VMValue.string(entry.key).json
                return variable(
                    entry.key, entry.value, type?.element, expression: expression.map { "\($0)[\(key)]" })
            }
        default: []
        }
    }

    private func variable(
        _ name: String, _ value: VMValue, _ type: ValueType?, expression: String?
    ) -> VariablesBody.Variable {
        let (reference, indexed, named) = parts(of: value, type, expression)
        return .init(
            name: name, value: value.listing(as: type), type: type?.description ?? value.typeName,
            evaluateName: expression, variablesReference: reference, indexedVariables: indexed, namedVariables: named)
    }

    /// The number under which the editor can look into a value, and how much it will find there; 0 when there is nothing in it.
    private func parts(
        of value: VMValue, _ type: ValueType?, _ expression: String?
    ) -> (reference: Int, indexed: Int?, named: Int?) {
        switch value {
        case .list(let elements) where !elements.isEmpty:
            (number(of: .value(value, type, expression: expression)), elements.count, nil)
        case .map(let entries) where !entries.isEmpty:
            (number(of: .value(value, type, expression: expression)), nil, entries.count)
        default: (0, nil, nil)
        }
    }

    private func evaluate(_ arguments: EvaluateArguments) throws(DebugRefusal) -> ResultBody {
        let task = try stoppedTask()
        var frame: DebugFrame?
        if let id = arguments.frameId { frame = try self.frame(id) }
        do throws(EvaluationError) {
            let value = try task.value(of: arguments.expression, in: frame)
            let (reference, indexed, named) = parts(of: value, nil, arguments.expression)
            // What is copied is all of it.
            let text = arguments.context == "clipboard" ? value.json : value.listing
            return ResultBody(
                result: text, type: value.typeName, variablesReference: reference, indexedVariables: indexed,
                namedVariables: named)
        } catch {
            throw DebugRefusal("\(error)")
        }
    }

    // MARK: Instructions

    private func disassemble(_ arguments: DisassembleArguments) throws(DebugRefusal) -> InstructionsBody {
        let task = try stoppedTask()
        guard let first = DebuggedTask.number(ofReference: arguments.memoryReference),
            (1...Self.mostAtOnce).contains(arguments.instructionCount)
        else { throw DebugRefusal("there are no such instructions") }
        // An instruction takes one of the addresses that the editor knows.
        let offset = (arguments.offset ?? 0).addingReportingOverflow(arguments.instructionOffset ?? 0)
        let (start, overflows) = first.addingReportingOverflow(offset.partialValue)
        guard !overflows, !offset.overflow else { throw DebugRefusal("there are no such instructions") }
        return InstructionsBody(
            instructions: task.instructions(from: start, count: arguments.instructionCount).map { instruction in
                var instruction = instruction
                instruction.line = instruction.line.map { $0 - 1 + firstLine }
                return instruction
            })
    }
}

extension VMValue {
    /// What it is, where only the run tells.
    fileprivate var typeName: String {
        switch self {
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .string: "string"
        case .null: "null"
        case .list: "list"
        case .map: "map"
        }
    }
}

extension VMError {
    /// What kind of failure it is: of those of the program itself, the one that a `catch` is told.
    fileprivate var name: String {
        if case .programFault(let fault) = self { "\(fault.kind)" } else { "\(self)" }
    }
}
