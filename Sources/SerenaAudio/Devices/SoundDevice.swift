// Sound devices, and what a system must be able to do with them.

/// A device that sound can come from or go to.
public struct SoundDevice: Hashable, Codable, Sendable {
    /// What it is opened by, such as `default` or `hw:CARD=USB,DEV=0`.
    public let name: String
    /// In words, on one line.
    public let description: String
    public let isInput: Bool
    public let isOutput: Bool

    public init(name: String, description: String, isInput: Bool, isOutput: Bool) {
        self.name = name
        self.description = description
        self.isInput = isInput
        self.isOutput = isOutput
    }

    /// The device that the system uses unless it is told otherwise.
    public static let defaultName = "default"
}

/// Why a device cannot be used.
public enum SoundDeviceError: Error, Hashable, CustomStringConvertible, Sendable {
    /// There is no way to sound devices on this system.
    case unsupported
    case cannotList(reason: String)
    case cannotOpen(name: String, reason: String)
    /// The device is there, but offers nothing that can be used.
    case unusable(name: String, reason: String)
    /// The device was there and went away.
    case gone(name: String, reason: String)

    public var description: String {
        switch self {
        case .unsupported: "sound devices can be used on Linux, through ALSA, only; use a sound file instead"
        case .cannotList(let reason): "the sound devices cannot be listed: \(reason)"
        case .cannotOpen(let name, let reason):
            "the sound device '\(name)' cannot be opened: \(reason); 'serena-bench devices' lists those that there are"
        case .unusable(let name, let reason):
            "the sound device '\(name)' cannot be used: \(reason); 'plug:\(name)' may convert what it offers"
        case .gone(let name, let reason): "the sound device '\(name)' is gone: \(reason)"
        }
    }
}

/// A way to the sound devices of a system.
public protocol SoundSystem: Sendable {
    func devices() throws(SoundDeviceError) -> [SoundDevice]

    /// Opens a device to listen to, at `sampleRate` in Hz or the nearest rate that it has.
    func openInput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundInput

    /// Opens a device to play to, at `sampleRate` in Hz or the nearest rate that it has.
    func openOutput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundOutput
}

/// An open device that sound comes from. Used by one thread at a time; closes with its last reference.
public protocol SoundInput: AnyObject {
    /// In Hz.
    var sampleRate: Int { get }

    /// Waits a tenth of a second at most, and gives what has been heard since.
    ///
    /// - Throws: ``SoundDeviceError/gone(name:reason:)`` when nothing more will come.
    func read() throws(SoundDeviceError) -> HeardSound
}

/// What a device heard.
public struct HeardSound: Sendable {
    /// The mean of the channels.
    public var samples: [Float]
    /// Samples that the device has heard after these, and still has.
    public var waiting = 0
    /// Whether the device had to throw sound away before these samples, because nobody took it in time.
    public var isAfterOverrun = false

    public init(samples: [Float], waiting: Int = 0, isAfterOverrun: Bool = false) {
        self.samples = samples
        self.waiting = waiting
        self.isAfterOverrun = isAfterOverrun
    }
}

/// An open device that plays sound. Used by one thread at a time; closes with its last reference.
public protocol SoundOutput: AnyObject {
    /// In Hz.
    var sampleRate: Int { get }

    /// Hands over the first of `samples`, waiting a twentieth of a second at most until there is room for some.
    ///
    /// - Throws: ``SoundDeviceError/gone(name:reason:)`` when nothing more will be played.
    func write(_ samples: ArraySlice<Float>) throws(SoundDeviceError) -> AcceptedSound

    /// Begins to play what was handed over, however little it is.
    func start()

    /// Falls silent at once, drops what was handed over, and is ready for more.
    func drop() throws(SoundDeviceError)
}

/// What became of samples that were handed to a device.
public struct AcceptedSound: Sendable {
    /// How many were taken.
    public var count: Int
    /// How many samples lie between the last of them and the loudspeaker.
    public var waiting = 0
    /// Whether the device had run dry before.
    public var isAfterUnderrun = false

    public init(count: Int, waiting: Int = 0, isAfterUnderrun: Bool = false) {
        self.count = count
        self.waiting = waiting
        self.isAfterUnderrun = isAfterUnderrun
    }
}

/// The sound system of the machine that this program was built for.
public enum MachineSound {
    public static let system: any SoundSystem = {
        #if canImport(CALSA)
            AlsaSystem()
        #else
            NoSoundSystem()
        #endif
    }()
}

#if !canImport(CALSA)
    /// Stands where there is no way to sound devices yet.
    struct NoSoundSystem: SoundSystem {
        func devices() throws(SoundDeviceError) -> [SoundDevice] { throw .unsupported }

        func openInput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundInput {
            throw .unsupported
        }

        func openOutput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundOutput {
            throw .unsupported
        }
    }
#endif

/// Whether a device is in use.
public enum SoundDeviceState: Hashable, Sendable {
    case closed
    case open
    /// The device went away for this reason, and is looked for.
    case away(String)
}

/// When a device that went away is looked for again: after 0.1 s, then after twice as long each time, 2 s at most.
struct Reopening {
    private static let first = 100
    private static let longest = 2_000
    private var milliseconds = first

    /// How long to wait until the next attempt.
    mutating func next() -> Duration {
        defer { milliseconds = min(Self.longest, milliseconds * 2) }
        return .milliseconds(milliseconds)
    }
}
