// A sound file, read piece by piece through libsndfile.

import CSndfile
import Foundation

/// Reads a sound file of any length, mixed down to one channel by the mean of its channels. No more than a block of it is in memory.
///
/// The file is untrusted: what is not whole, not finite or no sound is refused with an ``AudioFileError``, when it is opened or, where that
/// cannot be known before, when the fault is come to.
public final class AudioFileReader {
    /// The most frames of one block.
    static let largestBlock = 65_536

    public let path: String
    /// In Hz; one of ``AudioFile/sampleRates``.
    public let sampleRate: Int
    /// How many frames the file says that it has; nil where a compressed stream leaves its length open.
    public let promisedFrames: Int?

    private let file: OpaquePointer
    private let channels: Int
    private var frames = 0
    private var block: [Float] = []

    /// Opens the file and reads its header.
    public init(_ path: String) throws(AudioFileError) {
        let size = try Self.regularFileSize(path)
        if let length = RIFFLength.read(path: path, fileSize: size), length.isTruncated {
            throw AudioFileError(
                path: path,
                reason: .truncated(presentSeconds: length.presentSeconds, promisedSeconds: length.promisedSeconds))
        }
        var format = SF_INFO()
        guard let file = sf_open(path, Int32(SFM_READ), &format) else {
            throw AudioFileError(path: path, reason: .notAudio(Self.lastProblem(nil)))
        }
        let rate = Int(format.samplerate)
        let problem: AudioFileError.Reason? =
            !AudioFile.sampleRates.contains(rate)
            ? .unsupportedRate(rate) : format.frames > 0 && format.channels > 0 ? nil : .noFrames
        if let problem {
            sf_close(file)
            throw AudioFileError(path: path, reason: problem)
        }
        self.path = path
        self.file = file
        sampleRate = rate
        channels = Int(format.channels)
        promisedFrames = format.frames == sf_count_t.max ? nil : Int(format.frames)
    }

    deinit {
        sf_close(file)
    }

    /// The next samples, at most `count` and at most 65 536 ÷ channels of them; empty at the end.
    ///
    /// - Throws: ``AudioFileError`` when a sample is not finite, or the file ends before it promised to.
    public func read(_ count: Int) throws(AudioFileError) -> [Float] {
        let wanted = max(1, min(count, Self.largestBlock / channels))
        if block.count < wanted * channels { block = [Float](repeating: 0, count: wanted * channels) }
        let got = max(0, Int(sf_readf_float(file, &block, sf_count_t(wanted))))
        if sf_error(file) != Int32(SF_ERR_NO_ERROR) {
            throw AudioFileError(path: path, reason: .notAudio(Self.lastProblem(file)))
        }
        guard got > 0 else {
            try checkLength()
            return []
        }
        var samples = [Float](repeating: 0, count: got)
        for frame in 0..<got {
            var sum: Float = 0
            for channel in 0..<channels { sum += block[frame * channels + channel] }
            guard sum.isFinite else { throw AudioFileError(path: path, reason: .notFinite(frame: frames + frame)) }
            samples[frame] = sum / Float(channels)
        }
        frames += got
        return samples
    }

    private func checkLength() throws(AudioFileError) {
        guard frames > 0 else { throw AudioFileError(path: path, reason: .noFrames) }
        guard let promisedFrames, frames != promisedFrames else { return }
        throw AudioFileError(
            path: path,
            reason: .truncated(
                presentSeconds: Double(frames) / Double(sampleRate),
                promisedSeconds: Double(promisedFrames) / Double(sampleRate)))
    }

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

    private static func lastProblem(_ file: OpaquePointer?) -> String {
        let text = sf_strerror(file).map { String(cString: $0) } ?? "unknown reason"
        return text.trimmingCharacters(in: .init(charactersIn: ". \n"))
    }
}
