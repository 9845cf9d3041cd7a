// What the header of a WAV file promises, against what the file holds.

import Foundation

/// The length of the sound in a RIFF/WAVE file, promised and present.
///
/// libsndfile corrects a data chunk that is longer than its file without a word, so that a recording cut in half would pass
/// for a short one. This reads the chunks itself.
struct RIFFLength: Equatable {
    /// Of the data chunk, as its header says.
    let promisedBytes: Int
    /// Of the data chunk, in the file.
    let presentBytes: Int
    /// From the format chunk.
    let bytesPerSecond: Int

    var isTruncated: Bool { presentBytes < promisedBytes }
    var promisedSeconds: Double { Double(promisedBytes) / Double(max(1, bytesPerSecond)) }
    var presentSeconds: Double { Double(presentBytes) / Double(max(1, bytesPerSecond)) }

    /// Programs that write to a pipe cannot know the length and promise about 2 or 4 GiB; from this size on the promise means
    /// "until the end of the file".
    private static let unknownLength = 0x7FFF_0000
    /// Chunks that are looked at before the data; a file has a handful.
    private static let maximumChunks = 1_000

    /// Nil when the file is no WAV, or promises no length.
    static func read(path: String, fileSize: Int) -> RIFFLength? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return read(fileSize: fileSize) { offset, count in
            guard (try? file.seek(toOffset: UInt64(offset))) != nil, let data = try? file.read(upToCount: count)
            else { return [] }
            return [UInt8](data)
        }
    }

    /// The same from any source of bytes; `bytes` gives fewer than asked for at the end.
    static func read(fileSize: Int, bytes: (_ offset: Int, _ count: Int) -> [UInt8]) -> RIFFLength? {
        let head = bytes(0, 12)
        guard head.count == 12, head[0..<4].elementsEqual("RIFF".utf8), head[8..<12].elementsEqual("WAVE".utf8) else {
            return nil
        }
        var offset = 12
        var bytesPerSecond = 0
        for _ in 0..<maximumChunks {
            let chunk = bytes(offset, 8)
            guard chunk.count == 8 else { return nil }
            let size = Int(littleEndian(chunk[4..<8]))
            if chunk[0..<4].elementsEqual("fmt ".utf8) {
                let rate = bytes(offset + 16, 4)
                if rate.count == 4 { bytesPerSecond = Int(littleEndian(rate[...])) }
            } else if chunk[0..<4].elementsEqual("data".utf8) {
                guard size < unknownLength else { return nil }
                let present = max(0, min(size, fileSize - offset - 8))
                return RIFFLength(promisedBytes: size, presentBytes: present, bytesPerSecond: bytesPerSecond)
            }
            // Chunks begin at even offsets.
            offset += 8 + size + size % 2
        }
        return nil
    }

    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
