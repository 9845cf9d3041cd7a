// Many short times in little memory.

/// Times in the order in which they were appended, one to ten bytes each: signed LEB128 of zigzag-coded nanoseconds, as DWARF and
/// Protocol Buffers write integers. Stretches of work are mostly shorter than 8 µs, which takes two bytes.
struct PackedTimes: Sendable {
    private var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ nanoseconds: Int64) {
        var rest = UInt64(bitPattern: (nanoseconds << 1) ^ (nanoseconds >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        count += 1
    }

    /// All of them, in nanoseconds.
    var nanoseconds: [Int64] {
        var times: [Int64] = []
        times.reserveCapacity(count)
        var (value, shift) = (UInt64(0), UInt64(0))
        for byte in bytes {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            times.append(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
            (value, shift) = (0, 0)
        }
        return times
    }

    /// The memory that they take.
    var byteCount: Int { bytes.count }
}
