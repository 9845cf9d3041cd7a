// When tasks are translated to machine code, and how much of it there may be.

/// Whether the VM translates tasks to the code of the processor.
///
/// What a program does, how it fails, and which instructions it executes are the same with and without: the interpreter takes
/// over wherever machine code has no answer.
public enum MachineCodeUse: String, CaseIterable, Sendable {
    /// Tasks that have executed ``MachineCodeLimits/threshold`` instructions, over all their runs.
    case automatic
    case off
    /// Every task, before its first instruction: for tests.
    case always
}

/// The bounds of machine code.
public enum MachineCodeLimits {
    /// Instructions that a task has executed before it is translated: two slices of fuel, over all its runs.
    public static let threshold: UInt64 = 32_768
    /// Words of code (see `VMInstruction.wordCount`) that are translated for one task, which bounds the time that it
    /// takes. Functions beyond that are interpreted.
    public static let wordsOfTask = 8_192
    /// Programs with more words of code are interpreted only.
    public static let wordsOfProgram = 1 << 18
    /// Bytes of machine code, with its tables, that a program may have. Tasks that come later are interpreted.
    public static let bytesOfProgram = 4 << 20
    /// Calls of machine code within each other before the interpreter takes over for a while: each takes 8 or 16 bytes of the
    /// thread's stack.
    static let nestedCalls = 4_096
}
