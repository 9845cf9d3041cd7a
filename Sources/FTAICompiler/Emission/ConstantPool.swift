// The constants of a program, and what is said when the program outgrows the VM.

import SerenaNetBytecode

/// The program needs more than the VM allows.
struct ProgramTooLarge: Error {
    let what: String
}

/// The constants of a program, each once: floats by their bits, as 0 and −0 are two, and texts by their number in the
/// intermediate form.
struct ConstantPool {
    private(set) var constants: [BytecodeConstant] = []
    /// By kind and bits; made when there are so many constants that looking through them would take longer.
    private var numbers: [Number: Int] = [:]
    private static let fewConstants = 24
    /// By the number of a text; −1 for those that have not been needed.
    private var texts: [Int] = []

    // The index of a constant; beyond the limit it is wrong, and ``constants`` has too many.

    mutating func index(of int: Int64) -> UInt16 {
        index(of: Number(isFloat: false, bits: UInt64(bitPattern: int)))
    }

    mutating func index(ofFloatWithBits bits: UInt64) -> UInt16 {
        index(of: Number(isFloat: true, bits: bits))
    }

    private mutating func index(of number: Number) -> UInt16 {
        if constants.count <= Self.fewConstants {
            if let index = constants.firstIndex(where: number.equals) { return UInt16(truncatingIfNeeded: index) }
        } else if let index = numbers[number] {
            return UInt16(truncatingIfNeeded: index)
        }
        append(number.constant)
        return UInt16(truncatingIfNeeded: constants.count - 1)
    }

    private mutating func append(_ constant: BytecodeConstant) {
        constants.append(constant)
        if constants.count == Self.fewConstants + 1 {
            for (index, constant) in constants.enumerated() { note(constant, at: index) }
        } else if constants.count > Self.fewConstants {
            note(constant, at: constants.count - 1)
        }
    }

    private mutating func note(_ constant: BytecodeConstant, at index: Int) {
        switch constant {
        case .int(let value): numbers[Number(isFloat: false, bits: UInt64(bitPattern: value))] = index
        case .float(let value): numbers[Number(isFloat: true, bits: value.bitPattern)] = index
        default: break
        }
    }

    mutating func index(ofText number: Int64, in all: IRTexts) -> UInt16 {
        if texts.count < all.count { texts += repeatElement(-1, count: all.count - texts.count) }
        let number = Int(number)
        if texts[number] < 0 {
            append(.string(all[Int64(number)]))
            texts[number] = constants.count - 1
        }
        return UInt16(truncatingIfNeeded: texts[number])
    }
}

/// An int or a float by its bits.
private struct Number: Hashable {
    let isFloat: Bool
    let bits: UInt64

    var constant: BytecodeConstant {
        isFloat ? .float(Double(bitPattern: bits)) : .int(Int64(bitPattern: bits))
    }

    @inline(__always)
    func equals(_ constant: BytecodeConstant) -> Bool {
        switch constant {
        case .int(let value): !isFloat && UInt64(bitPattern: value) == bits
        case .float(let value): isFloat && value.bitPattern == bits
        default: false
        }
    }
}
