// How many made programs were run, in which ways, and how they ended.

import SerenaNetBytecode

/// Sums over made programs.
struct TrialTotals {
    /// Programs that the verifier has accepted and the machine has run.
    var programs = 0
    /// Instructions that they have executed.
    var instructions = 0
    /// How they ended: with a result, with a failure of their own, at a budget.
    var finished = 0
    var failed = 0
    var cut = 0
    /// Requests to the host.
    var requests = 0
    /// Snapshots from which a program has gone on, to the same end.
    var snapshots = 0
    /// Programs that have done the same as machine code.
    var asMachineCode = 0
    /// Programs every object of which had memory of its own, if the machine is compiled so.
    var withSeparateObjects = 0
    /// Cycles of the collector.
    var collections = 0
    /// Executions of each opcode, in the programs whose way it is to be counted.
    var executions = [Int](repeating: 0, count: VMOpcode.allCases.count)

    private static var fields: [(name: String, path: WritableKeyPath<TrialTotals, Int>)] {
        [
            ("programs", \.programs), ("instructions", \.instructions), ("finished", \.finished), ("failed", \.failed),
            ("cut", \.cut), ("requests", \.requests), ("snapshots", \.snapshots), ("asMachineCode", \.asMachineCode),
            ("withSeparateObjects", \.withSeparateObjects), ("collections", \.collections),
        ]
    }

    mutating func add(_ other: TrialTotals) {
        for (_, path) in Self.fields { self[keyPath: path] += other[keyPath: path] }
        for index in executions.indices { executions[index] += other.executions[index] }
    }

    /// Lines of a name and a number; those of opcodes begin with a point.
    var text: String {
        let opcodes = VMOpcode.allCases.map { ".\($0) \(executions[Int($0.rawValue)])" }
        return (Self.fields.map { "\($0.name) \(self[keyPath: $0.path])" } + opcodes).joined(separator: "\n")
    }

    /// Opcodes that no counted program has executed.
    var neverExecuted: [VMOpcode] { VMOpcode.allCases.filter { executions[Int($0.rawValue)] == 0 } }

    init() {}

    /// Reads ``text``; what it does not name is 0, and names that are not known are left out.
    init(text: String) {
        let opcodes = Dictionary(uniqueKeysWithValues: VMOpcode.allCases.map { (".\($0)", Int($0.rawValue)) })
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { continue }
            if let field = Self.fields.first(where: { $0.name == words[0] }) { self[keyPath: field.path] = number }
            if let opcode = opcodes[String(words[0])] { executions[opcode] = number }
        }
    }
}
