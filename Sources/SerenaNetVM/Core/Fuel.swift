// Counting instructions without counting them: what a run of instructions has cost is seen from how far it has come.

/// The address at which the fuel is used up, if control goes straight on.
///
/// An instruction of one word takes control one word nearer to the horizon, and with that has paid. One that jumps moves the horizon
/// as far as it moves control, less a word: its price. One of several words moves the horizon by those that it has more. So the
/// instructions that are left at any place are the words from there to the horizon, exactly, and only what jumps looks at it.
struct Horizon {
    // As a number, because it can lie far outside of the code.
    private var address: Int

    @inline(__always) init(_ pc: UnsafeRawPointer, fuel: Int64) {
        address = Int(bitPattern: pc) &+ Int(fuel) &* 8
    }

    /// The instructions that are left before the one at `pc`; negative when the last run has overdrawn them.
    @inline(__always) func fuel(at pc: UnsafeRawPointer) -> Int64 {
        Int64((address &- Int(bitPattern: pc)) >> 3)
    }

    @inline(__always) func isReached(at pc: UnsafeRawPointer) -> Bool {
        Int(bitPattern: pc) >= address
    }

    /// One instruction at `pc` takes control to `target`.
    @inline(__always) mutating func follow(from pc: UnsafeRawPointer, to target: UnsafeRawPointer) {
        address &+= target - pc &- 8
    }

    /// An instruction is so many words longer than one.
    @inline(__always) mutating func extend(by words: Int) {
        address &+= words &* 8
    }
}

extension MachineExit {
    /// Whether the instruction at which the loop was left has been executed, or has failed, and was not passed: it counts.
    var countsInstruction: Bool {
        switch self {
        case .suspended, .failed, .overflow, .divisionByZero, .nullValue: true
        case .finished, .refuel, .callRefused, .turnEnded, .paused: false
        }
    }
}
