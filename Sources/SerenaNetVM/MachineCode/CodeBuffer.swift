// Machine code while it is written: bytes, and places that are named before they are known.

/// A place in the code that jumps can name before it is bound.
struct CodeLabel: Hashable {
    let index: Int
}

/// The bytes of machine code and its labels.
struct CodeBuffer {
    /// A place where the distance to a label must still be written.
    struct Reference {
        /// Of the first byte to be changed.
        let position: Int
        let label: CodeLabel
        /// Which of the processor's forms of a distance it is; means what the assembler says.
        let form: UInt8
    }

    private(set) var bytes: [UInt8] = []
    private(set) var references: [Reference] = []
    /// For each label where it is bound; −1 as long as it is not.
    private var positions: [Int] = []

    var count: Int { bytes.count }

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    mutating func makeLabel() -> CodeLabel {
        positions.append(-1)
        return CodeLabel(index: positions.count - 1)
    }

    mutating func bind(_ label: CodeLabel) {
        positions[label.index] = bytes.count
    }

    /// Where the label is bound; nil when it is not.
    func position(of label: CodeLabel) -> Int? {
        let position = positions[label.index]
        return position < 0 ? nil : position
    }

    mutating func refer(to label: CodeLabel, form: UInt8) {
        references.append(Reference(position: bytes.count, label: label, form: form))
    }

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    mutating func append32(_ word: UInt32) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word >> 16))
        bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    }

    mutating func append64(_ word: UInt64) {
        append32(UInt32(truncatingIfNeeded: word))
        append32(UInt32(truncatingIfNeeded: word >> 32))
    }

    func word32(at position: Int) -> UInt32 {
        UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2]) << 16
            | UInt32(bytes[position + 3]) << 24
    }

    mutating func replace32(at position: Int, by word: UInt32) {
        for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(index))) }
    }
}
