// Latencies in few bytes.

import Foundation

/// Writes latencies as the differences between neighbours, each as a zigzag varint (Protocol Buffers, "Encoding"), about four bytes a
/// turn, without losing a nanosecond. A turn without an answer is the byte 0; all others are shifted by one to leave it free.
enum LatencyBlob {
    static func encode(_ latencies: [Int64?]) -> Data {
        var data = Data()
        var previous: Int64 = 0
        for latency in latencies {
            guard let latency else {
                data.append(0)
                continue
            }
            let difference = latency &- previous
            previous = latency
            var rest = UInt64(bitPattern: (difference << 1) ^ (difference >> 63)) &+ 1
            while rest >= 0x80 {
                data.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            data.append(UInt8(rest))
        }
        return data
    }

    /// Nil when the bytes were not written by ``encode(_:)``.
    static func decode(_ data: Data) -> [Int64?]? {
        var latencies: [Int64?] = []
        var previous: Int64 = 0
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        for byte in data {
            guard shift < 64 else { return nil }
            rest |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            if rest == 0 {
                latencies.append(nil)
            } else {
                let zigzag = rest &- 1
                previous = previous &+ (Int64(zigzag >> 1) ^ -Int64(zigzag & 1))
                latencies.append(previous)
            }
            rest = 0
            shift = 0
        }
        return shift == 0 ? latencies : nil
    }
}
