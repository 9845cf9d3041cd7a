// The base protocol that editors speak with language servers and debug adapters: a header with a length, and that many bytes.

import Foundation

/// Why what comes is not the base protocol; nothing behind it can be understood.
public enum FramingError: Error, Hashable, Sendable, CustomStringConvertible {
    case headerTooLong
    case lengthMissing

    public var description: String {
        switch self {
        case .headerTooLong: "the header of a message is longer than \(MessageReader.longestHeader) bytes"
        case .lengthMissing: "a message has no Content-Length, or one that is no number"
        }
    }
}

/// Takes messages apart that come in pieces (Language Server Protocol 3.17, "Base Protocol"; the Debug Adapter Protocol has the
/// same).
public struct MessageReader: Sendable {
    public enum Message: Hashable, Sendable {
        case content([UInt8])
        /// A message of so many bytes, which were passed over.
        case tooLarge(Int)
    }

    static let longestHeader = 4_096
    /// In bytes: the largest document, and what JSON adds to it at worst is refused with it.
    public static let largestContent = 96 << 20

    private var bytes: [UInt8] = []
    /// The content that is being read; nil while a header is.
    private var expected: Int?
    /// What is still to be passed over of a message that is too large.
    private var skipping = 0
    private let limit: Int

    public init(limit: Int = MessageReader.largestContent) {
        self.limit = limit
    }

    /// Takes what has come.
    ///
    /// - Returns: the messages that are complete now.
    public mutating func receive(_ piece: some Collection<UInt8>) throws(FramingError) -> [Message] {
        var piece = piece[...]
        if skipping > 0 {
            let skipped = min(skipping, piece.count)
            piece = piece.dropFirst(skipped)
            skipping -= skipped
        }
        bytes += piece
        var messages: [Message] = []
        var start = 0
        defer { bytes.removeFirst(start) }
        while true {
            guard let length = expected else {
                guard let header = try headerEnd(from: start) else { return messages }
                expected = try Self.length(in: bytes[start..<header])
                start = header
                continue
            }
            if length > limit {
                let skipped = min(length, bytes.count - start)
                messages.append(.tooLarge(length))
                start += skipped
                skipping = length - skipped
            } else {
                guard bytes.count - start >= length else { return messages }
                messages.append(.content(Array(bytes[start..<start + length])))
                start += length
            }
            expected = nil
        }
    }

    /// The place behind the empty line that ends a header; nil when it has not come yet.
    private func headerEnd(from start: Int) throws(FramingError) -> Int? {
        let end = Array("\r\n\r\n".utf8)
        var index = start
        while index + end.count <= bytes.count {
            if bytes[index..<index + end.count].elementsEqual(end) { return index + end.count }
            index += 1
            guard index - start <= Self.longestHeader else { throw .headerTooLong }
        }
        return nil
    }

    private static func length(in header: ArraySlice<UInt8>) throws(FramingError) -> Int {
        for line in String(decoding: header, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            let digits = parts[1].filter { !$0.isWhitespace }
            guard let length = Int(digits), length >= 0, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                break
            }
            return length
        }
        throw .lengthMissing
    }
}

/// Messages as they are sent.
enum MessageWriter {
    /// A value as JSON with its header. The keys are in the order of the alphabet, so that the same message is always the same.
    static func framed(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The types that are sent hold texts, whole numbers and flags, which JSON can always express.
        guard let content = try? encoder.encode(value) else { return [] }
        return Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content
    }
}
