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
        guard bytes.starts(with: BytecodeFormat.magic) else {
            throw BytecodeFormatError(reason: .notBytecode, offset: 0)
        }
        let end = bytes.count - BytecodeFormat.hashLength
        var reader = BytecodeReader(bytes: bytes, position: BytecodeFormat.magic.count, end: max(0, end))
        let version: UInt16 = try reader.readNumber()
        guard version == BytecodeFormat.version else {
            throw BytecodeFormatError(reason: .unsupportedVersion(version), offset: BytecodeFormat.magic.count)
        }
        guard SHA256.hash(data: bytes[..<end]).elementsEqual(bytes[end...]) else {
            throw BytecodeFormatError(reason: .damaged, offset: end)
        }
        self = try reader.readProgram()
    }
}

/// Takes values off the front of bytes, in the layout of ``BytecodeFormat``.
private struct BytecodeReader {
    let bytes: [UInt8]
    private var position: Int
    private var end: Int

    init(bytes: [UInt8], position: Int, end: Int) {
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
            try reader.readList(smallest: 8) { (reader) throws(BytecodeFormatError) in try reader.readInstruction() }
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
        var reader = BytecodeReader(bytes: bytes, position: position, end: position + Int(length))
        let result = try content(&reader)
        guard reader.position == reader.end else { throw reader.error(.misplacedSection) }
        position = reader.end
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
        let lines = try readList(smallest: 4) { (reader) throws(BytecodeFormatError) -> UInt32 in
            try reader.readNumber()
        }
        let file = try readOptional { (reader) throws(BytecodeFormatError) in try reader.readString() }
        let inlined = try readList(smallest: 6) { (reader) throws(BytecodeFormatError) in
            InlinedCall(name: try reader.readString(), parent: try reader.readNumber())
        }
        let scopes = try readList(smallest: 2) { (reader) throws(BytecodeFormatError) -> UInt16 in
            try reader.readNumber()
        }
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

    private mutating func readInstruction() throws(BytecodeFormatError) -> VMInstruction {
        let word: UInt16 = try readNumber()
        let hasArguments = word & BytecodeFormat.argumentsFlag != 0
        guard let opcode = VMOpcode(rawValue: word & ~BytecodeFormat.argumentsFlag) else {
            throw error(.unknownCode(what: "instruction", UInt64(word)))
        }
        var instruction = VMInstruction(opcode, a: try readNumber(), b: try readNumber(), c: try readNumber())
        if hasArguments {
            instruction.arguments = try readList(smallest: 2) { (reader) throws(BytecodeFormatError) -> UInt16 in
                try reader.readNumber()
            }
        }
        return instruction
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
        let number = bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: position, as: Number.self)
        }
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
        let content = bytes[position..<position + Int(length)]
        // Names are nearly always ASCII, which is looked at many times faster than UTF-8 is judged.
        if content.allSatisfy({ $0 < 0x80 }) {
            position += Int(length)
            return String(decoding: content, as: UTF8.self)
        }
        guard let text = String(validating: content, as: UTF8.self) else { throw error(.invalidUTF8) }
        position += Int(length)
        return text
    }

    /// - Parameter smallest: the fewest bytes that an element can take; bounds the count before anything is allocated.
    private mutating func readList<Element>(
        smallest: Int, element: (inout BytecodeReader) throws(BytecodeFormatError) -> Element
    ) throws(BytecodeFormatError) -> [Element] {
        let count: UInt32 = try readNumber()
        guard Int(count) <= (end - position) / smallest else { throw error(.countTooLarge(count)) }
        var elements: [Element] = []
        elements.reserveCapacity(Int(count))
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
