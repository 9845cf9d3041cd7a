// Sound files on disk: reads whatever libsndfile understands, writes 16-bit WAV.

import CSndfile
import Foundation

/// Reads and writes sound files. Everything read is untrusted, and refused with an ``AudioFileError`` when it is not whole.
public enum AudioFile {
    /// The sample rates that are accepted, in Hz.
    public static let sampleRates = 8_000...192_000
    /// The longest recording that is read unless the caller says otherwise, in seconds.
    public static let defaultLimit: Double = 3_600

    /// Reads a whole file, mixed down to one channel by the mean of its channels.
    ///
    /// - Parameters:
    ///   - path: of a file in any format that libsndfile opens: WAV of any width, AIFF, FLAC, Ogg and more.
    ///   - limitSeconds: a longer file is refused before it is read.
    public static func read(_ path: String, limitSeconds: Double = defaultLimit) throws(AudioFileError) -> Recording {
        let size = try regularFileSize(path)
        if let length = RIFFLength.read(path: path, fileSize: size), length.isTruncated {
            throw AudioFileError(
                path: path,
                reason: .truncated(presentSeconds: length.presentSeconds, promisedSeconds: length.promisedSeconds))
        }
        var format = SF_INFO()
        guard let file = sf_open(path, Int32(SFM_READ), &format) else {
            throw AudioFileError(path: path, reason: .notAudio(lastProblem(nil)))
        }
        defer { sf_close(file) }
        let rate = Int(format.samplerate)
        guard sampleRates.contains(rate) else {
            throw AudioFileError(path: path, reason: .unsupportedRate(rate))
        }
        guard format.frames > 0, format.channels > 0 else { throw AudioFileError(path: path, reason: .noFrames) }
        // A compressed stream can leave its length open.
        let isOpenEnded = format.frames == sf_count_t.max
        let limit = Int(max(0, min(limitSeconds, 1e6)) * Double(rate))
        let promised = Double(format.frames) / Double(rate)
        guard isOpenEnded || Int(format.frames) <= limit else {
            throw AudioFileError(path: path, reason: .tooLong(seconds: promised, limitSeconds: limitSeconds))
        }
        let samples = try readMixed(file, channels: Int(format.channels), limit: limit, path: path)
        let present = Double(samples.count) / Double(rate)
        guard samples.count <= limit else {
            throw AudioFileError(path: path, reason: .tooLong(seconds: present, limitSeconds: limitSeconds))
        }
        guard !samples.isEmpty else { throw AudioFileError(path: path, reason: .noFrames) }
        guard isOpenEnded || samples.count == Int(format.frames) else {
            throw AudioFileError(path: path, reason: .truncated(presentSeconds: present, promisedSeconds: promised))
        }
        return Recording(samples: samples, sampleRate: rate)
    }

    /// Writes 16-bit mono PCM WAV, whole or not at all: to a temporary file beside `path`, then renamed.
    ///
    /// Samples beyond full scale are clipped.
    public static func write(_ recording: Recording, to path: String) throws(AudioFileError) {
        if let frame = recording.samples.firstIndex(where: { !$0.isFinite }) {
            throw AudioFileError(path: path, reason: .notFinite(frame: frame))
        }
        guard sampleRates.contains(recording.sampleRate) else {
            throw AudioFileError(path: path, reason: .unsupportedRate(recording.sampleRate))
        }
        guard recording.samples.count <= Int(Int32.max) / 2 else {
            throw AudioFileError(path: path, reason: .cannotWrite("a WAV file holds at most 2 GiB"))
        }
        do {
            try wave(recording).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw AudioFileError(path: path, reason: .cannotWrite(error.localizedDescription))
        }
    }

    // MARK: Reading

    private static func regularFileSize(_ path: String) throws(AudioFileError) -> Int {
        var status = stat()
        guard !path.utf8.contains(0), stat(path, &status) == 0 else {
            let reason: AudioFileError.Reason =
                errno == ENOENT || errno == ENOTDIR || path.utf8.contains(0)
                ? .missing : .unreadable(String(cString: strerror(errno)))
            throw AudioFileError(path: path, reason: reason)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw AudioFileError(path: path, reason: .directory)
        case S_IFREG: break
        default: throw AudioFileError(path: path, reason: .notARegularFile)
        }
        guard access(path, R_OK) == 0 else {
            throw AudioFileError(path: path, reason: .unreadable(String(cString: strerror(errno))))
        }
        guard status.st_size > 0 else { throw AudioFileError(path: path, reason: .empty) }
        return Int(status.st_size)
    }

    /// Reads to the end, or until there are more frames than `limit`.
    private static func readMixed(
        _ file: OpaquePointer, channels: Int, limit: Int, path: String
    ) throws(AudioFileError) -> [Float] {
        let blockFrames = max(1, 65_536 / channels)
        var block = [Float](repeating: 0, count: blockFrames * channels)
        var samples: [Float] = []
        while samples.count <= limit {
            let count = Int(sf_readf_float(file, &block, sf_count_t(blockFrames)))
            if count <= 0 { break }
            for frame in 0..<count {
                var sum: Float = 0
                for channel in 0..<channels { sum += block[frame * channels + channel] }
                guard sum.isFinite else {
                    throw AudioFileError(path: path, reason: .notFinite(frame: samples.count))
                }
                samples.append(sum / Float(channels))
            }
        }
        if sf_error(file) != Int32(SF_ERR_NO_ERROR) {
            throw AudioFileError(path: path, reason: .notAudio(lastProblem(file)))
        }
        return samples
    }

    private static func lastProblem(_ file: OpaquePointer?) -> String {
        let text = sf_strerror(file).map { String(cString: $0) } ?? "unknown reason"
        return text.trimmingCharacters(in: .init(charactersIn: ". \n"))
    }

    // MARK: Writing

    private static func wave(_ recording: Recording) -> Data {
        let byteCount = UInt32(recording.samples.count * 2)
        var bytes = Data(capacity: 44 + Int(byteCount))
        func append<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: Array("RIFF".utf8))
        append(36 + byteCount)
        bytes.append(contentsOf: Array("WAVEfmt ".utf8))
        append(UInt32(16))
        append(UInt16(1))  // PCM
        append(UInt16(1))  // channels
        append(UInt32(recording.sampleRate))
        append(UInt32(recording.sampleRate * 2))
        append(UInt16(2))  // bytes in a frame
        append(UInt16(16))  // bits in a sample
        bytes.append(contentsOf: Array("data".utf8))
        append(byteCount)
        for sample in recording.samples {
            append(Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))))
        }
        return bytes
    }
}
