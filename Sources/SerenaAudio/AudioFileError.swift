// Why a sound file cannot be read or written.

/// Names the file, what is wrong with it, and what mends it.
public struct AudioFileError: Error, Hashable, CustomStringConvertible, Sendable {
    public enum Reason: Hashable, Sendable {
        case missing
        case directory
        /// A pipe, a device or a socket, which has no end that could be waited for.
        case notARegularFile
        case unreadable(String)
        case empty
        case notAudio(String)
        /// The header promises more than the file holds.
        case truncated(presentSeconds: Double, promisedSeconds: Double)
        case noFrames
        /// A sample is infinite or not a number.
        case notFinite(frame: Int)
        case tooLong(seconds: Double, limitSeconds: Double)
        case unsupportedRate(Int)
        case cannotWrite(String)
    }

    public let path: String
    public let reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public var description: String {
        "\(path): \(problem). \(remedy)"
    }

    private var problem: String {
        switch reason {
        case .missing: "there is no such file"
        case .directory: "this is a directory, not a sound file"
        case .notARegularFile: "this is not a regular file"
        case .unreadable(let why): "cannot be read: \(why)"
        case .empty: "the file is empty"
        case .notAudio(let why): "this is not a sound file that can be read (\(why))"
        case .truncated(let present, let promised):
            "ends after \(Self.seconds(present)) of the \(Self.seconds(promised)) its header promises"
        case .noFrames: "holds no sound: it has zero frames"
        case .notFinite(let frame): "sample \(frame) is not a finite number"
        case .tooLong(let seconds, let limit):
            "lasts \(Self.seconds(seconds)), more than the limit of \(Self.seconds(limit))"
        case .unsupportedRate(let rate): "has a sample rate of \(rate) Hz"
        case .cannotWrite(let why): "cannot be written: \(why)"
        }
    }

    private var remedy: String {
        switch reason {
        case .missing, .directory, .notARegularFile: "Give the path of a sound file, such as a WAV."
        case .unreadable: "Check the permissions of the file."
        case .empty, .noFrames: "Record it again."
        case .notAudio: "Give a WAV, AIFF, FLAC or Ogg file, or convert it with sox."
        case .truncated: "Copy or record it again; the end of the sound is missing."
        case .notFinite: "Record or export it again."
        case .tooLong: "Cut it into shorter files."
        case .unsupportedRate:
            "Convert it to a rate from \(AudioFile.sampleRates.lowerBound) to \(AudioFile.sampleRates.upperBound) Hz."
        case .cannotWrite: "Check that the folder exists, is writable, and that the disk is not full."
        }
    }

    private static func seconds(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard tenths.isFinite, abs(tenths) < 1e15 else { return "\(value) s" }
        return "\(tenths / 10) s"
    }
}
