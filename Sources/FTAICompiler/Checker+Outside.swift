// Checks what deals with failures and with the outside: tools, agents, events.

import FTAI
import SerenaNetBytecode

extension Checker {
    // MARK: Failures

    mutating func checkAttempt(
        _ body: Block, _ message: Statement.Name?, _ kind: Statement.Name?, _ handler: Block
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        hasAttempts = true
        let (typedBody, bodyCompletes) = check(body)
        scopes.open()
        defer { scopes.close() }
        let locals = [message, kind].map { name in
            name.map { declare($0.text, at: $0.range, type: .string, isVariable: false, warnsIfUnused: false) }
        }
        let (typedHandler, handlerCompletes) = check(handler)
        let attempt = TypedStatement.Kind.attempt(
            typedBody, message: locals[0], kind: locals[1], handler: typedHandler)
        return (attempt, bodyCompletes || handlerCompletes)
    }

    // MARK: Requests

    /// A call of a tool, which gives an `any`, or of an agent, which gives a text.
    mutating func checkRequest(_ request: Request, _ range: SourceRange) -> TypedExpression? {
        note(.calls, at: range, request.kind == .tool ? "the tool `\(request.name)`" : "the agent `\(request.name)`")
        checkName(of: request)
        let line = line(of: range)
        let name = TypedExpression(kind: .string(request.name), type: .string, line: line)
        guard request.kind == .tool else {
            guard request.arguments.count == 1, request.arguments[0].label == nil else {
                for argument in request.arguments { _ = check(argument.value, expecting: nil) }
                problems.report(
                    .argumentsUnfit, at: request.nameRange, "an agent is asked one question, a text",
                    help: "Write `ask \(request.name)(\"…\")`.")
                return nil
            }
            return text(request.arguments[0].value).map {
                .init(kind: .askAgent(name: name, question: $0), type: .string, line: line)
            }
        }
        return checkNamedValues(request).map {
            .init(kind: .callTool(name: name, arguments: $0), type: .any, line: line)
        }
    }

    mutating func checkEmit(_ request: Request, _ range: SourceRange) -> TypedStatement.Kind? {
        note(.calls, at: range, "the event `\(request.name)`")
        let name = TypedExpression(kind: .string(request.name), type: .string, line: line(of: range))
        return checkNamedValues(request).map { .emit(name: name, values: $0) }
    }

    /// What a tool or an event is given: a map of `any` by the names of the arguments.
    private mutating func checkNamedValues(_ request: Request) -> TypedExpression? {
        var names: Set<String> = []
        var entries: [TypedEntry] = []
        let line = line(of: request.nameRange)
        for argument in request.arguments {
            let value = converted(argument.value, to: .any)
            guard let label = argument.label else {
                problems.report(
                    .argumentsUnfit, at: argument.value.range, "what tools and events are given has a name",
                    help: "Write `\(request.name)(name: value)`.")
                continue
            }
            if !names.insert(label).inserted {
                problems.report(.argumentsUnfit, at: argument.labelRange, "`\(label)` has a value already")
            }
            let key = TypedExpression(kind: .string(label), type: .string, line: line)
            if let value { entries.append(TypedEntry(key: key, value: value)) }
        }
        guard entries.count == request.arguments.count else { return nil }
        return .init(kind: .map(entries), type: .map(.any), line: line)
    }

    /// A document that declares tools or agents means to use those.
    private mutating func checkName(of request: Request) {
        let known = request.kind == .tool ? outside.tools : outside.agents
        guard !known.isEmpty, !known.contains(request.name) else { return }
        let what = request.kind == .tool ? "tool" : "agent"
        let suggestion = Spelling.suggestion(for: request.name, among: known).map { "Did you mean `\($0)`?" }
        problems.report(
            .outsideUnknown, at: request.nameRange, "this document declares no \(what) `\(request.name.prefix(64))`",
            help: suggestion)
    }

    // MARK: Parallel

    /// All arguments are computed before the first call is made, so that no call can use the result of another.
    mutating func checkParallel(_ block: Block, _ range: SourceRange) -> TypedStatement.Kind? {
        var calls: [(declaration: Statement.Declaration?, type: ValueType, call: TypedExpression?)] = []
        var isWhole = true
        for statement in block.statements {
            let (declaration, value) = Self.parallelCall(statement)
            guard let value, case .request(let request) = value.kind else {
                problems.report(
                    .parallelUnfit, at: statement.range, "only calls of tools and agents can stand in `parallel`",
                    help: "Write `let x = call tool(…)`, and use it behind the `end`.")
                isWhole = false
                continue
            }
            let call = checkRequest(request, value.range)
            let given: ValueType = request.kind == .tool ? .any : .string
            if let annotation = declaration?.annotation, let type = annotation.type, type != given {
                let message = "this call gives \(given.spoken), not \(type.spoken)"
                problems.report(.typeMismatch, at: annotation.range, message)
            }
            calls.append((declaration, given, call))
        }
        if block.statements.isEmpty {
            problems.report(.parallelUnfit, at: range, "there is no call in this `parallel`")
            return nil
        }
        // Also where a call cannot be made sense of its name is declared, so that its uses are not reported as well.
        let requests = calls.compactMap { declaration, type, call in
            let local = declaration.map {
                declare($0.name, at: $0.nameRange, type: type, isVariable: $0.isVariable)
            }
            return call.map { TypedRequest(local: local, call: $0) }
        }
        return isWhole && requests.count == calls.count ? .parallel(requests) : nil
    }

    private static func parallelCall(_ statement: Statement) -> (Statement.Declaration?, Expression?) {
        switch statement.kind {
        case .declare(let declaration): (declaration, declaration.value)
        case .evaluate(let value): (nil, value)
        default: (nil, nil)
        }
    }
}
