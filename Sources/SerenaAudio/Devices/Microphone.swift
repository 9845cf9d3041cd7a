// A microphone: frames from a sound device, whatever becomes of the device.

import Instrumentation
import Synchronization

/// Listens to a sound device.
///
/// A thread of its own reads the device, and a bounded queue of ``queueFrames`` frames stands between it and the listener. Where sound is missing,
/// because the device had to throw it away or was unplugged, as much silence takes its place, so that a pause for the listener is a pause
/// in the room; ``Account`` tells how much. A device that goes away is looked for until it is back.
public final class Microphone: AudioSource {
    /// What happened to the sound on its way.
    public struct Account: Hashable, Sendable {
        public var state = SoundDeviceState.closed
        /// Frames given to the listener, silent ones that stand for missing sound included.
        public var frames = 0
        /// How often the device had to throw sound away because it was not read in time, or the machine slept.
        public var overruns = 0
        /// Frames of silence that stand for sound that is missing.
        public var missingFrames = 0
        /// Frames that were thrown away because the listener was too slow.
        public var droppedFrames = 0
        /// Samples that were no finite number, and were replaced by 0.
        public var invalidSamples = 0
        /// How often the device came back after it had gone.
        public var returns = 0
    }

    /// Frames that wait for the listener at most: 2 s.
    public static let queueFrames = 200

    private let loop: CaptureLoop
    private let worker: any Worker

    /// - Parameters:
    ///   - name: of the device.
    ///   - clock: tells the times of the frames.
    public init(
        name: String = SoundDevice.defaultName, system: any SoundSystem = MachineSound.system, clock: any EngineClock
    ) {
        loop = CaptureLoop(name: name, system: system, clock: clock)
        worker = clock.makeWorker(named: "microphone", precedence: .immediate)
    }

    /// What has happened so far.
    public var account: Account {
        loop.account
    }

    /// Listens until the task is cancelled. There is one listener at a time.
    ///
    /// - Throws: ``SoundDeviceError`` when the device cannot be opened at first.
    public func deliver(to listener: @escaping @Sendable (AudioFrame) async -> Void) async throws {
        try await worker.run { [loop] in try loop.begin() }
        let (frames, continuation) = AsyncStream.makeStream(
            of: AudioFrame.self, bufferingPolicy: .bufferingOldest(Self.queueFrames))
        worker.submit { [loop] in
            loop.run { frame in
                if case .dropped = continuation.yield(frame) { return false }
                return true
            }
            continuation.finish()
        }
        await withTaskCancellationHandler {
            for await frame in frames { await listener(frame) }
        } onCancel: {
            loop.stop()
        }
        loop.stop()
        // The device is closed once the loop is over.
        try await worker.run {}
    }
}

/// Reads the device on the microphone's worker.
///
/// `@unchecked Sendable`: everything but ``shared`` is used on that worker only.
private final class CaptureLoop: @unchecked Sendable {
    private struct Shared {
        var account = Microphone.Account()
        var isStopped = false
    }

    /// A device that has nothing to give for so long is gone.
    private static let patience = Duration.seconds(1)
    /// A frame whose time is off by more than this gets the time at which it came.
    private static let largestError = Duration.milliseconds(50)
    /// The share of the error by which the time of the next frame is corrected, so that the clock of the device is followed and its jitter is not
    /// (F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005, reduced to first order).
    private static let correction = 50
    /// The longest gap after an overrun that is filled with silence, in frames.
    private static let longestGap = 500

    private let name: String
    private let system: any SoundSystem
    private let clock: any EngineClock
    private let shared = Mutex(Shared())

    private var input: (any SoundInput)?
    private var cutter: FrameCutter?
    private var lastSound = Instant(nanoseconds: 0)
    /// When the frame before was due; nil before the first.
    private var lastTime: Instant?
    private var isAfterGap = false
    private var reopening = Reopening()
    private var nextAttempt = Instant(nanoseconds: 0)

    init(name: String, system: any SoundSystem, clock: any EngineClock) {
        self.name = name
        self.system = system
        self.clock = clock
    }

    var account: Microphone.Account {
        shared.withLock { $0.account }
    }

    func stop() {
        shared.withLock { $0.isStopped = true }
    }

    /// Opens the device for a new listener.
    func begin() throws(SoundDeviceError) {
        try open()
        shared.withLock { $0.isStopped = false }
    }

    /// Opens the device, for the first time or once it is back. Whoever has stopped the loop meanwhile is not overruled.
    private func open() throws(SoundDeviceError) {
        let input = try system.openInput(name, sampleRate: AudioFrame.sampleRate)
        do {
            cutter = try FrameCutter(from: input.sampleRate)
        } catch {
            throw .unusable(name: name, reason: error.description)
        }
        self.input = input
        lastSound = clock.now
        reopening = Reopening()
        shared.withLock { $0.account.state = .open }
    }

    /// - Parameter give: gives a frame to the listener; false when there was no room for it.
    func run(give: (AudioFrame) -> Bool) {
        while !shared.withLock({ $0.isStopped }) {
            guard let input else {
                beAway(give)
                continue
            }
            do throws(SoundDeviceError) {
                try listen(to: input, give)
            } catch {
                self.input = nil
                nextAttempt = clock.now + reopening.next()
                shared.withLock { $0.account.state = .away(error.description) }
            }
        }
        (input, cutter, lastTime) = (nil, nil, nil)
        shared.withLock { $0.account.state = .closed }
    }

    private func listen(to input: any SoundInput, _ give: (AudioFrame) -> Bool) throws(SoundDeviceError) {
        let heard = try input.read()
        let now = clock.now
        if heard.samples.isEmpty {
            guard now - lastSound < Self.patience else {
                throw .gone(name: name, reason: "it has given nothing for a second")
            }
            return
        }
        lastSound = now
        if heard.isAfterOverrun {
            isAfterGap = true
            _ = cutter?.finish()
        }
        let invalid = heard.samples.count { !$0.isFinite }
        shared.withLock { shared in
            shared.account.overruns += heard.isAfterOverrun ? 1 : 0
            shared.account.invalidSamples += invalid
        }
        let frames = cutter?.add(invalid == 0 ? heard.samples : heard.samples.map { $0.isFinite ? $0 : 0 }) ?? []
        let end = now - .samples(heard.waiting, at: input.sampleRate)
        for (index, samples) in frames.enumerated() {
            let measured = end - AudioFrame.duration * (frames.count - 1 - index)
            // A device without a clock of its own, such as a file, never has anything waiting, and is kept to the pace of ours.
            let latest =
                heard.waiting > 0 ? measured : max(measured, lastTime.map { $0 + AudioFrame.duration } ?? measured)
            place(samples, heardAt: latest, give)
        }
    }

    /// Gives a frame that was heard at `measured` its time.
    private func place(_ samples: [Float], heardAt measured: Instant, _ give: (AudioFrame) -> Bool) {
        guard let lastTime else { return hand(samples, at: measured, give) }
        let expected = lastTime + AudioFrame.duration
        let error = measured - expected
        if isAfterGap {
            isAfterGap = false
            let missing = min(Self.longestGap, Int(max(.zero, error).nanoseconds / AudioFrame.duration.nanoseconds))
            for _ in 0..<missing { handSilence(give) }
            return hand(samples, at: max(measured, (self.lastTime ?? lastTime) + AudioFrame.duration), give)
        }
        if error > Self.largestError { return hand(samples, at: measured, give) }
        hand(samples, at: expected + max(error, .zero - Self.largestError) / Self.correction, give)
    }

    private func beAway(_ give: (AudioFrame) -> Bool) {
        handSilence(give)
        guard clock.now >= nextAttempt else { return }
        do throws(SoundDeviceError) {
            try open()
            isAfterGap = true
            shared.withLock { $0.account.returns += 1 }
        } catch {
            nextAttempt = clock.now + reopening.next()
        }
    }

    private func handSilence(_ give: (AudioFrame) -> Bool) {
        shared.withLock { $0.account.missingFrames += 1 }
        let silence = [Float](repeating: 0, count: AudioFrame.sampleCount)
        hand(silence, at: lastTime.map { $0 + AudioFrame.duration } ?? clock.now, give)
    }

    private func hand(_ samples: [Float], at time: Instant, _ give: (AudioFrame) -> Bool) {
        // Without a clock of its own, a device gives sound faster than time passes.
        let ahead = time - clock.now
        if ahead > AudioFrame.duration { clock.prolong(by: ahead) }
        lastTime = time
        let index = shared.withLock { shared in
            defer { shared.account.frames += 1 }
            return shared.account.frames
        }
        if !give(AudioFrame(index: index, time: time, samples: samples)) {
            shared.withLock { $0.account.droppedFrames += 1 }
        }
    }
}
