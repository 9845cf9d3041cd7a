// From bytes to a program. The bytes may be anything: every count, code and text is checked before it is used.

import Crypto
import Foundation

extension FTAIBytecode {
    /// Reads what ``encoded()`` wrote.
    ///
    /// The result is well formed, not yet safe to run: that is for ``BytecodeVerifier`` to say.
    ///
    /// - Throws: ``BytecodeFormatError`` for anything else than an undamaged binary form of this version.
    public init(decoding bytes: [UInt8]) throws(BytecodeFormatError) {
        self = try bytes.withUnsafeBytes { bytes in
            Result { () throws(BytecodeFormatError) in try FTAIBytecode(decoding: bytes) }
        }.get()
    }

    /// The same, from memory that stays as it is until this returns; nothing of the result refers to it.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(BytecodeFormatError) {
        guard bytes.starts(with: BytecodeFormat.magic) else {
            throw BytecodeFormatError(reason: .notBytecode, offset: 0)
        }
        let end = bytes.count - BytecodeFormat.hashLength
        var reader = BytecodeReader(bytes: bytes, position: BytecodeFormat.magic.count, end: max(0, end))
        let version: UInt16 = try reader.readNumber()
        guard version == BytecodeFormat.version else {
            throw BytecodeFormatError(reason: .unsupportedVersion(version), offset: BytecodeFormat.magic.count)
        }
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        guard hash.finalize().withUnsafeBytes({ $0.elementsEqual(bytes[end...]) }) else {
            throw BytecodeFormatError(reason: .damaged, offset: end)
        }
        self = try reader.readProgram()
    }
}

/// Takes values off the front of bytes, in the layout of ``BytecodeFormat``.
///
/// Every read looks first whether there are so many bytes left. Works on memory that its caller keeps alive.
private struct BytecodeReader {
    let bytes: UnsafeRawBufferPointer
    private var position: Int
    private var end: Int
    private var types = KnownTypes()

    init(bytes: UnsafeRawBufferPointer, position: Int, end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    mutating func readProgram() throws(BytecodeFormatError) -> FTAIBytecode {
        var program = try section(.header) { (reader) throws(BytecodeFormatError) in try reader.readHeader() }
        program.constants = try section(.constants) { (reader) throws(BytecodeFormatError) in
            try reader.readList(smallest: 5) { (reader) throws(BytecodeFormatError) in try reader.readConstant() }
        }
        program.functions = try section(.functions) { (reader) throws(BytecodeFormatError) in
            try reader.readList(smallest: 43) { (reader) throws(BytecodeFormatError) in try reader.readFunction() }
        }
        program.instructions = try section(.code) { (reader) throws(BytecodeFormatError) in
            try reader.readInstructions()
        }
        program.tasks = try section(.tasks) { (reader) throws(BytecodeFormatError) in
            try reader.readList(smallest: 22) { (reader) throws(BytecodeFormatError) in try reader.readTask() }
        }
        guard position == end else { throw error(.misplacedSection) }
        return program
    }

    /// Reads the content of a section, which must be the next one and hold nothing else.
    private mutating func section<Content>(
        _ section: BytecodeSection, content: (inout BytecodeReader) throws(BytecodeFormatError) -> Content
    ) throws(BytecodeFormatError) -> Content {
        let tag: UInt16 = try readNumber()
        let length: UInt32 = try readNumber()
        guard tag == section.rawValue, Int(length) <= end - position else {
            throw error(.misplacedSection)
        }
        let endOfAll = end
        end = position + Int(length)
        let result = try content(&self)
        guard position == end else { throw error(.misplacedSection) }
        end = endOfAll
        return result
    }

    private mutating func readHeader() throws(BytecodeFormatError) -> FTAIBytecode {
        let id = try readString()
        let sourceHash = try readString()
        let levelName = try readString()
        guard let level = OptimizationLevel(rawValue: levelName) else {
            throw error(.unknownCode(what: "optimisation level", UInt64(levelName.utf8.count)))
        }
        let compiledAt = try readOptional { (reader) throws(BytecodeFormatError) in
            Date(timeIntervalSinceReferenceDate: Double(bitPattern: try reader.readNumber()))
        }
        var metadata = BytecodeMetadata(
            sourceLanguage: try readString(), targetVM: try readString(), sourceFile: try readString(),
            cacheKey: try readString())
        let dependencies = try readList(smallest: 8) { (reader) throws(BytecodeFormatError) in
            (key: try reader.readString(), value: try reader.readString())
        }
        metadata.dependencies = Dictionary(dependencies.map { ($0.key, $0.value) }) { first, _ in first }
        return FTAIBytecode(
            id: id, sourceHash: sourceHash, instructions: [], functions: [], constants: [], tasks: [],
            metadata: metadata, optimizationLevel: level, compiledAt: compiledAt)
    }

    private mutating func readConstant() throws(BytecodeFormatError) -> BytecodeConstant {
        switch try readValue(depth: 1) {
        case .int(let value): return .int(value)
        case .float(let value): return .float(value)
        case .string(let value): return .string(value)
        case .bool, .list, .map, .null: throw error(.unknownCode(what: "kind of constant", UInt64(bytes[position - 1])))
        }
    }

    private mutating func readFunction() throws(BytecodeFormatError) -> BytecodeFunction {
        let name = try readString()
        let parameterCount = try readInt()
        let registers = try readList(smallest: 1) { (reader) throws(BytecodeFormatError) in try reader.readType() }
        let result = try readOptional { (reader) throws(BytecodeFormatError) in try reader.readType() }
        let effects = EffectSet(rawValue: try readNumber())
        let (lower, upper) = (try readInt(), try readInt())
        guard lower <= upper else {
            throw error(.unknownCode(what: "range of code", UInt64(bitPattern: Int64(lower))))
        }
        let lines: [UInt32] = try readNumbers()
        let file = try readOptional { (reader) throws(BytecodeFormatError) in try reader.readString() }
        let inlined = try readList(smallest: 6) { (reader) throws(BytecodeFormatError) in
            InlinedCall(name: try reader.readString(), parent: try reader.readNumber())
        }
        let scopes: [UInt16] = try readNumbers()
        let handlers = try readList(smallest: 28) { (reader) throws(BytecodeFormatError) in
            try reader.readHandler()
        }
        return BytecodeFunction(
            name: name, parameterCount: parameterCount, registers: registers, result: result, effects: effects,
            code: lower..<upper, lines: lines, file: file, inlined: inlined, scopes: scopes, handlers: handlers)
    }

    private mutating func readHandler() throws(BytecodeFormatError) -> FaultHandler {
        let (lower, upper, target) = (try readInt(), try readInt(), try readInt())
        guard lower <= upper else {
            throw error(.unknownCode(what: "range of code", UInt64(bitPattern: Int64(lower))))
        }
        return FaultHandler(
            range: lower..<upper, target: target, message: try readNumber(), kind: try readNumber())
    }

    private mutating func readInstructions() throws(BytecodeFormatError) -> [VMInstruction] {
        let count = try readCount(smallest: 8)
        var instructions: [VMInstruction] = []
        instructions.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            let word: UInt64 = try readNumber()
            let code = UInt16(truncatingIfNeeded: word)
            guard let opcode = VMOpcode(rawValue: code & ~BytecodeFormat.argumentsFlag) else {
                position = start
                throw error(.unknownCode(what: "instruction", UInt64(code)))
            }
            let arguments: [UInt16] = code & BytecodeFormat.argumentsFlag == 0 ? [] : try readNumbers()
            instructions.append(
                VMInstruction(
                    opcode, a: UInt16(truncatingIfNeeded: word >> 16), b: UInt16(truncatingIfNeeded: word >> 32),
                    c: UInt16(truncatingIfNeeded: word >> 48), more: arguments))
        }
        return instructions
    }

    private mutating func readTask() throws(BytecodeFormatError) -> TaskDeclaration {
        let name = try readString()
        let function = try readInt()
        let inputs = try readList(smallest: 6) { (reader) throws(BytecodeFormatError) in
            TaskDeclaration.Input(
                name: try reader.readString(), type: try reader.readType(),
                defaultValue: try reader.readOptional { (reader) throws(BytecodeFormatError) in
                    try reader.readValue(depth: 1)
                })
        }
        let outputName = try readOptional { (reader) throws(BytecodeFormatError) in try reader.readString() }
        let phrases = try readList(smallest: 4) { (reader) throws(BytecodeFormatError) in try reader.readString() }
        let agent = try readOptional { (reader) throws(BytecodeFormatError) in try reader.readString() }
        return TaskDeclaration(
            name: name, function: function, inputs: inputs, outputName: outputName, phrases: phrases, agent: agent)
    }

    private mutating func readType() throws(BytecodeFormatError) -> ValueType {
        let start = position
        if let known = types.type(at: &position, before: end, of: bytes) { return known }
        let type = try readNewType()
        types.remember(type, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        return type
    }

    private mutating func readNewType() throws(BytecodeFormatError) -> ValueType {
        var wrappers: [TypeCode] = []
        while wrappers.count < ValueType.maximumDepth {
            let code: UInt8 = try readNumber()
            guard let type = TypeCode(rawValue: code) else {
                throw error(.unknownCode(what: "type", UInt64(code)))
            }
            let scalar: ValueType
            switch type {
            case .int: scalar = .int
            case .float: scalar = .float
            case .bool: scalar = .bool
            case .string: scalar = .string
            case .any: scalar = .any
            case .list, .map, .intMap, .optional:
                wrappers.append(type)
                continue
            }
            return wrappers.reversed().reduce(scalar) { inner, wrapper in
                switch wrapper {
                case .list: .list(inner)
                case .map: .map(inner)
                case .intMap: .intMap(inner)
                default: .optional(inner)
                }
            }
        }
        throw error(.nestedTooDeep)
    }

    private mutating func readValue(depth: Int) throws(BytecodeFormatError) -> VMValue {
        guard depth <= ValueType.maximumDepth else { throw error(.nestedTooDeep) }
        let code: UInt8 = try readNumber()
        guard let kind = ValueCode(rawValue: code) else {
            throw error(.unknownCode(what: "kind of value", UInt64(code)))
        }
        switch kind {
        case .int: return .int(Int64(bitPattern: try readNumber()))
        case .float: return .float(Double(bitPattern: try readNumber()))
        case .bool: return .bool(try readFlag())
        case .string: return .string(try readString())
        case .list:
            return .list(
                try readList(smallest: 1) { (reader) throws(BytecodeFormatError) in
                    try reader.readValue(depth: depth + 1)
                })
        case .map:
            return .map(
                try readList(smallest: 5) { (reader) throws(BytecodeFormatError) in
                    VMMapEntry(key: try reader.readString(), value: try reader.readValue(depth: depth + 1))
                })
        case .null: return .null
        }
    }

    mutating func readNumber<Number: FixedWidthInteger>() throws(BytecodeFormatError) -> Number {
        let size = MemoryLayout<Number>.size
        guard end - position >= size else { throw error(.truncated) }
        let number = bytes.loadUnaligned(fromByteOffset: position, as: Number.self)
        position += size
        return Number(littleEndian: number)
    }

    private mutating func readInt() throws(BytecodeFormatError) -> Int {
        Int(truncatingIfNeeded: Int64(bitPattern: try readNumber()))
    }

    private mutating func readFlag() throws(BytecodeFormatError) -> Bool {
        let byte: UInt8 = try readNumber()
        guard byte <= 1 else { throw error(.unknownCode(what: "truth value", UInt64(byte))) }
        return byte == 1
    }

    private mutating func readString() throws(BytecodeFormatError) -> String {
        let length: UInt32 = try readNumber()
        guard Int(length) <= end - position else { throw error(.countTooLarge(length)) }
        guard length > 0 else { return "" }
        let content = UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
        let text = content.withMemoryRebound(to: UInt8.self) { text in
            // Names are nearly always ASCII, which is looked at many times faster than UTF-8 is judged.
            Self.isASCII(content) ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
        }
        guard let text else { throw error(.invalidUTF8) }
        position += Int(length)
        return text
    }

    private static func isASCII(_ text: UnsafeRawBufferPointer) -> Bool {
        var (bits, place) = (UInt64(0), 0)
        while text.count - place >= 8 {
            bits |= text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            place += 8
        }
        for byte in text[place...] { bits |= UInt64(byte) }
        return bits & 0x8080_8080_8080_8080 == 0
    }

    /// - Parameter smallest: the fewest bytes that an element can take; bounds the count before anything is allocated.
    private mutating func readCount(smallest: Int) throws(BytecodeFormatError) -> Int {
        let count: UInt32 = try readNumber()
        guard Int(count) <= (end - position) / smallest else { throw error(.countTooLarge(count)) }
        return Int(count)
    }

    private mutating func readNumbers<Number: FixedWidthInteger & BitwiseCopyable>()
        throws(BytecodeFormatError) -> [Number]
    {
        let size = MemoryLayout<Number>.size
        let count = try readCount(smallest: size)
        guard count > 0 else { return [] }
        var numbers: [Number] = []
        numbers.reserveCapacity(count)
        for index in 0..<count {
            let number = bytes.loadUnaligned(fromByteOffset: position + index * size, as: Number.self)
            numbers.append(Number(littleEndian: number))
        }
        position += count * size
        return numbers
    }

    /// - Parameter smallest: see ``readCount(smallest:)``.
    private mutating func readList<Element>(
        smallest: Int, element: (inout BytecodeReader) throws(BytecodeFormatError) -> Element
    ) throws(BytecodeFormatError) -> [Element] {
        let count = try readCount(smallest: smallest)
        guard count > 0 else { return [] }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    private mutating func readOptional<Value>(
        _ value: (inout BytecodeReader) throws(BytecodeFormatError) -> Value
    ) throws(BytecodeFormatError) -> Value? {
        try readFlag() ? try value(&self) : nil
    }

    private func error(_ reason: BytecodeFormatError.Reason) -> BytecodeFormatError {
        BytecodeFormatError(reason: reason, offset: position)
    }
}

/// The types that were read already: one that is nested is made of objects, which those of the same type share.
private struct KnownTypes {
    private struct Known {
        /// The form of the type, in the lowest bytes.
        let bits: UInt64
        let length: Int
        let type: ValueType
    }

    private var known: [Known] = []
    /// More are not remembered: to look through them would take longer than to make a type.
    private static var capacity: Int { 8 }

    /// The type that is written at a place, if it is known. No form is the beginning of another.
    func type(at position: inout Int, before end: Int, of bytes: UnsafeRawBufferPointer) -> ValueType? {
        guard !known.isEmpty, end - position >= 8 else { return nil }
        let next = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        for known in known where next & (.max >> UInt64(64 - 8 * known.length)) == known.bits {
            position += known.length
            return known.type
        }
        return nil
    }

    mutating func remember(_ type: ValueType, bytes: UnsafeRawBufferPointer) {
        guard (2...8).contains(bytes.count), known.count < Self.capacity else { return }
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard !known.contains(where: { $0.bits == bits && $0.length == bytes.count }) else { return }
        known.append(Known(bits: bits, length: bytes.count, type: type))
    }
}
