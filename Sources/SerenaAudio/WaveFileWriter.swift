// A WAV file that grows while it is written.

import Foundation

/// Writes 16-bit mono PCM WAV piece by piece. The file gets its name when it is finished; until then it has `.part` behind it.
public final class WaveFileWriter {
    /// The most samples that a WAV file can hold.
    private static let mostSamples = Int(Int32.max) / 2 - 64

    public let path: String
    /// In Hz.
    public let sampleRate: Int
    private let handle: FileHandle
    public private(set) var sampleCount = 0

    private var partialPath: String { path + ".part" }

    /// - Throws: ``AudioFileError`` when there can be no such file.
    public init(_ path: String, sampleRate: Int) throws(AudioFileError) {
        guard AudioFile.sampleRates.contains(sampleRate) else {
            throw AudioFileError(path: path, reason: .unsupportedRate(sampleRate))
        }
        let partial = path + ".part"
        do {
            try AudioFile.waveHeader(sampleCount: 0, sampleRate: sampleRate).write(to: URL(fileURLWithPath: partial))
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: partial))
            try handle.seekToEnd()
        } catch {
            throw AudioFileError(path: path, reason: .cannotWrite(error.localizedDescription))
        }
        self.path = path
        self.sampleRate = sampleRate
    }

    /// Samples beyond full scale are clipped, those that are no finite number become 0.
    public func append(_ samples: some Collection<Float>) throws(AudioFileError) {
        guard sampleCount + samples.count <= Self.mostSamples else {
            throw AudioFileError(path: path, reason: .cannotWrite("a WAV file holds at most 2 GiB"))
        }
        do {
            try handle.write(contentsOf: AudioFile.pulseCode(samples))
        } catch {
            throw AudioFileError(path: path, reason: .cannotWrite(error.localizedDescription))
        }
        sampleCount += samples.count
    }

    /// Writes the length into the header, and gives the file its name.
    public func finish() throws(AudioFileError) {
        do {
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: AudioFile.waveHeader(sampleCount: sampleCount, sampleRate: sampleRate))
            try handle.close()
        } catch {
            throw AudioFileError(path: path, reason: .cannotWrite(error.localizedDescription))
        }
        guard rename(partialPath, path) == 0 else {
            throw AudioFileError(path: path, reason: .cannotWrite(String(cString: strerror(errno))))
        }
    }

    /// Leaves nothing behind of a file that could not be finished.
    public func abandon() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: partialPath)
    }
}
