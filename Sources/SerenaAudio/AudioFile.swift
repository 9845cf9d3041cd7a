// Sound files on disk, whole: reads whatever libsndfile understands, writes 16-bit WAV.

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
        let reader = try AudioFileReader(path)
        let limit = Int(max(0, min(limitSeconds, 1e6)) * Double(reader.sampleRate))
        if let promised = reader.promisedFrames, promised > limit {
            let seconds = Double(promised) / Double(reader.sampleRate)
            throw AudioFileError(path: path, reason: .tooLong(seconds: seconds, limitSeconds: limitSeconds))
        }
        var samples: [Float] = []
        while samples.count <= limit {
            let block = try reader.read(AudioFileReader.largestBlock)
            if block.isEmpty { return Recording(samples: samples, sampleRate: reader.sampleRate) }
            samples += block
        }
        let present = Double(samples.count) / Double(reader.sampleRate)
        throw AudioFileError(path: path, reason: .tooLong(seconds: present, limitSeconds: limitSeconds))
    }

    /// Writes 16-bit mono PCM WAV, whole or not at all: to a temporary file beside `path`, then renamed.
    ///
    /// Samples beyond full scale are clipped.
    public static func write(_ recording: Recording, to path: String) throws(AudioFileError) {
        if let frame = recording.samples.firstIndex(where: { !$0.isFinite }) {
            throw AudioFileError(path: path, reason: .notFinite(frame: frame))
        }
        let writer = try WaveFileWriter(path, sampleRate: recording.sampleRate)
        do {
            for start in stride(from: 0, to: recording.samples.count, by: block) {
                try writer.append(recording.samples[start..<min(start + block, recording.samples.count)])
            }
            try writer.finish()
        } catch {
            writer.abandon()
            throw error
        }
    }

    /// Samples that are written at once, so that a long recording is not copied as a whole.
    private static let block = 1 << 16

    // MARK: Writing

    /// The 44 bytes before the samples of a 16-bit mono WAV file.
    static func waveHeader(sampleCount: Int, sampleRate: Int) -> Data {
        let byteCount = UInt32(sampleCount * 2)
        var bytes = Data(capacity: 44)
        func append<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: Array("RIFF".utf8))
        append(36 + byteCount)
        bytes.append(contentsOf: Array("WAVEfmt ".utf8))
        append(UInt32(16))
        append(UInt16(1))  // PCM
        append(UInt16(1))  // channels
        append(UInt32(sampleRate))
        append(UInt32(sampleRate * 2))
        append(UInt16(2))  // bytes in a frame
        append(UInt16(16))  // bits in a sample
        bytes.append(contentsOf: Array("data".utf8))
        append(byteCount)
        return bytes
    }

    /// Samples of 16 bits, little-endian.
    static func pulseCode(_ samples: some Collection<Float>) -> Data {
        let values = samples.map { sample -> Int16 in
            guard sample.isFinite else { return 0 }
            return Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))).littleEndian
        }
        return values.withUnsafeBytes { Data($0) }
    }
}
