// The block of memory that machine code and the machine share while machine code runs.

/// Offsets of the words in the block, in bytes.
enum MachineCodeState {
    /// Address of the instruction at which machine code was left.
    static let pc = 0
    /// Of the current frame.
    static let base = 8
    static let fuel = 16
    static let frameSize = 24
    /// The thread's stack pointer on the way in.
    static let entryStack = 32
    /// Below which no call is made.
    static let stackLimit = 40
    /// The end of the VM's stack.
    static let stackEnd = 48
    /// The ``Machine``.
    static let machine = 56
    /// The function that executes an instruction slowly.
    static let slow = 64
    /// The beginning of the program's code.
    static let code = 72
    /// Calls that are open, the task itself included.
    static let depth = 80
    /// How much of the thread's stack calls may take.
    static let stackAllowance = 88

    /// The function that grants fuel.
    static let refuel = 96

    static let size = 104
}

/// Why machine code was left.
enum MachineCodeEnd: Int {
    /// The interpreter executes the instruction.
    case interpret = 0
    /// The instruction has failed, and the machine knows why.
    case failed = 2
    /// The function that was entered first has returned.
    case returned = 3
    /// Others go first.
    case turnEnded = 4
    /// The monitor wants to look at the next instructions.
    case watched = 5
}
