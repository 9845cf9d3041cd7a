// A function in intermediate form: blocks of instructions, whose values are given once.

import SerenaNetBytecode

/// A run of instructions that is entered at its beginning and left at its end.
///
/// What other forms write as phi functions are its parameters here: whoever jumps to the block brings their values.
struct IRBlock {
    var parameters = IRValueList()
    /// The numbers of its instructions, in order.
    var code: [Int] = []
    var terminator: IRTerminator = .returnNothing
    /// The line and the inlined call of the terminator.
    var line: UInt32 = 0
    var scope = 0
    /// The innermost handler that protects it, see ``IRFunction/handlers``; 0 for none.
    var handler = 0
}

/// What catches the failures of the blocks that name it.
struct IRHandler {
    /// Where control goes.
    var target: IRBlockNumber
    /// The cells that take the message and the kind of the failure; −1 for none.
    var message: Int
    var kind: Int
    /// The handler around it: an index into ``IRFunction/handlers`` plus one; 0 for none.
    var parent: Int
}

/// A call whose callee stands in the place of the call.
struct IRInlinedCall {
    /// The name of the task that was called.
    let name: String
    /// The inlined call around it; 0 for none. See ``IRFunction/inlined``.
    let parent: Int
}

/// A task in static single assignment form.
struct IRFunction {
    let name: String
    let result: IRType?
    /// The line of its `@task`.
    let line: UInt32
    /// The values of its inputs.
    var inputs: [IRValue] = []
    /// The type of each value.
    var types: [IRType] = []
    /// All instructions; those that no block names any more are dead.
    var instructions: [IRInstruction] = []
    var blocks: [IRBlock] = []
    /// The blocks that can be reached, in the order in which they will stand in the code; the first is where it begins.
    var layout: [IRBlockNumber] = []
    /// The calls that were replaced by their callees; an instruction's scope is the index into it plus one.
    var inlined: [IRInlinedCall] = []

    /// A block's handler is the index into it plus one.
    var handlers: [IRHandler] = []
    /// The types of the variables that are no values: what is assigned in a protected block can be needed where it is caught, and
    /// which of its values that is, only the run can tell.
    var cells: [IRType] = []

    init(name: String, result: IRType?, line: UInt32) {
        self.name = name
        self.result = result
        self.line = line
    }

    var entry: IRBlockNumber { layout[0] }

    mutating func makeValue(_ type: IRType) -> IRValue {
        types.append(type)
        return types.count - 1
    }

    /// A block that does not stand in ``layout`` yet.
    mutating func makeBlock() -> IRBlockNumber {
        blocks.append(IRBlock())
        return blocks.count - 1
    }

    mutating func addParameter(_ type: IRType, to block: IRBlockNumber) -> IRValue {
        let value = makeValue(type)
        blocks[block].parameters.append(value)
        return value
    }

    /// Whether a handler protects a block, be it from outside of another.
    func isProtected(_ block: IRBlockNumber, by handler: Int) -> Bool {
        var inner = blocks[block].handler
        while inner > 0, inner != handler { inner = handlers[inner - 1].parent }
        return inner > 0
    }

    /// How many instructions stand in its blocks.
    var size: Int { layout.reduce(0) { $0 + blocks[$1].code.count + 1 } }

    /// For each value, the instruction that gives it; −1 for inputs and parameters.
    var definitions: [Int] {
        var definitions = [Int](filledWith: -1, count: types.count)
        for block in layout {
            for index in blocks[block].code where instructions[index].result >= 0 {
                definitions[instructions[index].result] = index
            }
        }
        return definitions
    }

    /// For each block, how many edges lead to it.
    var entryCounts: [Int32] {
        var counts = [Int32](filledWith: 0, count: blocks.count)
        for block in layout { blocks[block].terminator.forEachTarget { counts[$0] += 1 } }
        return counts
    }

    /// How often each value is used.
    var useCounts: [Int] {
        var counts = [Int](filledWith: 0, count: types.count)
        for block in layout {
            for index in blocks[block].code {
                for value in instructions[index].operands { counts[value] += 1 }
            }
            blocks[block].terminator.forEachValue { counts[$0] += 1 }
        }
        return counts
    }

    /// Puts other values in the place of values; chains of replacements are followed.
    mutating func replace(_ replacements: Replacements) {
        guard replacements.hasAny else { return }
        for block in layout {
            for index in blocks[block].code {
                for operand in instructions[index].operands.indices {
                    let value = instructions[index].operands[operand]
                    let replacement = replacements[value]
                    if replacement != value { instructions[index].operands[operand] = replacement }
                }
            }
            blocks[block].terminator.mapValues { replacements[$0] }
        }
    }

    /// Removes the parameters of a block at the positions where `isRemoved` is true, and what jumps bring for them.
    mutating func removeParameters(_ isRemoved: [[Bool]?]) {
        for block in layout {
            if let flags = isRemoved[block] {
                blocks[block].parameters = Self.without(flags, blocks[block].parameters)
            }
            guard blocks[block].terminator.hasArguments else { continue }
            blocks[block].terminator.mapEdges { edge in
                guard let flags = isRemoved[edge.target] else { return edge }
                return IREdge(target: edge.target, arguments: Self.without(flags, edge.arguments))
            }
        }
    }

    private static func without(_ flags: [Bool], _ values: IRValueList) -> IRValueList {
        var kept = IRValueList()
        for place in values.indices where !flags[place] { kept.append(values[place]) }
        return kept
    }
}

/// Which value stands for which, while a pass collects what it will replace.
struct Replacements {
    private let count: Int
    /// Empty as long as there is none.
    private var targets: [IRValue] = []

    init(count: Int) {
        self.count = count
    }

    var hasAny: Bool { !targets.isEmpty }

    /// The value that stands for `value` in the end. A value that was made later stands for itself.
    subscript(value: IRValue) -> IRValue {
        guard value < targets.count else { return value }
        var value = value
        while value < targets.count, targets[value] != value { value = targets[value] }
        return value
    }

    mutating func replace(_ value: IRValue, by other: IRValue) {
        let other = self[other]
        guard other != value, value < count else { return }
        if targets.isEmpty { targets = Array(0..<count) }
        targets[value] = other
    }
}
