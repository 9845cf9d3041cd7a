// The pieces of words that Moonshine writes with.

import Foundation

/// Turns the numbers of pieces into text.
///
/// The file `tokenizer.bin` lists the pieces in the order of their numbers, each as its length and its UTF-8 bytes. A length up to
/// 127 takes one byte, a greater one two: the first with its top bit set, the lower seven bits first.
struct MoonshineVocabulary: Sendable {
    /// The piece that every text begins behind.
    static let start = 1
    /// The piece that ends a text.
    static let end = 2
    /// Stands for a space, as SentencePiece (Kudo and Richardson 2018) writes it.
    private static let space: Character = "\u{2581}"

    private let pieces: [[UInt8]]

    var count: Int { pieces.count }

    init(path: String) throws(ONNXError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ONNXError(description: "\(path) cannot be read")
        }
        try self.init([UInt8](bytes))
    }

    init(_ bytes: [UInt8]) throws(ONNXError) {
        var pieces: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            var length = Int(bytes[position])
            position += 1
            if length >= 128 {
                guard position < bytes.count else { throw Self.cutOff(at: position) }
                length += Int(bytes[position]) * 128 - 128
                position += 1
            }
            guard bytes.count - position >= length else { throw Self.cutOff(at: position) }
            pieces.append(Array(bytes[position..<position + length]))
            position += length
        }
        guard pieces.count > Self.end else { throw ONNXError(description: "the vocabulary is empty") }
        self.pieces = pieces
    }

    private static func cutOff(at position: Int) -> ONNXError {
        ONNXError(description: "the vocabulary is cut off at byte \(position)")
    }

    /// The text of `numbers`, without the marks such as `</s>`. Bytes that are no UTF-8 are written as U+FFFD.
    func text(_ numbers: [Int]) -> String {
        var bytes: [UInt8] = []
        for number in numbers where pieces.indices.contains(number) && !isMark(pieces[number]) {
            bytes += pieces[number]
        }
        return String(String(decoding: bytes, as: UTF8.self).map { $0 == Self.space ? " " : $0 }).trimmingSpaces
    }

    /// The pieces that each of `texts` is written with: byte-pair encoding (Sennrich et al. 2016), in which the pair that makes the piece with the lowest number is
    /// joined first. A text with a character that has no piece is left out.
    ///
    /// Single characters such as the comma are listed twice: among the bytes, of which what has no piece is made, and as pieces. The latter, which stand behind, are
    /// written.
    func pieces(of texts: [String]) -> [[Int]] {
        let numbers = Dictionary(zip(pieces, pieces.indices)) { _, last in last }
        return texts.compactMap { Self.pieces(of: $0, numbers) }
    }

    private static func pieces(of text: String, _ numbers: [[UInt8]: Int]) -> [Int]? {
        var parts = (" " + text).map { Array(String($0 == " " ? space : $0).utf8) }
        while true {
            let joined = parts.indices.dropLast().compactMap { index in
                numbers[parts[index] + parts[index + 1]].map { (number: $0, index: index) }
            }
            guard let next = joined.min(by: { $0 < $1 }) else { break }
            parts[next.index] += parts.remove(at: next.index + 1)
        }
        let found = parts.compactMap { numbers[$0] }
        return found.count == parts.count ? found : nil
    }

    private func isMark(_ piece: [UInt8]) -> Bool {
        piece.count > 2 && piece.first == UInt8(ascii: "<") && piece.last == UInt8(ascii: ">")
    }
}
