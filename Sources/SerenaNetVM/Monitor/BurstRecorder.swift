// Writes down some instructions in a row.

import SerenaNetBytecode

/// Notes which words are executed and what they take of memory, until it has seen enough: then the program is paused.
struct BurstRecorder: InstructionObserver {
    static var isActive: Bool { true }

    /// One instruction of a burst.
    struct Step {
        let word: Int
        /// What it took of memory, in bytes; known when the next is seen.
        var bytes = 0
    }

    private(set) var steps: [Step] = []
    private let code: UnsafeRawPointer
    private let heap: Heap
    private var left = 0
    private var memoryInUse = 0

    init(program: LoadedProgram, heap: Heap) {
        code = UnsafeRawPointer(program.code)
        self.heap = heap
        steps.reserveCapacity(ProgramMonitor.burst)
    }

    /// Forgets everything and begins anew.
    mutating func begin(_ count: Int) {
        steps.removeAll(keepingCapacity: true)
        left = count
        memoryInUse = heap.allocatedBytes
    }

    /// Notes what the last instruction took.
    mutating func end() {
        guard !steps.isEmpty else { return }
        steps[steps.count - 1].bytes = heap.allocatedBytes &- memoryInUse
    }

    mutating func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool {
        let used = heap.allocatedBytes
        if used != memoryInUse {
            if !steps.isEmpty { steps[steps.count - 1].bytes = used &- memoryInUse }
            memoryInUse = used
        }
        // The halt is no instruction of the program.
        guard depth > 0 else { return true }
        guard left > 0 else { return false }
        left -= 1
        steps.append(Step(word: (pc - code) >> 3))
        return true
    }

    // A burst ends wherever the loop is left, so that neither can happen within one.
    func callWillRepeat() {}
    func failureWasCaught() {}
}
