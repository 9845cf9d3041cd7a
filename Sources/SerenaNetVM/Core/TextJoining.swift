// Values written as text, and joined.

import SerenaNetBytecode

/// The decimal form of ints, written where it is to stand.
enum DecimalDigits {
    /// How many bytes the form of `value` takes, with its sign.
    static func count(of value: Int64) -> Int {
        var rest = value.magnitude
        var count = value < 0 ? 2 : 1
        while rest >= 10_000 {
            rest /= 10_000
            count &+= 4
        }
        return count &+ (rest >= 1_000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }

    /// - Parameter size: as ``count(of:)`` says.
    static func write(_ value: Int64, to memory: UnsafeMutableRawPointer, size: Int) {
        var rest = value.magnitude
        var place = memory + size
        repeat {
            place -= 1
            place.storeBytes(of: UInt8(truncatingIfNeeded: 0x30 + rest % 10), as: UInt8.self)
            rest /= 10
        } while rest > 0
        if value < 0 { memory.storeBytes(of: 0x2D, as: UInt8.self) }
    }
}

extension Machine {
    @inline(never) func joinAsText(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let count = pc.c
        // The forms of floats, which are as long as they come out; everything else is written once, where it is to stand.
        var floats: [String] = []
        var size = 0
        for index in 0..<count {
            let argument = pc.argument(index)
            let offset = argument & ~TextKind.mask
            switch TextKind(rawValue: argument & TextKind.mask) {
            case .int: size += DecimalDigits.count(of: base.int(offset))
            case .float:
                let text = NumberText.shortest(base.float(offset))
                size += text.utf8.count
                floats.append(text)
            case .bool:
                size += base.int(offset) == 0 ? Self.falseText.utf8CodeUnitCount : Self.trueText.utf8CodeUnitCount
            case .text, nil: size += base.text(offset).count
            }
        }
        guard let memory = makeText(size: size) else { return false }
        guard write(pc, base, floats, to: memory + HeapText.headerSize) else { return false }
        base.set(pc.a, HeapText(memory).slot)
        return account(for: min(size, Self.longestUncounted * count))
    }

    /// Texts that are no longer are counted once all are joined.
    private static let longestUncounted = 4_096

    private static let trueText: StaticString = "true"
    private static let falseText: StaticString = "false"

    /// False, with the failure set, when the time is up.
    @inline(__always) private func write(
        _ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, _ floats: [String], to memory: UnsafeMutableRawPointer
    ) -> Bool {
        var end = memory
        var nextFloat = 0
        func append(_ bytes: UnsafeRawBufferPointer) {
            if let start = bytes.baseAddress { end.copyMemory(from: start, byteCount: bytes.count) }
            end += bytes.count
        }
        for index in 0..<pc.c {
            let argument = pc.argument(index)
            let offset = argument & ~TextKind.mask
            switch TextKind(rawValue: argument & TextKind.mask) {
            case .int:
                let value = base.int(offset)
                let size = DecimalDigits.count(of: value)
                DecimalDigits.write(value, to: end, size: size)
                end += size
            case .float:
                var text = floats[nextFloat]
                nextFloat += 1
                text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
            case .bool:
                let text = base.int(offset) == 0 ? Self.falseText : Self.trueText
                append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
            case .text, nil:
                let bytes = base.text(offset).bytes
                if bytes.count <= Self.longestUncounted {
                    append(bytes)
                } else {
                    guard copy(bytes, to: end) else { return false }
                    end += bytes.count
                }
            }
        }
        return true
    }
}
