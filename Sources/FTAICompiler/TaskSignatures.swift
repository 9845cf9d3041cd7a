// What a call needs to know of the tasks of a program.

import FTAI

/// The inputs and outputs of all tasks, by numbers: a call of a task looks at no text.
struct TaskSignatures {
    struct Input {
        let name: Name
        /// Nil when it could not be read, which has been reported.
        let type: IRType?
        /// Whether a caller may leave it out.
        let isOptional: Bool
    }

    struct Task {
        /// The places of its inputs in ``TaskSignatures/inputs``.
        let inputs: Range<Int>
        let hasOutput: Bool
        let output: IRType?
    }

    private(set) var tasks: [Task] = []
    private(set) var inputs: [Input] = []
    /// For each name of a task its index; −1 for other names.
    private var byName: [Int32] = []

    /// - Parameter parser: knows the names and types of the program, and learns those of the heads.
    init(of heads: [TaskHead], _ parser: inout CodeParser) {
        tasks.reserveCapacity(heads.count)
        for index in heads.indices {
            let start = inputs.count
            for input in heads[index].inputs {
                let type = input.type.map { parser.types.number(of: $0) }
                inputs.append(Input(name: parser.name(of: input.name), type: type, isOptional: input.isOptional))
            }
            let output = heads[index].output?.type.map { parser.types.number(of: $0) }
            tasks.append(Task(inputs: start..<inputs.count, hasOutput: heads[index].output != nil, output: output))
        }
        for index in heads.indices { add(parser.name(of: heads[index].name), index) }
    }

    private mutating func add(_ name: Name, _ index: Int) {
        // A task under the name of a function of the standard library has been reported, and is not called by it.
        guard !StandardFunction.isName(name) else { return }
        if name.index >= byName.count {
            byName += [Int32](repeating: -1, count: name.index + 1 + tasks.count - byName.count)
        }
        if byName[name.index] < 0 { byName[name.index] = Int32(truncatingIfNeeded: index) }
    }

    /// The first task of a name.
    func task(named name: Name) -> Int? {
        guard name.index < byName.count, byName[name.index] >= 0 else { return nil }
        return Int(byName[name.index])
    }
}
