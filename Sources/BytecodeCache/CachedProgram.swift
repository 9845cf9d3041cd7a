// A program as the cache keeps it, and the form in which it lies on the disk.

import Crypto
import Foundation
import SerenaNetBytecode

/// A program that is kept, and what it cost. Shared by all who ask for it, so that a hit copies a reference and no more.
public final class CachedProgram: Sendable {
    public let bytecode: FTAIBytecode
    /// What compiling it took; nil when that was not measured.
    public let compilationTime: Duration?
    /// How many warnings the compiler had about the document.
    public let warningCount: Int
    /// What it takes in memory, in bytes.
    let footprint: Int

    init(_ bytecode: FTAIBytecode, compilationTime: Duration?, warningCount: Int) {
        self.bytecode = bytecode
        self.compilationTime = compilationTime.map { min($0, .nanoseconds(ProgramFigures.clamped(.max))) }
        self.warningCount = warningCount
        footprint = bytecode.footprint
    }

    /// What making it again takes, in nanoseconds. Without a measurement 400 ns an instruction, the order of magnitude that the compiler needs.
    var cost: Double {
        compilationTime.map { $0 / .nanoseconds(1) } ?? 400 * Double(bytecode.instructions.count)
    }
}

extension CachedProgram {
    /// Figures that nothing was counted in yet.
    var figures: ProgramFigures {
        var figures = ProgramFigures(
            program: bytecode.id, file: bytecode.metadata.sourceFile, level: bytecode.optimizationLevel.rawValue,
            compiler: "")
        figures.compilationNs = compilationTime.map { Int($0 / .nanoseconds(1)) } ?? 0
        return figures
    }
}

extension FTAIBytecode {
    /// About the bytes that the program takes in memory.
    var footprint: Int {
        func size(_ text: String) -> Int { text.utf8.count > 15 ? text.utf8.count + 32 : 0 }
        var bytes = 512 + instructions.count * MemoryLayout<VMInstruction>.stride
        for instruction in instructions where !instruction.arguments.isEmpty {
            bytes += 32 + 2 * instruction.arguments.count
        }
        for function in functions {
            bytes += MemoryLayout<BytecodeFunction>.stride + size(function.name) + 4 * function.lines.count
            bytes += MemoryLayout<ValueType>.stride * function.registers.count + 2 * function.scopes.count + 128
        }
        for case .string(let text) in constants { bytes += size(text) }
        bytes += constants.count * MemoryLayout<BytecodeConstant>.stride
        for task in tasks {
            bytes += MemoryLayout<TaskDeclaration>.stride + 64 * task.inputs.count
            bytes += task.phrases.reduce(0) { $0 + 16 + size($1) }
        }
        return bytes
    }
}

/// A program on the disk.
///
///     magic             4 bytes   'S' 'B' 'C' 1
///     key              32 bytes
///     compilation time  i64       nanoseconds; -1 when it was not measured
///     warnings          u32
///     length            u32       of the program, in bytes
///     seal             32 bytes   SHA-256 of everything before, and of the last 32 bytes of the program
///     program                     its binary form, which ends with the SHA-256 of all that is before
///
/// The seal covers the hash that covers the program: every bit is under a hash, and nothing is hashed twice. Integers are little-endian.
enum SealedEntry {
    private static let magic: [UInt8] = [0x53, 0x42, 0x43, 1]
    private static let headLength = 4 + CacheKey.byteCount + 8 + 4 + 4
    private static let hashLength = 32
    /// The largest entry that is read or written, in bytes.
    static let maximumSize = 16 << 20

    static func seal(_ program: CachedProgram, for key: CacheKey) -> [UInt8] {
        let body = program.bytecode.encoded()
        var bytes = magic + key.bytes
        let time = program.compilationTime.map { Int64($0 / .nanoseconds(1)) } ?? -1
        withUnsafeBytes(of: time.littleEndian) { bytes += $0 }
        withUnsafeBytes(of: UInt32(clamping: program.warningCount).littleEndian) { bytes += $0 }
        withUnsafeBytes(of: UInt32(clamping: body.count).littleEndian) { bytes += $0 }
        let seal = bytes.withUnsafeBytes { head in
            body.withUnsafeBytes { hash(head, $0.suffix(hashLength)) }
        }
        return bytes + Array(seal) + body
    }

    /// The program of an entry; nil when it is not, bit by bit, what was stored under the key, or is not safe to run.
    ///
    /// - Parameter bytes: are read where they lie, and not referred to afterwards.
    static func open(_ bytes: UnsafeRawBufferPointer, for key: CacheKey) -> CachedProgram? {
        let start = headLength + hashLength
        guard bytes.count >= start + hashLength, bytes.count <= maximumSize else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[start...])
        func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
            Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        guard bytes.starts(with: magic), CacheKey(words: UnsafeRawBufferPointer(rebasing: bytes[4..<36])) == key,
            isSealed(bytes), number(at: 48, as: UInt32.self) == UInt32(clamping: body.count),
            let bytecode = try? FTAIBytecode(decoding: body), (try? BytecodeVerifier.verify(bytecode)) != nil
        else { return nil }
        let time = number(at: 36, as: Int64.self)
        return CachedProgram(
            bytecode, compilationTime: time < 0 ? nil : .nanoseconds(time),
            warningCount: Int(number(at: 44, as: UInt32.self)))
    }

    /// The key that an entry claims.
    static func key(of bytes: Data) -> CacheKey? {
        bytes.count >= headLength ? CacheKey(bytes.dropFirst(4).prefix(CacheKey.byteCount)) : nil
    }

    /// Whether an entry is what was stored in its row. Programs of other compilers have hashes as well, but need not be readable.
    static func isSound(_ bytes: Data, row: Int64, readsProgram: Bool) -> Bool {
        guard let key = key(of: bytes), key.row == row else { return false }
        return bytes.withUnsafeBytes { bytes in
            if readsProgram { return open(bytes, for: key) != nil }
            guard bytes.count >= headLength + 2 * hashLength, isSealed(bytes) else { return false }
            let body = UnsafeRawBufferPointer(rebasing: bytes[(headLength + hashLength)...])
            return hash(UnsafeRawBufferPointer(rebasing: body.dropLast(hashLength)), body.suffix(0))
                .withUnsafeBytes { $0.elementsEqual(body.suffix(hashLength)) }
        }
    }

    /// Whether the seal is that of the head and of the hash at the end.
    ///
    /// - Parameter bytes: at least head, seal and hash.
    private static func isSealed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        hash(UnsafeRawBufferPointer(rebasing: bytes[..<headLength]), bytes.suffix(hashLength))
            .withUnsafeBytes { $0.elementsEqual(bytes[headLength..<headLength + hashLength]) }
    }

    private static func hash(_ head: UnsafeRawBufferPointer, _ tail: Slice<UnsafeRawBufferPointer>) -> SHA256.Digest {
        var hash = SHA256()
        hash.update(bufferPointer: head)
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: tail))
        return hash.finalize()
    }
}
