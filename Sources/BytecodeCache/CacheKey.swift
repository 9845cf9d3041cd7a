// What names an entry: a hash over everything that decides which bytecode comes out.

import Crypto

/// The name of an entry: SHA-256 over everything that its bytecode depends on, see ``CompilationRequest``.
///
/// Two requests with the same key have the same program; whatever changes the program changes the key, so that an entry never becomes wrong, only
/// useless.
public struct CacheKey: Hashable, Sendable, CustomStringConvertible {
    // The digest as four words: a value without storage of its own, compared and hashed in a few instructions.
    let first: UInt64
    let second: UInt64
    let third: UInt64
    let fourth: UInt64

    static let byteCount = 32

    init(_ digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { Self(words: $0) }
    }

    /// - Parameter bytes: 32 of them.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { Self(words: $0) }
    }

    /// Reads the 64 digits of ``description``.
    public init?(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue).map(UInt8.init)
        guard digits.count == 2 * Self.byteCount, digits.count == text.count else { return nil }
        self.init(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// - Parameter bytes: 32 of them.
    init(words bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
    }

    /// The digest is evenly distributed already.
    public func hash(into hasher: inout Hasher) { hasher.combine(first) }

    var bytes: [UInt8] {
        [first, second, third, fourth].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }

    /// The number of its row in the database.
    var row: Int64 { Int64(bitPattern: first) }

    /// 64 hexadecimal digits.
    public var description: String { Hexadecimal.text(of: bytes) }
}

/// Bytes as lower-case digits.
enum Hexadecimal {
    static func text(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Hashes fields one after the other, each behind its length, so that no two lists of fields give the same bytes.
struct FieldHasher {
    private var hash = SHA256()

    mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { add($0) }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { hash.update(bufferPointer: $0) }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(UInt64(bytes.count))
        hash.update(bufferPointer: bytes)
    }

    var digest: SHA256.Digest { hash.finalize() }
}
