// From a suspended machine to bytes.

import Crypto
import Instrumentation
import SerenaNetBytecode

/// Writes frames and everything that can be reached from their registers, each object once, in the order in which it was found.
struct SnapshotWriter {
    private var bytes = ExecutionSnapshot.magic
    private let shapes: ObjectShapes
    private var found: [(object: UnsafeMutableRawPointer, shape: ObjectShape)] = []
    /// The numbers of objects by their addresses, which are not written themselves.
    private var numbers: [UnsafeMutableRawPointer: UInt64] = [:]

    /// - Parameters:
    ///   - machine: stands in front of a request to the host.
    ///   - task: its place among the tasks of the program.
    /// - Throws: ``SnapshotError/Reason/tooLarge``.
    static func snapshot(of machine: Machine, task: Int) throws(SnapshotError) -> ExecutionSnapshot {
        guard machine.heap.used <= ExecutionSnapshot.maximumSize else { throw SnapshotError(.tooLarge) }
        var writer = SnapshotWriter(shapes: ObjectShapes(of: machine.program.bytecode))
        writer.writeHead(of: machine, task: task)
        writer.writeFrames(of: machine)
        try writer.writeObjects()
        return ExecutionSnapshot(bytes: writer.bytes + SHA256.hash(data: writer.bytes))
    }

    private init(shapes: ObjectShapes) {
        self.shapes = shapes
    }

    private mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private mutating func writeHead(of machine: Machine, task: Int) {
        write(ExecutionSnapshot.version)
        bytes += machine.program.executableHash
        write(UInt32(clamping: task))
        let budgets = machine.requirements
        write(UInt64(clamping: budgets.maxExecutionTime.nanoseconds))
        write(budgets.maxInstructions)
        write(UInt64(clamping: budgets.maxMemoryUsage))
        write(UInt64(clamping: budgets.maxCallDepth))
        write(UInt8(clamping: budgets.priorityLevel.rawValue))
        write(
            UInt8(
                clamping: PerformanceRequirements.FallbackStrategy.allCases.firstIndex(of: budgets.fallbackStrategy)
                    ?? 0))
        for number in SnapshotCounters(of: machine).numbers { write(number) }
    }

    private mutating func writeFrames(of machine: Machine) {
        var frames: [(function: Int, instruction: Int, base: UnsafeMutableRawPointer)] = []
        machine.forEachFrame { place, base in
            frames.append((place.function, place.instruction, base))
            return true
        }
        write(UInt32(clamping: frames.count))
        for frame in frames.reversed() {
            write(UInt32(clamping: frame.function))
            write(UInt32(clamping: frame.instruction))
            let registers = machine.program.bytecode.functions[frame.function].registers
            for (index, type) in registers.enumerated() { write(frame.base.slot(index * 8), as: type) }
        }
    }

    private mutating func writeObjects() throws(SnapshotError) {
        let countPlace = bytes.count
        write(UInt32(0))
        var next = 0
        while next < found.count {
            let (object, shape) = found[next]
            write(shapes.number(of: shape) ?? 0)
            switch shape {
            case .text:
                let text = HeapText(object)
                write(UInt32(clamping: text.count))
                bytes += text.bytes
            case .box:
                write(UInt32(1))
                write(object.slot(8))
            case .list(let element): write(HeapList(object), of: element)
            case .map(let element): write(HeapMap(object), of: element)
            case .intMap(let element): write(HeapIntMap(object), of: element)
            }
            guard bytes.count <= ExecutionSnapshot.maximumSize else { throw SnapshotError(.tooLarge) }
            next += 1
        }
        withUnsafeBytes(of: UInt32(clamping: found.count).littleEndian) {
            bytes.replaceSubrange(countPlace..<countPlace + 4, with: $0)
        }
    }

    private mutating func write(_ list: HeapList, of element: ValueType) {
        write(UInt32(clamping: list.count))
        for index in 0..<list.count { write(list.slot(at: index), as: element) }
    }

    private mutating func write(_ map: HeapMap, of element: ValueType) {
        write(UInt32(clamping: map.count))
        for index in 0..<map.used {
            guard let key = map.key(at: index) else { continue }
            write(key.slot, as: .string)
            write(map.value(at: index), as: element)
        }
    }

    private mutating func write(_ map: HeapIntMap, of element: ValueType) {
        write(UInt32(clamping: map.count))
        for index in 0..<map.used where map.isEntry(index) {
            write(map.key(at: index))
            write(map.value(at: index), as: element)
        }
    }

    private mutating func write(_ slot: UInt64, as type: ValueType) {
        guard type.isReference, let object = ReferenceTag.object(of: slot) else { return write(slot) }
        let tag = slot & ReferenceTag.mask
        guard let shape = type == .any ? ObjectShape(tag: tag) : ObjectShape(of: type) else { return write(UInt64(0)) }
        write(number(of: object, shape) << 4 | tag)
    }

    private mutating func number(of object: UnsafeMutableRawPointer, _ shape: ObjectShape) -> UInt64 {
        if let number = numbers[object] { return number }
        found.append((object, shape))
        let number = UInt64(found.count)
        numbers[object] = number
        return number
    }
}
