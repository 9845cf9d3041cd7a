// From a program to bytes.

import Crypto
import Foundation

extension FTAIBytecode {
    /// The binary form. The same program gives the same bytes on every machine.
    public func encoded() -> [UInt8] {
        var writer = BytecodeWriter()
        writer.write(bytes: BytecodeFormat.magic)
        writer.write(BytecodeFormat.version)
        for section in BytecodeSection.allCases {
            var content = BytecodeWriter()
            content.write(section, of: self)
            writer.write(section.rawValue)
            writer.write(count: content.bytes.count)
            writer.write(bytes: content.bytes)
        }
        return writer.bytes + SHA256.hash(data: writer.bytes)
    }
}

/// Appends values in the layout of ``BytecodeFormat``.
private struct BytecodeWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ section: BytecodeSection, of program: FTAIBytecode) {
        switch section {
        case .header: writeHeader(program)
        case .constants: write(list: program.constants) { $0.write($1) }
        case .functions: write(list: program.functions) { $0.write($1) }
        case .code: write(list: program.instructions) { $0.write($1) }
        case .tasks: write(list: program.tasks) { $0.write($1) }
        }
    }

    private mutating func writeHeader(_ program: FTAIBytecode) {
        write(program.id)
        write(program.sourceHash)
        write(program.optimizationLevel.rawValue)
        write(optional: program.compiledAt) { $0.write($1.timeIntervalSinceReferenceDate.bitPattern) }
        let metadata = program.metadata
        write(metadata.sourceLanguage)
        write(metadata.targetVM)
        write(metadata.sourceFile)
        write(metadata.cacheKey)
        let dependencies = metadata.dependencies.sorted {
            Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8))
        }
        write(list: dependencies) {
            $0.write($1.key)
            $0.write($1.value)
        }
    }

    private mutating func write(_ constant: BytecodeConstant) {
        switch constant {
        case .int(let value): write(VMValue.int(value))
        case .float(let value): write(VMValue.float(value))
        case .string(let value): write(VMValue.string(value))
        }
    }

    private mutating func write(_ function: BytecodeFunction) {
        write(function.name)
        write(UInt64(bitPattern: Int64(function.parameterCount)))
        write(list: function.registers) { $0.write($1) }
        write(optional: function.result) { $0.write($1) }
        write(bytes: [function.effects.rawValue])
        write(UInt64(bitPattern: Int64(function.code.lowerBound)))
        write(UInt64(bitPattern: Int64(function.code.upperBound)))
        write(list: function.lines) { $0.write($1) }
        write(optional: function.file) { $0.write($1) }
        write(list: function.inlined) {
            $0.write($1.name)
            $0.write($1.parent)
        }
        write(list: function.scopes) { $0.write($1) }
        write(list: function.handlers) { writer, handler in
            for position in [handler.range.lowerBound, handler.range.upperBound, handler.target] {
                writer.write(UInt64(bitPattern: Int64(position)))
            }
            writer.write(handler.message)
            writer.write(handler.kind)
        }
    }

    private mutating func write(_ instruction: VMInstruction) {
        let flag = instruction.arguments.isEmpty ? 0 : BytecodeFormat.argumentsFlag
        write(instruction.opcode.rawValue | flag)
        write(instruction.a)
        write(instruction.b)
        write(instruction.c)
        if !instruction.arguments.isEmpty {
            write(list: instruction.arguments) { $0.write($1) }
        }
    }

    private mutating func write(_ task: TaskDeclaration) {
        write(task.name)
        write(UInt64(bitPattern: Int64(task.function)))
        write(list: task.inputs) {
            $0.write($1.name)
            $0.write($1.type)
            $0.write(optional: $1.defaultValue) { $0.write($1) }
        }
        write(optional: task.outputName) { $0.write($1) }
        write(list: task.phrases) { $0.write($1) }
        write(optional: task.agent) { $0.write($1) }
    }

    /// A type is one byte for each level, from the outside in.
    private mutating func write(_ type: ValueType) {
        write(bytes: [TypeCode(type).rawValue])
        if let element = type.element { write(element) }
    }

    private mutating func write(_ value: VMValue) {
        write(bytes: [ValueCode(value).rawValue])
        switch value {
        case .int(let value): write(UInt64(bitPattern: value))
        case .float(let value): write(value.bitPattern)
        case .bool(let value): write(bytes: [value ? 1 : 0])
        case .string(let value): write(value)
        case .list(let elements): write(list: elements) { $0.write($1) }
        case .map(let entries):
            write(list: entries) {
                $0.write($1.key)
                $0.write($1.value)
            }
        case .null: break
        }
    }

    mutating func write(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(count: Int) {
        write(UInt32(clamping: count))
    }

    mutating func write(bytes more: [UInt8]) {
        bytes.append(contentsOf: more)
    }

    private mutating func write(_ text: String) {
        write(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func write<Element>(list: [Element], each: (inout BytecodeWriter, Element) -> Void) {
        write(count: list.count)
        for element in list { each(&self, element) }
    }

    private mutating func write<Value>(optional: Value?, value: (inout BytecodeWriter, Value) -> Void) {
        write(bytes: [optional == nil ? 0 : 1])
        if let optional { value(&self, optional) }
    }
}

/// The byte that stands for a type.
enum TypeCode: UInt8 {
    case int, float, bool, string, list, optional, map, any, intMap

    init(_ type: ValueType) {
        switch type {
        case .int: self = .int
        case .float: self = .float
        case .bool: self = .bool
        case .string: self = .string
        case .list: self = .list
        case .optional: self = .optional
        case .map: self = .map
        case .intMap: self = .intMap
        case .any: self = .any
        }
    }
}

/// The byte that stands before a value and says what it is.
enum ValueCode: UInt8 {
    case int, float, bool, string, list, null, map

    init(_ value: VMValue) {
        switch value {
        case .int: self = .int
        case .float: self = .float
        case .bool: self = .bool
        case .string: self = .string
        case .list: self = .list
        case .map: self = .map
        case .null: self = .null
        }
    }
}
