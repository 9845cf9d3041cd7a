// Checks what deals with failures and with the outside: tools, agents, events.

import FTAI
import SerenaNetBytecode

extension Checker {
    // MARK: Failures

    mutating func checkAttempt(_ attempt: Attempt) -> (kind: TypedStatement.Kind?, completes: Bool) {
        hasAttempts = true
        let (body, bodyCompletes) = check(attempt.body)
        scopes.open()
        defer { scopes.close() }
        let message = attempt.message.map { declareCaught($0) }
        let kind = attempt.kind.map { declareCaught($0) }
        let (handler, handlerCompletes) = check(attempt.handler)
        return (.attempt(body, message: message, kind: kind, handler: handler), bodyCompletes || handlerCompletes)
    }

    private mutating func declareCaught(_ name: DeclaredName) -> Int {
        declare(name, type: .string, isVariable: false, warnsIfUnused: false)
    }

    // MARK: Requests

    /// A call of a tool, which gives an `any`, or of an agent, which gives a text.
    mutating func checkRequest(_ request: Request, _ call: Call, _ range: SourceRange) -> TypedValue? {
        let called = parser.spelling(of: call.name)
        note(.calls, at: range, request == .tool ? "the tool `\(called)`" : "the agent `\(called)`")
        checkName(of: request, called, call.nameRange)
        let line = line(of: range)
        guard request == .tool else {
            let first = call.arguments.indices.lowerBound
            guard call.arguments.count == 1, parser.tree.firstLabel(call.arguments) == nil else {
                checkArguments(call.arguments)
                report(
                    .argumentsUnfit, at: call.nameRange, "an agent is asked one question, a text",
                    help: "Write `ask \(called)(\"…\")`.")
                return nil
            }
            guard let question = text(parser.tree.expression(at: first)) else { return nil }
            let name = constant(called, line)
            return made(.askAgent(name: name.node, question: question.node), .string, line)
        }
        guard let values = checkNamedValues(call) else { return nil }
        let name = constant(called, line)
        return made(.callTool(name: name.node, arguments: values.node), .any, line)
    }

    mutating func checkEmit(_ call: Call, _ range: SourceRange) -> TypedStatement.Kind? {
        let called = parser.spelling(of: call.name)
        note(.calls, at: range, "the event `\(called)`")
        let name = constant(called, line(of: range))
        return checkNamedValues(call).map { .emit(name: name.node, values: $0.node) }
    }

    /// A text that does not stand in the code as one.
    mutating func constant(_ text: String, _ line: UInt32) -> TypedValue {
        made(.string(parser.addText(text)), .string, line)
    }

    /// What a tool or an event is given: a map of `any` by the names of the arguments.
    private mutating func checkNamedValues(_ call: Call) -> TypedValue? {
        var names: Set<Name> = []
        let line = line(of: call.nameRange)
        let mark = open.count
        defer { drop(from: mark) }
        for position in call.arguments.indices {
            let argument = parser.tree.argument(at: position)
            let value = converted(argument.value, to: .any)
            guard let label = argument.label else {
                report(
                    .argumentsUnfit, at: range(of: argument.value), "what tools and events are given has a name",
                    help: "Write `\(parser.spelling(of: call.name))(name: value)`.")
                continue
            }
            let spelling = parser.spelling(of: label)
            if !names.insert(label).inserted {
                report(.argumentsUnfit, at: argument.labelRange, "`\(spelling)` has a value already")
            }
            guard let value else { continue }
            open.append(constant(spelling, line).node.index)
            open.append(value.node.index)
        }
        guard open.count - mark == 2 * call.arguments.count else { return nil }
        let entries = typed.addList(of: open, from: mark)
        return made(.map(entries), parser.types.map(of: .any), line)
    }

    /// A document that declares tools or agents means to use those.
    private mutating func checkName(of request: Request, _ called: String, _ range: SourceRange) {
        let known = request == .tool ? outside.tools : outside.agents
        guard !known.isEmpty, !known.contains(called) else { return }
        let what = request == .tool ? "tool" : "agent"
        let message = "this document declares no \(what) `\(called.prefix(64))`"
        parser.problems.reportUnknown(.outsideUnknown, at: range, message, name: called, among: known)
    }

    // MARK: Parallel

    /// All arguments are computed before the first call is made, so that no call can use the result of another.
    mutating func checkParallel(_ block: Block, _ range: SourceRange) -> TypedStatement.Kind? {
        var calls: [(declaration: Statement.Declaration?, type: IRType, call: TypedValue?)] = []
        var isWhole = true
        for position in block.statements.indices {
            let statement = parser.tree.statement(at: position)
            let (declaration, value) = Self.parallelCall(statement)
            guard let value, case .request(let request, let index) = parser.tree[value].kind else {
                report(
                    .parallelUnfit, at: statement.range, "only calls of tools and agents can stand in `parallel`",
                    help: "Write `let x = call tool(…)`, and use it behind the `end`.")
                isWhole = false
                continue
            }
            let call = checkRequest(request, parser.tree.call(index), self.range(of: value))
            let given: IRType = request == .tool ? .any : .string
            if let annotation = declaration?.annotation.map({ parser.tree.type($0) }), let type = annotation.type,
                type != given
            {
                let message = "this call gives \(parser.types.spoken(given)), not \(parser.types.spoken(type))"
                report(.typeMismatch, at: annotation.range, message)
            }
            calls.append((declaration, given, call))
        }
        if block.statements.isEmpty {
            report(.parallelUnfit, at: range, "there is no call in this `parallel`")
            return nil
        }
        // Also where a call cannot be made sense of its name is declared, so that its uses are not reported as well.
        var requests: [TypedRequest] = []
        for (declaration, type, call) in calls {
            let local = declaration.map { declare($0.name, type: type, isVariable: $0.isVariable) }
            if let call { requests.append(TypedRequest(local: local, call: call.node)) }
        }
        return isWhole && requests.count == calls.count ? .parallel(typed.addRequests(requests)) : nil
    }

    private static func parallelCall(_ statement: Statement) -> (Statement.Declaration?, ExpressionNode?) {
        switch statement.kind {
        case .declare(let declaration): (declaration, declaration.value)
        case .evaluate(let value): (nil, value)
        default: (nil, nil)
        }
    }
}
