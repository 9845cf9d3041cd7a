// A verified program in the form that the interpreter executes.

import SerenaNetBytecode
import Synchronization

/// A program that has been verified and made ready to run, any number of times and by several executions at once.
///
/// `@unchecked Sendable`: its memory is written in the initialiser, and only read afterwards.
public final class LoadedProgram: @unchecked Sendable {
    public let bytecode: FTAIBytecode
    /// A halt, then the code of all functions, one after the other.
    let code: UnsafeMutableRawPointer
    /// Where the code of each function begins, in words.
    let firstWords: [Int]
    /// An entry for each function, see ``FunctionEntry``.
    let functions: UnsafeMutableRawPointer
    /// A slot for each constant.
    let constants: UnsafeMutableRawPointer
    /// Empty text that is not null, for optionals.
    let emptyText: UnsafeMutableRawPointer
    private var texts: [UnsafeMutableRawPointer] = []
    /// For each function the byte offsets of its registers that are references.
    let references: [[UInt16]]
    /// The types that instructions name.
    let types: [ValueType]
    /// Words of code.
    let wordCount: Int
    let translated: TranslatedTasks
    /// For each function, which of its words are protected, and by what.
    private let handlers: [[ProtectedWords]]

    /// What snapshots name the program by; computed when it is asked for the first time.
    private let knownHash = Mutex<[UInt8]?>(nil)

    /// A handler with its places in words from the beginning of the code.
    private struct ProtectedWords {
        let words: Range<Int>
        let target: Int
        let handler: FaultHandler
    }

    /// Bytes of machine code, with its tables.
    public var machineCodeSize: Int { translated.size }

    /// Verifies `bytecode` and prepares it.
    ///
    /// - Parameter machineCode: whether tasks are translated for the processor.
    /// - Throws: ``VMError/invalidBytecode(instruction:)`` when the verifier refuses it.
    public init(_ bytecode: FTAIBytecode, machineCode: MachineCodeUse = .automatic) throws(VMError) {
        do throws(VerificationError) { try BytecodeVerifier.verify(bytecode) } catch {
            throw .invalidBytecode(instruction: error)
        }
        self.bytecode = bytecode
        var encoder = CodeEncoder()
        encoder.encodeHalt()
        firstWords = bytecode.functions.map { function in
            defer { encoder.encode(bytecode.instructions(of: function), of: function) }
            return encoder.words.count
        }
        types = encoder.types
        wordCount = encoder.words.count
        translated = TranslatedTasks(machineCode)
        references = bytecode.functions.map { function in
            function.registers.indices.filter { function.registers[$0].isReference }.map { UInt16($0 * 8) }
        }
        let starts = firstWords
        handlers = bytecode.functions.enumerated().map { Self.protectedWords(of: $1, in: bytecode, from: starts[$0]) }
        code = Self.memory(of: encoder.words)
        functions = .allocate(byteCount: max(1, bytecode.functions.count) * FunctionEntry.stride, alignment: 16)
        constants = .allocate(byteCount: max(1, bytecode.constants.count) * 8, alignment: 16)
        emptyText = .allocate(byteCount: HeapText.headerSize, alignment: 16)
        HeapText.writePermanent(UnsafeRawBufferPointer(start: nil, count: 0), to: emptyText)
        for (index, function) in bytecode.functions.enumerated() {
            let entry = FunctionEntry(
                code: code + firstWords[index] * 8, frameSize: FunctionEntry.frameSize(of: function))
            functions.storeBytes(of: entry, toByteOffset: index * FunctionEntry.stride, as: FunctionEntry.self)
        }
        for (index, constant) in bytecode.constants.enumerated() {
            constants.storeBytes(of: slot(of: constant), toByteOffset: index * 8, as: UInt64.self)
        }
    }

    deinit {
        for memory in [code, functions, constants, emptyText] + texts { memory.deallocate() }
    }

    /// See ``SerenaNetBytecode/FTAIBytecode/executableHash``.
    var executableHash: [UInt8] {
        if let known = knownHash.withLock({ $0 }) { return known }
        let hash = bytecode.executableHash
        knownHash.withLock { $0 = hash }
        return hash
    }

    /// What a task returns to.
    var halt: UnsafeRawPointer {
        UnsafeRawPointer(code)
    }

    private static func memory(of words: [UInt64]) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: words.count * 8, alignment: 16)
        words.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
        }
        return memory
    }

    private func slot(of constant: BytecodeConstant) -> UInt64 {
        switch constant {
        case .int(let value): return UInt64(bitPattern: value)
        case .float(let value): return value.bitPattern
        case .string(let text):
            if text.isEmpty { return 0 }
            var text = text
            return text.withUTF8 { bytes in
                let memory = UnsafeMutableRawPointer.allocate(
                    byteCount: HeapText.headerSize + bytes.count, alignment: 16)
                HeapText.writePermanent(UnsafeRawBufferPointer(bytes), to: memory)
                texts.append(memory)
                return HeapText(memory).slot
            }
        }
    }

    private static func protectedWords(
        of function: BytecodeFunction, in bytecode: FTAIBytecode, from start: Int
    ) -> [ProtectedWords] {
        guard !function.handlers.isEmpty else { return [] }
        var positions = [start]
        for instruction in bytecode.instructions(of: function) {
            positions.append(positions[positions.count - 1] + instruction.wordCount)
        }
        return function.handlers.map { handler in
            ProtectedWords(
                words: positions[handler.range.lowerBound]..<positions[handler.range.upperBound],
                target: positions[handler.target], handler: handler)
        }
    }

    /// The handler that protects the instruction at `pointer`, and where its code begins; nil when there is none.
    func handler(at pointer: UnsafeRawPointer) -> (handler: FaultHandler, code: UnsafeRawPointer)? {
        guard let function = function(at: pointer) else { return nil }
        let word = (pointer - UnsafeRawPointer(code)) / 8
        guard let found = handlers[function].first(where: { $0.words.contains(word) }) else { return nil }
        return (found.handler, UnsafeRawPointer(code) + found.target * 8)
    }

    /// The function that the word at `pointer` belongs to; nil when it is the halt.
    func function(at pointer: UnsafeRawPointer) -> Int? {
        let word = (pointer - UnsafeRawPointer(code)) / 8
        // The functions stand in the order of their code, so that the right one is found by halving.
        var low = 0
        var high = firstWords.count
        while low < high {
            let middle = (low + high) / 2
            if firstWords[middle] <= word { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// The function and the instruction that the word at `pointer` belongs to; nil when it is the halt.
    func place(of pointer: UnsafeRawPointer) -> (function: Int, instruction: Int)? {
        let word = (pointer - UnsafeRawPointer(code)) / 8
        guard let function = firstWords.lastIndex(where: { $0 <= word }) else { return nil }
        var end = firstWords[function]
        for (index, instruction) in bytecode.instructions(of: bytecode.functions[function]).enumerated() {
            end += instruction.wordCount
            if word < end { return (function, index) }
        }
        return nil
    }
}

/// What a call needs to know of a function.
struct FunctionEntry {
    let code: UnsafeMutableRawPointer
    /// Bytes of the registers, and of the header of the frame above.
    let frameSize: Int

    static let stride = 16
    /// Before a frame's registers stand the address to return to, and a word with the caller's frame size in the lower half
    /// and the byte offset of the register for the result in the upper half.
    static let headerSize = 16

    static func frameSize(of function: BytecodeFunction) -> Int {
        function.registers.count * 8 + headerSize
    }
}
