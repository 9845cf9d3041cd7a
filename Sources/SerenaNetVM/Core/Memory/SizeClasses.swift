// The sizes of the cells that objects are given.

/// Sizes in steps of 16 bytes up to 256, then about a fifth larger each: no object wastes more than that.
enum SizeClasses {
    /// What is larger gets memory of its own.
    static let largest = 8_192

    static let sizes: [Int] = {
        var sizes = Array(stride(from: 16, through: 256, by: 16))
        while let last = sizes.last, last < largest {
            sizes.append(min(largest, (last * 5 / 4 + 15) & ~15))
        }
        return sizes
    }()

    static let count = sizes.count

    /// For each size in steps of 16 bytes, the class of the smallest cell that it fits. It is written once, here, and
    /// only read afterwards.
    nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: largest / 16 + 1)
        var index = 0
        for units in 0...(largest / 16) {
            while sizes[index] < units * 16 { index += 1 }
            table[units] = UInt8(index)
        }
        return UnsafePointer(table)
    }()

    /// Bytes of the block for the cells of a class when it has `count` blocks already: a program that makes few objects
    /// takes little.
    static func blockSize(cell: Int, blocks count: Int) -> Int {
        switch count {
        case 0: HeapBlock.headerSize + max(cell, 1_024 / cell * cell)
        case 1: HeapBlock.headerSize + max(cell, 8_192 / cell * cell)
        default: HeapBlock.fullSize
        }
    }
}

/// Memory for cells of one size: how large it is, how much of it has been made cells and is to be swept, then the cells.
struct HeapBlock {
    static let headerSize = 32
    static let fullSize = 64 << 10

    let memory: UnsafeMutableRawPointer

    /// Bytes of the block with its header.
    var size: Int { memory.load(as: Int.self) }

    /// The byte behind the last cell that was ever handed out.
    var carved: Int {
        get { memory.load(fromByteOffset: 8, as: Int.self) }
        nonmutating set { memory.storeBytes(of: newValue, toByteOffset: 8, as: Int.self) }
    }

    /// Cells from here on were made after the cycle that is being swept: they hold new objects, or are free already.
    var sweptEnd: Int {
        get { memory.load(fromByteOffset: 16, as: Int.self) }
        nonmutating set { memory.storeBytes(of: newValue, toByteOffset: 16, as: Int.self) }
    }

    /// Makes the block one without cells.
    func clear() {
        carved = Self.headerSize
        sweptEnd = .max
    }

    init(_ memory: UnsafeMutableRawPointer) { self.memory = memory }

    init(size: Int) {
        memory = .allocate(byteCount: size, alignment: 16)
        memory.storeBytes(of: size, as: Int.self)
        clear()
    }
}
