// Who watches single instructions: nobody, the profiler, or the debugger.

/// Looks at each instruction before it is executed.
///
/// The interpreter's loop is compiled once for each observer, so that the loop without one has no trace of it.
protocol InstructionObserver {
    /// False only where nothing is ever looked at.
    static var isActive: Bool { get }

    /// Called before the instruction at `pc` in the frame at `base`; false leaves the loop in front of it.
    ///
    /// - Parameter depth: how many calls are open, the task itself included; 0 at the halt behind it.
    mutating func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool

    /// The call that was allowed last has found no room and will be shown once more.
    mutating func callWillRepeat()

    /// The instruction that was allowed last has failed, and a handler takes the failure.
    mutating func failureWasCaught()
}

/// Looks at nothing.
struct NoObserver: InstructionObserver {
    @inline(__always) static var isActive: Bool { false }
    @inline(__always) func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool { true }
    @inline(__always) func callWillRepeat() {}
    @inline(__always) func failureWasCaught() {}
}
