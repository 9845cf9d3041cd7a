// Memory that the processor executes: written first, then executable, never both.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// Pages with machine code. They are released with the last reference.
///
/// `@unchecked Sendable`: written in the initialiser, and read only from then on; the system sees to that.
final class ExecutableMemory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let size: Int

    /// Whether this process has been refused once; nothing is asked for then.
    private static let isRefused = Atomic(false)

    static var isAvailable: Bool { !isRefused.load(ordering: .relaxed) }

    /// A page that is executable, as the system gives it out; `protect` is mprotect, which tests replace.
    ///
    /// - Returns: nil when the system does not allow it, or has no memory.
    init?(_ code: [UInt8], protect: (UnsafeMutableRawPointer, Int) -> Bool = ExecutableMemory.makeExecutable) {
        let page = Int(getpagesize())
        size = (max(1, code.count) + page - 1) / page * page
        let flags = MAP_PRIVATE | MAP_ANON
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            return nil
        }
        start = memory
        code.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress { memory.copyMemory(from: source, byteCount: bytes.count) }
        }
        guard protect(memory, size) else {
            munmap(memory, size)
            return nil
        }
        Self.synchronizeInstructions(memory, size)
    }

    deinit {
        munmap(start, size)
    }

    /// Takes the right to write away and gives the right to execute. A refusal is remembered for the whole process: it is the
    /// system's policy, and asking again would change nothing.
    static func makeExecutable(_ memory: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        let isAllowed = mprotect(memory, size, PROT_READ | PROT_EXEC) == 0
        if !isAllowed { isRefused.store(true, ordering: .relaxed) }
        return isAllowed
    }

    /// Lets the instruction cache see what was written. On x86-64 it does by itself.
    private static func synchronizeInstructions(_ memory: UnsafeMutableRawPointer, _ size: Int) {
        #if arch(arm64)
            clearInstructionCache(memory, memory + size)
        #endif
    }
}

#if arch(arm64)
    /// Of the compiler's runtime library: cleans the data cache and invalidates the instruction cache.
    @_silgen_name("__clear_cache")
    private func clearInstructionCache(_ start: UnsafeMutableRawPointer, _ end: UnsafeMutableRawPointer)
#endif
