// What the bytes of a snapshot announce, held against the program before anything is made of it.

import Crypto
import Instrumentation
import SerenaNetBytecode

/// The parts of a snapshot: all counts are such that there are bytes for them, and the frames are a chain of calls that the
/// program can have open. Of the slots nothing is known yet.
struct SnapshotContent {
    struct Frame {
        let function: Int
        /// The word of the instruction that it stands at, counted from the beginning of the program's code.
        let word: Int
        /// Where the slots of its registers begin, in bytes from the beginning of the snapshot.
        let slots: Int
    }

    struct Object {
        let shape: ObjectShape
        let count: Int
        /// Where its content begins, in bytes from the beginning of the snapshot.
        let content: Int
    }

    private(set) var reader: SnapshotReader
    let task: Int
    let requirements: PerformanceRequirements
    let counters: SnapshotCounters
    private(set) var frames: [Frame] = []
    private(set) var objects: [Object] = []

    /// - Throws: ``SnapshotError``, for whatever is not a snapshot of this program.
    init(_ snapshot: ExecutionSnapshot, of program: LoadedProgram) throws(SnapshotError) {
        reader = try Self.opened(snapshot, for: program)
        task = try reader.index(below: program.bytecode.tasks.count, of: "task")
        requirements = try Self.requirements(&reader)
        counters = try Self.counters(&reader)
        try readFrames(of: program)
        try readObjects(ObjectShapes(of: program.bytecode).all)
        guard reader.isAtEnd else { throw SnapshotError(.wrongLength, at: reader.position) }
    }

    /// Checks what can be checked without reading on: that it is a whole snapshot of this program.
    private static func opened(
        _ snapshot: ExecutionSnapshot, for program: LoadedProgram
    ) throws(SnapshotError) -> SnapshotReader {
        let bytes = snapshot.bytes
        guard bytes.starts(with: ExecutionSnapshot.magic) else { throw SnapshotError(.notSnapshot, at: 0) }
        guard bytes.count <= ExecutionSnapshot.maximumSize else { throw SnapshotError(.tooLarge) }
        let end = bytes.count - ExecutionSnapshot.hashLength
        var reader = SnapshotReader(bytes, from: ExecutionSnapshot.magic.count, to: max(0, end))
        let version: UInt16 = try reader.number()
        guard version == ExecutionSnapshot.version else {
            throw SnapshotError(.unsupportedVersion(version), at: ExecutionSnapshot.magic.count)
        }
        guard SHA256.hash(data: bytes[..<end]).elementsEqual(bytes[end...]) else {
            throw SnapshotError(.damaged, at: end)
        }
        let place = reader.position
        guard try reader.take(ExecutionSnapshot.hashLength).elementsEqual(program.executableHash) else {
            throw SnapshotError(.otherProgram, at: place)
        }
        return reader
    }

    private static func requirements(_ reader: inout SnapshotReader) throws(SnapshotError) -> PerformanceRequirements {
        let time: UInt64 = try reader.number()
        let instructions: UInt64 = try reader.number()
        let memory: UInt64 = try reader.number()
        let depth: UInt64 = try reader.number()
        let priorities = PerformanceRequirements.PriorityLevel.allCases
        let strategies = PerformanceRequirements.FallbackStrategy.allCases
        let priority = try reader.code(below: priorities.count, of: "priority")
        let strategy = try reader.code(below: strategies.count, of: "fall-back")
        return PerformanceRequirements(
            maxExecutionTime: .nanoseconds(Int64(clamping: time)), maxInstructions: instructions,
            maxMemoryUsage: Int(clamping: memory), maxCallDepth: Int(clamping: depth),
            priorityLevel: priorities[priority], fallbackStrategy: strategies[strategy])
    }

    private static func counters(_ reader: inout SnapshotReader) throws(SnapshotError) -> SnapshotCounters {
        var numbers: [UInt64] = []
        for _ in 0..<SnapshotCounters.count {
            let place = reader.position
            let number: UInt64 = try reader.number()
            guard number <= SnapshotCounters.limit else {
                throw SnapshotError(.unknownCode(what: "counter", number), at: place)
            }
            numbers.append(number)
        }
        return SnapshotCounters(numbers)
    }

    // MARK: Frames

    private mutating func readFrames(of program: LoadedProgram) throws(SnapshotError) {
        let bytecode = program.bytecode
        let count = try reader.count(smallest: 8)
        guard count > 0 else { throw SnapshotError(.impossibleFrame("there is none"), at: reader.position) }
        // Where instructions begin, in words, for each function that was met.
        var positions: [Int: [Int]] = [:]
        // Which function must be open next: that of the task, then whatever the frame before calls.
        var expected = bytecode.tasks[task].function
        for index in 0..<count {
            let place = reader.position
            let function = try reader.index(below: bytecode.functions.count, of: "function")
            guard function == expected else {
                throw SnapshotError(.impossibleFrame("it is not the one that is called there"), at: place)
            }
            let code = bytecode.instructions(of: bytecode.functions[function])
            let number = try reader.index(below: code.count, of: "instruction")
            let instruction = code[code.startIndex + number]
            let words = positions[function] ?? program.instructionWords(of: function)
            positions[function] = words
            if index < count - 1 {
                guard instruction.opcode == .call else {
                    throw SnapshotError(.impossibleFrame("it does not stand at a call"), at: place)
                }
                expected = Int(instruction.b)
            } else if MachineOpcode(instruction.opcode, type: .int) != .suspend {
                throw SnapshotError(.impossibleFrame("it does not wait for the host"), at: place)
            }
            frames.append(Frame(function: function, word: words[number], slots: reader.position))
            _ = try reader.take(bytecode.functions[function].registers.count * 8)
        }
    }

    // MARK: Objects

    private mutating func readObjects(_ shapes: [ObjectShape]) throws(SnapshotError) {
        let count = try reader.count(smallest: 6)
        objects.reserveCapacity(count)
        for _ in 0..<count {
            let place = reader.position
            let number: UInt16 = try reader.number()
            guard Int(number) < shapes.count else {
                throw SnapshotError(.unknownCode(what: "shape of an object", UInt64(number)), at: place)
            }
            let shape = shapes[Int(number)]
            let elements = try reader.count(smallest: shape.smallestElement)
            if case .box = shape, elements != 1 {
                throw SnapshotError(.unknownCode(what: "size of a number", UInt64(elements)), at: place)
            }
            objects.append(Object(shape: shape, count: elements, content: reader.position))
            _ = try reader.take(elements * shape.smallestElement)
        }
    }
}

/// Takes numbers off the front of bytes that may be anything.
struct SnapshotReader {
    let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], from position: Int, to end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    var isAtEnd: Bool { position == end }

    mutating func take(_ count: Int) throws(SnapshotError) -> ArraySlice<UInt8> {
        guard count <= end - position else { throw SnapshotError(.wrongLength, at: position) }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func number<Number: FixedWidthInteger>() throws(SnapshotError) -> Number {
        let size = MemoryLayout<Number>.size
        guard size <= end - position else { throw SnapshotError(.wrongLength, at: position) }
        defer { position += size }
        return Number(
            littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Number.self) })
    }

    /// The word at a place that was taken before.
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) })
    }

    mutating func index(below limit: Int, of what: String) throws(SnapshotError) -> Int {
        let place = position
        let index: UInt32 = try number()
        guard Int(index) < limit else { throw SnapshotError(.unknownCode(what: what, UInt64(index)), at: place) }
        return Int(index)
    }

    mutating func code(below limit: Int, of what: String) throws(SnapshotError) -> Int {
        let place = position
        let code: UInt8 = try number()
        guard Int(code) < limit else { throw SnapshotError(.unknownCode(what: what, UInt64(code)), at: place) }
        return Int(code)
    }

    /// - Parameter smallest: the fewest bytes that an element takes; bounds the count before anything is made of it.
    mutating func count(smallest: Int) throws(SnapshotError) -> Int {
        let place = position
        let count: UInt32 = try number()
        guard Int(count) <= (end - position) / smallest else { throw SnapshotError(.countTooLarge(count), at: place) }
        return Int(count)
    }
}
