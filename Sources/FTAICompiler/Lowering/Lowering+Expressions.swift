// From the typed tree to static single assignment form: expressions and conditions.

import SerenaNetBytecode

extension Lowering {
    /// More parts of a text or a list than this are joined in several instructions.
    static let chunk = 32

    mutating func value(_ node: TypedNode) -> IRValue { value(tree[node]) }

    /// The values of several expressions.
    mutating func values(of nodes: NodeList) -> IROperands {
        guard nodes.count <= 3 else { return IROperands(nodes.indices.map { value(tree.expression(at: $0)) }) }
        var values = IROperands()
        for position in nodes.indices { values.append(value(tree.expression(at: position))) }
        return values
    }

    /// The value of an expression.
    private mutating func value(_ expression: TypedExpression) -> IRValue {
        let line = expression.line
        switch expression.kind {
        case .int(let number): return emit(.loadInt, payload: number, type: .int, line)
        case .float(let number):
            return emit(.loadConstant, payload: Int64(bitPattern: number.bitPattern), type: .float, line)
        case .string(let text):
            return emit(.loadConstant, payload: texts.number(of: tree.texts[Int(text)]), type: .string, line)
        case .bool(let flag): return emit(.loadBool, payload: flag ? 1 : 0, type: .bool, line)
        case .null: return emit(.loadNull, type: expression.type, line)
        case .local(let local): return value(of: local, line)
        case .now: return emit(.readClock, type: .int, line)
        case .map(let entries): return lowerMap(entries, expression)
        case .arithmetic(let operation, let left, let right): return lower(operation, left, right, line)
        case .compare(let comparison, let left, let right): return lower(comparison, left, right, line)
        case .and, .or, .isNull: return lowerTruth(expression)
        case .orElse(let left, let right): return lowerOrElse(left, right, expression)
        case .join(let parts): return lowerJoin(parts, line)
        case .list(let elements): return lowerList(elements, expression)
        case .builtin(let builtin, let arguments):
            return lowerCall(.callBuiltin, Int64(builtin.rawValue), arguments, expression)
        case .call(let task, let arguments): return lowerCall(.call, Int64(task), arguments, expression)
        case .negate, .not, .toFloat, .toText, .wrap, .unwrap, .element, .count, .recall, .entry, .box, .cast,
            .callTool, .askAgent:
            return lowerSimple(expression)
        }
    }

    /// An expression that is one instruction.
    private mutating func lowerSimple(_ expression: TypedExpression) -> IRValue {
        let opcode: VMOpcode
        let operands: IROperands
        switch expression.kind {
        case .negate(let operand):
            (opcode, operands) = (expression.type == .int ? .negInt : .negFloat, IROperands(value(operand)))
        case .not(let operand): (opcode, operands) = (.not, IROperands(value(operand)))
        case .toFloat(let operand): (opcode, operands) = (.intToFloat, IROperands(value(operand)))
        case .toText(let operand):
            let type = tree[operand].type
            if type == .string { return value(operand) }
            opcode = type == .int ? .intToString : type == .float ? .floatToString : .boolToString
            operands = IROperands(value(operand))
        case .wrap(let operand): (opcode, operands) = (.wrap, IROperands(value(operand)))
        case .unwrap(let operand): (opcode, operands) = (.unwrap, IROperands(value(operand)))
        case .element(let list, let index):
            (opcode, operands) = (.listGet, IROperands(value(list), value(index)))
        case .count(let list): (opcode, operands) = (.listCount, IROperands(value(list)))
        case .recall(let key): (opcode, operands) = (.recall, IROperands(value(key)))
        case .entry(let map, let key):
            opcode = types.hasIntKeys(tree[map].type) ? .intMapGet : .mapGet
            operands = IROperands(value(map), value(key))
        case .box(let operand): (opcode, operands) = (.box, IROperands(value(operand)))
        case .cast(let operand): (opcode, operands) = (.cast, IROperands(value(operand)))
        case .callTool(let name, let arguments):
            (opcode, operands) = (.callTool, IROperands(value(name), value(arguments)))
        case .askAgent(let name, let question):
            (opcode, operands) = (.askAgent, IROperands(value(name), value(question)))
        default: (opcode, operands) = (.loadNull, IROperands())
        }
        return emit(opcode, operands, type: expression.type, expression.line)
    }

    private mutating func lower(
        _ operation: Arithmetic, _ left: TypedNode, _ right: TypedNode, _ line: UInt32
    ) -> IRValue {
        let a = value(left)
        guard tree[left].type == .int else {
            let opcode: VMOpcode =
                switch operation {
                case .add: .addFloat
                case .subtract: .subFloat
                case .multiply: .mulFloat
                default: .divFloat
                }
            return emit(opcode, IROperands(a, value(right)), type: .float, line)
        }
        if let step = Self.step(operation, tree[right]) {
            return emit(.addIntImmediate, IROperands(a), payload: step, type: .int, line)
        }
        let opcode: VMOpcode =
            switch operation {
            case .add: .addInt
            case .subtract: .subInt
            case .multiply: .mulInt
            case .divide: .divInt
            case .modulo: .modInt
            }
        return emit(opcode, IROperands(a, value(right)), type: .int, line)
    }

    /// The number that is added, when it fits into an instruction.
    private static func step(_ operation: Arithmetic, _ right: TypedExpression) -> Int64? {
        guard case .int(let number) = right.kind else { return nil }
        switch operation {
        case .add: return Int16(exactly: number).map(Int64.init)
        case .subtract: return number == .min ? nil : Int16(exactly: -number).map(Int64.init)
        default: return nil
        }
    }

    private mutating func lower(
        _ comparison: Comparison, _ left: TypedNode, _ right: TypedNode, _ line: UInt32
    ) -> IRValue {
        let (a, b) = (value(left), value(right))
        let form = comparison.form(of: tree[left].type)
        let operands = form.isSwapped ? IROperands(b, a) : IROperands(a, b)
        let result = emit(form.opcode, operands, type: .bool, line)
        return form.isInverted ? emit(.not, IROperands(result), type: .bool, line) : result
    }

    // MARK: Conditions

    /// Goes to one of two blocks, which nothing else has jumped to with arguments.
    mutating func lower(_ condition: TypedNode, ifTrue: IRBlockNumber, ifFalse: IRBlockNumber) {
        lower(tree[condition], ifTrue: ifTrue, ifFalse: ifFalse)
    }

    private mutating func lower(_ condition: TypedExpression, ifTrue: IRBlockNumber, ifFalse: IRBlockNumber) {
        let line = condition.line
        switch condition.kind {
        case .bool(let flag): jump(to: flag ? ifTrue : ifFalse, IRValueList(), line)
        case .not(let operand): lower(operand, ifTrue: ifFalse, ifFalse: ifTrue)
        case .and(let left, let right):
            let second = function.makeBlock()
            lower(left, ifTrue: second, ifFalse: ifFalse)
            begin(second)
            lower(right, ifTrue: ifTrue, ifFalse: ifFalse)
        case .or(let left, let right):
            let second = function.makeBlock()
            lower(left, ifTrue: ifTrue, ifFalse: second)
            begin(second)
            lower(right, ifTrue: ifTrue, ifFalse: ifFalse)
        case .isNull(let operand):
            let test = IRCondition(test: .isNull, left: value(operand))
            end(.branch(test, IREdge(target: ifTrue), IREdge(target: ifFalse)), line)
        case .compare(let comparison, let left, let right) where tree[left].type == .int:
            let (a, b) = (value(left), value(right))
            let (test, isInverted) = comparison.test(a, b)
            let (first, second) = isInverted ? (ifFalse, ifTrue) : (ifTrue, ifFalse)
            end(.branch(test, IREdge(target: first), IREdge(target: second)), line)
        case .compare(.notEqual, let left, let right):
            let equal = TypedExpression(kind: .compare(.equal, left, right), type: .bool, line: line)
            lower(equal, ifTrue: ifFalse, ifFalse: ifTrue)
        default:
            let test = IRCondition(test: .isTrue, left: value(condition))
            end(.branch(test, IREdge(target: ifTrue), IREdge(target: ifFalse)), line)
        }
    }

    /// `and`, `or` and comparisons with null as a bool.
    private mutating func lowerTruth(_ expression: TypedExpression) -> IRValue {
        let line = expression.line
        let (isTrue, isFalse, end) = (function.makeBlock(), function.makeBlock(), function.makeBlock())
        lower(expression, ifTrue: isTrue, ifFalse: isFalse)
        begin(isTrue)
        jump(to: end, IRValueList(emit(.loadBool, payload: 1, type: .bool, line)), line)
        begin(isFalse)
        jump(to: end, IRValueList(emit(.loadBool, payload: 0, type: .bool, line)), line)
        begin(end)
        return function.addParameter(.bool, to: end)
    }

    private mutating func lowerOrElse(
        _ left: TypedNode, _ right: TypedNode, _ expression: TypedExpression
    ) -> IRValue {
        let line = expression.line
        let type = expression.type
        let (isNull, isValue, end) = (function.makeBlock(), function.makeBlock(), function.makeBlock())
        let operand = value(left)
        let test = IRCondition(test: .isNull, left: operand)
        self.end(.branch(test, IREdge(target: isNull), IREdge(target: isValue)), line)
        begin(isValue)
        let found =
            types.isNullable(tree[right].type) ? operand : emit(.unwrap, IROperands(operand), type: type, line)
        jump(to: end, IRValueList(found), line)
        begin(isNull)
        let other = value(right)
        jump(to: end, IRValueList(other), line)
        begin(end)
        return function.addParameter(type, to: end)
    }

    // MARK: Texts, lists, calls

    private mutating func lowerJoin(_ parts: NodeList, _ line: UInt32) -> IRValue {
        var result = IRInstruction.noValue
        for start in stride(from: 0, to: max(1, parts.count), by: Self.chunk) {
            let values = parts.indices.dropFirst(start).prefix(Self.chunk).map { value(tree.expression(at: $0)) }
            let operands = IROperands(start == 0 ? values : [result] + values)
            result = emit(.concatenate, operands, type: .string, line)
        }
        return result
    }

    private mutating func lowerList(_ elements: NodeList, _ expression: TypedExpression) -> IRValue {
        let first = elements.indices.prefix(Self.chunk).map { value(tree.expression(at: $0)) }
        let list = emit(.makeList, IROperands(first), type: expression.type, expression.line)
        for position in elements.indices.dropFirst(Self.chunk) {
            let element = value(tree.expression(at: position))
            emit(.listAppend, IROperands(list, element), type: nil, expression.line)
        }
        return list
    }

    private mutating func lowerCall(
        _ opcode: VMOpcode, _ callee: Int64, _ arguments: NodeList, _ expression: TypedExpression
    ) -> IRValue {
        let operands = values(of: arguments)
        return emit(opcode, operands, payload: callee, type: expression.type, expression.line)
    }
}

extension Comparison {
    /// The instruction that compares values of a type, whether its operands change places, and whether its result is turned.
    func form(of type: IRType) -> (opcode: VMOpcode, isSwapped: Bool, isInverted: Bool) {
        let equal: VMOpcode
        let less: VMOpcode
        var lessEqual: VMOpcode?
        switch type {
        case .int: (equal, less, lessEqual) = (.equalInt, .lessInt, .lessEqualInt)
        case .float: (equal, less, lessEqual) = (.equalFloat, .lessFloat, .lessEqualFloat)
        case .string: (equal, less) = (.equalString, .lessString)
        default: (equal, less) = (.equalBool, .equalBool)
        }
        switch self {
        case .equal: return (equal, false, false)
        case .notEqual: return (equal, false, true)
        case .less: return (less, false, false)
        case .greater: return (less, true, false)
        // Texts have a total order: a ≤ b exactly when not b < a.
        case .lessEqual: return lessEqual.map { ($0, false, false) } ?? (less, true, true)
        case .greaterEqual: return lessEqual.map { ($0, true, false) } ?? (less, false, true)
        }
    }

    /// The test of two ints, and whether it is the opposite that is wanted.
    func test(_ a: IRValue, _ b: IRValue) -> (condition: IRCondition, isInverted: Bool) {
        switch self {
        case .equal: (IRCondition(test: .equal, left: a, right: b), false)
        case .notEqual: (IRCondition(test: .equal, left: a, right: b), true)
        case .less: (IRCondition(test: .less, left: a, right: b), false)
        case .lessEqual: (IRCondition(test: .lessEqual, left: a, right: b), false)
        case .greater: (IRCondition(test: .less, left: b, right: a), false)
        case .greaterEqual: (IRCondition(test: .lessEqual, left: b, right: a), false)
        }
    }
}
