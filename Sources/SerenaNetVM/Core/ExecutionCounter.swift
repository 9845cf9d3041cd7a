// Counts every instruction that is executed, apart for each way of calls to it.

import SerenaNetBytecode

/// Counts executions by word of code within a tree of calls, and by word what took memory and which jumps were taken.
///
/// Calls of the same function from the same function, at the same inlined call, are one node of the tree.
final class ExecutionCounter: InstructionObserver {
    static var isActive: Bool { true }

    /// Calls of a function that came there on the same way.
    struct Node {
        let function: Int
        /// The node that called; −1 for the task that was run, and for a node that stands for all calls that found no place.
        let parent: Int
        /// The inlined call that the call belongs to in the function of `parent`, see ``BytecodeFunction/scopes``.
        let scope: Int
        /// Where the counts of its function's words begin in ``counts``.
        let firstCount: Int
        var calls: UInt64 = 0
    }

    private struct Edge: Hashable {
        let parent: Int
        let function: Int
        let scope: Int
    }

    let program: LoadedProgram
    private let heap: Heap
    private let code: UnsafeRawPointer
    /// The function of each word of the program.
    private let functions: [Int]
    private let scopes: [Int]
    /// For the first word of each instruction, the word behind the instruction.
    private let following: [Int]

    private(set) var nodes: [Node] = []
    private(set) var counts: [UInt64] = []
    /// For each word, how often the next instruction was not the one behind it.
    private(set) var departures: [UInt64]
    private(set) var allocations: [UInt64]
    private(set) var bytes: [UInt64]

    private var edges: [Edge: Int] = [:]
    /// The nodes of the open calls, innermost last.
    private var path: [Int] = []
    /// To be added to a word to find its count in the innermost node.
    private var offset = 0
    /// The word that was executed last; 0, the halt, for none.
    private var previous = 0
    private var memoryInUse: Int

    /// So many counts take 32 MB. A call that finds no place in the tree is counted in one node for its function.
    private static let mostCounts = 1 << 22
    private static let mostNodes = 1 << 16

    init(program: LoadedProgram, heap: Heap) {
        self.program = program
        self.heap = heap
        code = UnsafeRawPointer(program.code)
        var functions = [-1]
        var scopes = [0]
        var following = [1]
        for (index, function) in program.bytecode.functions.enumerated() {
            for (position, instruction) in program.bytecode.instructions(of: function).enumerated() {
                let scope = function.scopes.isEmpty ? 0 : Int(function.scopes[position])
                let end = functions.count + instruction.wordCount
                for _ in 0..<instruction.wordCount {
                    following.append(end)
                    functions.append(index)
                    scopes.append(scope)
                }
            }
        }
        self.functions = functions
        self.scopes = scopes
        self.following = following
        departures = [UInt64](repeating: 0, count: functions.count)
        allocations = departures
        bytes = departures
        memoryInUse = heap.allocatedBytes
    }

    func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool {
        let word = (pc - code) >> 3
        if heap.allocatedBytes != memoryInUse { noteMemory() }
        if word != following[previous] { departures[previous] += 1 }
        if depth != path.count { follow(to: depth, at: word) }
        // The halt is no instruction of the program.
        if word != 0 {
            counts[word &+ offset] += 1
            if isTogether(pc) { for call in 1...max(1, pc.a) { counts[word + call + offset] += 1 } }
        }
        previous = word
        return true
    }

    func callWillRepeat() {
        counts[previous + offset] -= 1
    }

    func failureWasCaught() {
        noteMemory()
        // That control goes elsewhere now is not the doing of a jump.
        previous = 0
    }

    private func isTogether(_ pc: UnsafeRawPointer) -> Bool {
        pc.plainOpcode == .suspend && UInt16(pc.detail) == VMOpcode.together.rawValue && pc.a > 0
    }

    /// The memory that is taken between two instructions was taken by the first.
    private func noteMemory() {
        let used = heap.allocatedBytes
        if used > memoryInUse {
            allocations[previous] += 1
            bytes[previous] += UInt64(used - memoryInUse)
        }
        memoryInUse = used
    }

    private func follow(to depth: Int, at word: Int) {
        if depth > path.count {
            let node = node(of: functions[word])
            nodes[node].calls += 1
            path.append(node)
        } else {
            path.removeLast(path.count - depth)
        }
        guard let node = path.last else { return }
        offset = nodes[node].firstCount - program.firstWords[nodes[node].function]
    }

    private func node(of function: Int) -> Int {
        var edge = Edge(parent: path.last ?? -1, function: function, scope: scopes[previous])
        if let node = edges[edge] { return node }
        let count = program.bytecode.instructions(of: program.bytecode.functions[function])
            .reduce(0) { $0 + $1.wordCount }
        if counts.count + count > Self.mostCounts || nodes.count >= Self.mostNodes {
            edge = Edge(parent: -1, function: function, scope: 0)
            if let node = edges[edge] { return node }
        }
        nodes.append(Node(function: function, parent: edge.parent, scope: edge.scope, firstCount: counts.count))
        counts += [UInt64](repeating: 0, count: count)
        edges[edge] = nodes.count - 1
        return nodes.count - 1
    }
}
