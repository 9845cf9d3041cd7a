// A plain evaluator of checked programs: what they mean, without code, registers or a machine.

import FTAI
import SerenaNetBytecode

@testable import FTAICompiler

/// A value while a program is evaluated. Lists and maps are shared, as in the language.
indirect enum PlainValue {
    case int(Int64)
    case float(Double)
    case bool(Bool)
    case text(String)
    case list(PlainList)
    case map(PlainMap)
    case null
}

final class PlainList {
    var elements: [PlainValue]
    /// What the elements are, as far as `any` is concerned.
    let element: ValueType

    init(_ elements: [PlainValue], of element: ValueType) {
        self.elements = elements
        self.element = element
    }
}

final class PlainMap {
    /// Keys that are ints are written in decimal.
    var entries: [(key: String, value: PlainValue)] = []
    let element: ValueType
    let hasIntKeys: Bool

    init(of element: ValueType, hasIntKeys: Bool = false) {
        self.element = element
        self.hasIntKeys = hasIntKeys
    }

    subscript(key: String) -> PlainValue? {
        get { entries.first { Array($0.key.utf8) == Array(key.utf8) }?.value }
        set {
            let index = entries.firstIndex { Array($0.key.utf8) == Array(key.utf8) }
            if let newValue, let index {
                entries[index].value = newValue
            } else if let newValue {
                entries.append((key, newValue))
            } else if let index {
                entries.remove(at: index)
            }
        }
    }
}

/// A failure that a program can catch.
struct PlainFailure: Error {
    let message: String
    let kind: String
}

/// The evaluation took more steps than it may.
struct PlainTimeout: Error {}

/// Evaluates the tasks of a program by walking over their trees.
final class Evaluator {
    private let tasks: [TypedTask]
    private let tree: TypedTree
    private(set) var said: [String] = []
    private var memory: [String: String] = [:]
    private var steps = 0
    private static let limit = 2_000_000

    private enum Flow {
        case next, leave, again
        case done(PlainValue)
    }

    init(_ source: FTAISource) {
        let program = CheckedProgram(source)
        (tasks, tree) = (program.tasks, program.tree)
    }

    /// Runs the first task, which has no inputs; what it fails with is said as the VM would name it.
    func run() throws {
        _ = try call(0, [])
    }

    private func call(_ index: Int, _ arguments: [PlainValue]) throws -> PlainValue {
        let task = tasks[index]
        var locals = arguments + [PlainValue](repeating: .null, count: task.locals.count - arguments.count)
        if case .done(let value) = try run(task.body, &locals) { return value }
        return .null
    }

    // MARK: Statements

    private func run(_ statements: NodeList, _ locals: inout [PlainValue]) throws -> Flow {
        for position in statements.indices {
            let flow = try run(tree.statement(at: position).kind, &locals)
            guard case .next = flow else { return flow }
        }
        return .next
    }

    private func run(_ statement: TypedStatement.Kind, _ locals: inout [PlainValue]) throws -> Flow {
        steps += 1
        if steps > Self.limit { throw PlainTimeout() }
        switch statement {
        case .set(let local, let value, _): locals[local] = try evaluate(value, locals)
        case .setElement(let list, let index, let value):
            let (list, index) = (try evaluate(list, locals).list, try evaluate(index, locals).int)
            let value = try evaluate(value, locals)
            list.elements[try place(index, in: list)] = value
        case .setEntry(let map, let key, let value):
            let (map, key) = (try evaluate(map, locals).map, try evaluate(key, locals).key)
            map[key] = try evaluate(value, locals)
        case .append(let list, let value):
            let list = try evaluate(list, locals).list
            list.elements.append(try evaluate(value, locals))
        case .branch(let branches, let otherwise):
            for branch in branches.indices.map({ tree.branch(at: $0) })
            where try evaluate(branch.condition, locals).bool {
                return try run(branch.block, &locals)
            }
            return try run(otherwise, &locals)
        case .whileLoop, .forRange, .forEach: return try loop(statement, &locals)
        case .breakLoop: return .leave
        case .continueLoop: return .again
        case .returnValue(let value): return .done(try value.map { try evaluate($0, locals) } ?? .null)
        case .say(let text): said.append(try evaluate(text, locals).text)
        case .remember(let key, let value):
            let key = try evaluate(key, locals).text
            memory[key] = try evaluate(value, locals).text
        case .evaluate(let value): _ = try evaluate(value, locals)
        case .emit(_, let values): _ = try evaluate(values, locals)
        case .fail(let message): throw PlainFailure(message: try evaluate(message, locals).text, kind: "failed")
        case .attempt(let body, let message, let kind, let handler):
            do {
                return try run(body, &locals)
            } catch let failure as PlainFailure {
                if let message { locals[message] = .text(failure.message) }
                if let kind { locals[kind] = .text(failure.kind) }
                return try run(handler, &locals)
            }
        case .parallel(let requests):
            let requests = tree.requests[requests.indices]
            let values = try requests.map { try evaluate($0.call, locals) }
            for (request, value) in zip(requests, values) {
                if let local = request.local { locals[local] = value }
            }
        }
        return .next
    }

    private func loop(_ statement: TypedStatement.Kind, _ locals: inout [PlainValue]) throws -> Flow {
        func pass(_ body: NodeList) throws -> Flow? {
            switch try run(body, &locals) {
            case .next, .again: nil
            case .leave: .next
            case .done(let value): .done(value)
            }
        }
        switch statement {
        case .whileLoop(let condition, let body):
            while try evaluate(condition, locals).bool {
                steps += 1
                if steps > Self.limit { throw PlainTimeout() }
                if let flow = try pass(body) { return flow }
            }
        case .forRange(let local, let from, let through, let body):
            let last = try evaluate(through, locals).int
            var current = try evaluate(from, locals).int
            while current <= last {
                locals[local] = .int(current)
                if let flow = try pass(body) { return flow }
                if current == last { break }
                current += 1
            }
        case .forEach(let local, let list, let body):
            let list = try evaluate(list, locals).list
            for index in 0..<list.elements.count {
                // An element may have been taken away since the loop began.
                locals[local] = list.elements[try place(Int64(index), in: list)]
                if let flow = try pass(body) { return flow }
            }
        default: break
        }
        return .next
    }

    private func place(_ index: Int64, in list: PlainList) throws -> Int {
        guard index >= 0, index < Int64(list.elements.count) else {
            throw PlainFailure(
                message: "index \(index) is outside a list of \(list.elements.count)", kind: "index")
        }
        return Int(index)
    }

    // MARK: Expressions

    private func evaluate(_ node: TypedNode, _ locals: [PlainValue]) throws -> PlainValue {
        func value(_ part: TypedNode) throws -> PlainValue { try evaluate(part, locals) }
        func values(_ parts: NodeList) throws -> [PlainValue] {
            try parts.indices.map { try value(tree.expression(at: $0)) }
        }
        let expression = tree[node]
        switch expression.kind {
        case .int(let number): return .int(number)
        case .float(let number): return .float(number)
        case .bool(let flag): return .bool(flag)
        case .string(let text): return .text(tree.texts[Int(text)])
        case .null: return .null
        case .local(let local): return locals[local]
        case .negate(let part):
            let operand = try value(part)
            if case .float(let number) = operand { return .float(-number) }
            return .int(try PlainArithmetic.whole(.subtract, 0, operand.int))
        case .not(let part): return .bool(!(try value(part).bool))
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (try value(left), try value(right))
            if case .int(let a) = left { return .int(try PlainArithmetic.whole(operation, a, right.int)) }
            return .float(PlainArithmetic.real(operation, left.float, right.float))
        case .compare(let comparison, let left, let right):
            return .bool(PlainArithmetic.holds(comparison, try value(left), try value(right)))
        case .and(let left, let right): return .bool(try value(left).bool ? value(right).bool : false)
        case .or(let left, let right): return .bool(try value(left).bool ? true : value(right).bool)
        case .toFloat(let part): return .float(Double(try value(part).int))
        case .toText(let part): return .text(PlainArithmetic.shown(try value(part)))
        case .wrap(let part), .unwrap(let part): return try value(part)
        case .isNull(let part): return .bool(try value(part).isNull)
        case .orElse(let left, let right):
            let left = try value(left)
            return left.isNull ? try value(right) : left
        case .join(let parts): return .text(try values(parts).map(\.text).joined())
        case .list(let parts):
            return .list(PlainList(try values(parts), of: tree.types[expression.type].listElement ?? .any))
        case .map(let entries):
            let type = expression.type
            let map = PlainMap(of: tree.types[type].mapElement ?? .any, hasIntKeys: tree.types.hasIntKeys(type))
            let parts = try values(entries)
            for index in stride(from: 0, to: parts.count, by: 2) { map[parts[index].key] = parts[index + 1] }
            return .map(map)
        case .entry(let map, let key):
            let map = try value(map).map
            return map[try value(key).key] ?? .null
        case .element(let list, let index):
            let list = try value(list).list
            return list.elements[try place(try value(index).int, in: list)]
        case .count(let list): return .int(Int64(try value(list).list.elements.count))
        case .builtin(let builtin, let arguments): return try PlainLibrary.call(builtin, try values(arguments))
        case .call(let task, let arguments): return try call(Int(task), try values(arguments))
        case .recall(let key): return memory[try value(key).text].map(PlainValue.text) ?? .null
        case .now: return .int(1_709_251_199)
        case .box(let part): return try value(part).boxed
        case .cast(let part): return try value(part).cast(to: tree.types[expression.type].wrapped ?? .any)
        case .callTool(_, let arguments): return .map(try value(arguments).map)
        case .askAgent(_, let question): return try value(question)
        }
    }
}
