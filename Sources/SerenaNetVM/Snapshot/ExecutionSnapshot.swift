// A suspended program as bytes: what they mean, and why bytes are refused.
//
//   magic      4 bytes    89 'F' 'T' 'S'; the first byte is no ASCII
//   version    u16
//   program    32 bytes   what the program is, see ``SerenaNetBytecode/FTAIBytecode/executableHash``
//   task       u32        its place among the tasks of the program
//   budgets    u64 × 4    nanoseconds, instructions, bytes, calls; then u8 priority and u8 fall-back
//   counters   u64 × 22   see ``SnapshotCounters``
//   frames     u32 count; the task's own first, each: u32 function, u32 instruction, a slot for each register
//   objects    u32 count; each: u16 shape, u32 count, then the bytes of a text, the slot of a box, a slot for each element of
//              a list, or the slots of key and value for each entry of a map
//   hash       32 bytes   SHA-256 of everything before
//
// Integers are little-endian. A slot is 8 bytes, as its type demands: the bits of a number, 0 or 1 for a truth, and for a
// reference the number of its object, counted from 1, times 16, and 0 for null. In a slot of `any` the lowest four bits are
// the tag of ``ReferenceTag``, and what stands in the slot itself stands above them. What two slots refer to is one object
// with one number, so that what was shared or goes round in a circle does so again. No address and no jump is ever written:
// a frame says which instruction it stands at, and where it returns to follows from the program.

import SerenaNetBytecode

/// A suspended program as bytes, for another process or a later time.
///
/// ```swift
/// let snapshot = try execution.snapshot()
/// let later = try Execution(resuming: snapshot, of: program, atMost: PerformanceRequirements(), clock: clock)
/// var step = later.advance(with: await host.answer(later.pendingRequest))
/// ```
public struct ExecutionSnapshot: Hashable, Sendable {
    public let bytes: [UInt8]

    /// - Parameter bytes: from wherever; they are judged when the program is to go on.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    static let magic: [UInt8] = [0x89, 0x46, 0x54, 0x53]
    static let version: UInt16 = 2
    static let hashLength = 32
    /// The most bytes that are written or read.
    public static let maximumSize = 1 << 30
}

/// Why there is no snapshot, or why a program cannot go on from one.
public struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        /// The program does not wait for its host.
        case notSuspended
        /// More than ``ExecutionSnapshot/maximumSize`` bytes.
        case tooLarge
        /// The bytes do not begin as a snapshot does.
        case notSnapshot
        /// Written by another version of the VM.
        case unsupportedVersion(UInt16)
        /// The content does not match the hash at the end: it was cut, damaged or edited.
        case damaged
        /// It was taken of another program.
        case otherProgram
        /// The bytes end before what they announce, or go on behind it.
        case wrongLength
        /// More elements are announced than there are bytes for.
        case countTooLarge(UInt32)
        /// A number stands where only certain numbers have a meaning.
        case unknownCode(what: String, UInt64)
        /// A call that the program cannot have open: it does not make it there, or does not wait there for its host.
        case impossibleFrame(String)
        /// A slot does not hold what the type of its register or element demands.
        case wrongSlot(type: String)
        /// A text is not UTF-8.
        case invalidUTF8
        /// Two entries of a map have one key.
        case repeatedKey
        /// The program may not go on, or would have ended where it stands.
        case refused(VMError)
    }

    public let reason: Reason
    /// Bytes from the beginning; nil where the reason is no place in them.
    public let offset: Int?

    public init(_ reason: Reason, at offset: Int? = nil) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String {
        explanation + (offset.map { " (at byte \($0))" } ?? "")
    }

    private var explanation: String {
        switch reason {
        case .notSuspended: "the program does not wait for its host"
        case .tooLarge: "the snapshot would be larger than \(ExecutionSnapshot.maximumSize) bytes"
        case .notSnapshot: "it does not begin as a snapshot does"
        case .unsupportedVersion(let version):
            "snapshot version \(version), where version \(ExecutionSnapshot.version) is needed"
        case .damaged: "the content does not match its SHA-256; it was cut, damaged or edited"
        case .otherProgram: "it was taken of another program"
        case .wrongLength: "it does not end where its content does"
        case .countTooLarge(let count): "\(count) elements are announced, more than there are bytes for"
        case .unknownCode(let what, let code): "\(code) is no possible \(what)"
        case .impossibleFrame(let why): "the program cannot have this call open: \(why)"
        case .wrongSlot(let type): "a slot holds no value of type \(type)"
        case .invalidUTF8: "a text is not UTF-8"
        case .repeatedKey: "two entries of a map have one key"
        case .refused(let error): "the program cannot go on: \(error)"
        }
    }
}

extension FTAIBytecode {
    /// SHA-256 of all that decides what the program does: its binary form without the names of files, which depend on
    /// where somebody has called the compiler, and without the time of its compilation.
    var executableHash: [UInt8] {
        var program = self
        program.id = ""
        program.compiledAt = nil
        program.metadata = BytecodeMetadata(sourceLanguage: "", targetVM: "", sourceFile: "", cacheKey: "")
        for index in program.functions.indices { program.functions[index].file = nil }
        return Array(program.encoded().suffix(ExecutionSnapshot.hashLength))
    }
}
