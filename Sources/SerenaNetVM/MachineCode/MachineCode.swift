// Tasks as machine code: translating them once they are hot, and going in and out.

import SerenaNetBytecode
import Synchronization

/// The machine code of a task and of the functions that it calls. Any number of executions use it at the same time.
final class MachineCode: Sendable {
    #if arch(x86_64)
        typealias Assembler = X86Assembler
    #elseif arch(arm64)
        typealias Assembler = ARMAssembler
    #else
        typealias Assembler = X86Assembler
    #endif

    private let memory: ExecutableMemory
    private let enter: Int
    /// For each word of the program's code the place of its machine code; 0 where there is no way in.
    private let places: [UInt32]

    /// Bytes, with the table of the ways in.
    var size: Int { memory.size + places.count * MemoryLayout<UInt32>.stride }

    /// Translates a function of the program with those that it calls; nil when the processor is none that is known, or the system
    /// does not let us execute what we write.
    init?(_ program: LoadedProgram, task: Int) {
        #if arch(x86_64) || arch(arm64)
            let translator = TaskTranslator<Assembler>(program)
            guard let translation = translator.translate(task: task),
                let memory = ExecutableMemory(translation.code)
            else { return nil }
            self.memory = memory
            enter = translation.enter
            var places = [UInt32](repeating: 0, count: program.wordCount)
            for entry in translation.entries { places[entry.word] = UInt32(truncatingIfNeeded: entry.position) }
            self.places = places
        #else
            return nil
        #endif
    }

    /// Where the machine code of an instruction begins; nil where there is no way in.
    func entry(at pc: UnsafeRawPointer, in program: LoadedProgram) -> UnsafeRawPointer? {
        let place = places[(pc - UnsafeRawPointer(program.code)) >> 3]
        return place == 0 ? nil : UnsafeRawPointer(memory.start) + Int(place)
    }

    private typealias Enter = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer) -> Int

    /// Runs from a way in until machine code is left.
    func run(_ state: UnsafeMutableRawPointer, from entry: UnsafeRawPointer) -> MachineCodeEnd {
        let enter = unsafeBitCast(UnsafeRawPointer(memory.start) + enter, to: Enter.self)
        return MachineCodeEnd(rawValue: enter(state, entry)) ?? .interpret
    }
}

/// The machine code of a program's tasks, as far as there is some.
final class TranslatedTasks: Sendable {
    private struct Tasks {
        var executed: [Int: UInt64] = [:]
        var codes: [Int: MachineCode] = [:]
        var refused: Set<Int> = []
        var size = 0
    }

    let use: MachineCodeUse
    private let tasks = Mutex(Tasks())

    init(_ use: MachineCodeUse) {
        self.use = use
    }

    /// Bytes of all machine code with its tables.
    var size: Int { tasks.withLock { $0.size } }

    /// Counts instructions that a task has executed.
    func count(_ executed: UInt64, of task: Int) {
        if use == .automatic { tasks.withLock { $0.executed[task, default: 0] &+= executed } }
    }

    /// The machine code of a task if there is some, which there is once the task is hot.
    func code(of task: Int, in program: LoadedProgram) -> MachineCode? {
        guard use != .off, ExecutableMemory.isAvailable else { return nil }
        let isWanted = tasks.withLock { tasks in
            tasks.codes[task] == nil && !tasks.refused.contains(task)
                && (use == .always || tasks.executed[task, default: 0] >= MachineCodeLimits.threshold)
        }
        // Outside of the lock: other executions need not wait. Two may translate the same task; the first is kept.
        let made =
            isWanted && program.wordCount <= MachineCodeLimits.wordsOfProgram ? MachineCode(program, task: task) : nil
        return tasks.withLock { tasks in
            guard isWanted, tasks.codes[task] == nil else { return tasks.codes[task] }
            guard let made, tasks.size + made.size <= MachineCodeLimits.bytesOfProgram else {
                tasks.refused.insert(task)
                return nil
            }
            tasks.codes[task] = made
            tasks.size += made.size
            return made
        }
    }
}
