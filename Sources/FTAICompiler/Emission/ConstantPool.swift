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
    private var ints: [Int64: Int] = [:]
    private var floats: [UInt64: Int] = [:]
    /// By the number of a text; −1 for those that have not been needed.
    private var texts: [Int] = []

    // The index of a constant; beyond the limit it is wrong, and ``constants`` has too many.

    mutating func index(of int: Int64) -> UInt16 {
        let index = ints[int] ?? constants.count
        if index == constants.count {
            constants.append(.int(int))
            ints[int] = index
        }
        return UInt16(truncatingIfNeeded: index)
    }

    mutating func index(ofFloatWithBits bits: UInt64) -> UInt16 {
        if floats.isEmpty { floats.reserveCapacity(24) }
        let index = floats[bits] ?? constants.count
        if index == constants.count {
            constants.append(.float(Double(bitPattern: bits)))
            floats[bits] = index
        }
        return UInt16(truncatingIfNeeded: index)
    }

    mutating func index(ofText number: Int64, in all: IRTexts) -> UInt16 {
        if texts.count < all.count { texts += repeatElement(-1, count: all.count - texts.count) }
        let number = Int(number)
        if texts[number] < 0 {
            texts[number] = constants.count
            constants.append(.string(all[Int64(number)]))
        }
        return UInt16(truncatingIfNeeded: texts[number])
    }
}
