// The constants of a program, and what is said when the program outgrows the VM.

import SerenaNetBytecode

/// The program needs more than the VM allows.
struct ProgramTooLarge: Error {
    let what: String
}

/// The constants of a program, each once: floats by their bits, as 0 and −0 are two, and texts by their bytes.
struct ConstantPool {
    private enum Key: Hashable {
        case int(Int64)
        case float(UInt64)
        case string(TextBytes)
    }

    private(set) var constants: [BytecodeConstant] = []
    private var indices: [Key: Int] = [:]

    /// The index of a constant; beyond the limit it is wrong, and ``constants`` has too many.
    mutating func index(of constant: BytecodeConstant) -> UInt16 {
        let key: Key =
            switch constant {
            case .int(let value): .int(value)
            case .float(let value): .float(value.bitPattern)
            case .string(let text): .string(TextBytes(text: text))
            }
        if let index = indices[key] { return UInt16(truncatingIfNeeded: index) }
        constants.append(constant)
        indices[key] = constants.count - 1
        return UInt16(truncatingIfNeeded: constants.count - 1)
    }
}
