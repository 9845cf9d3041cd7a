// A loudspeaker: an assistant's voice on a sound device, whatever becomes of the device.

import Instrumentation
import Synchronization

/// Plays to a sound device.
///
/// ``play(_:)`` puts sound into a bounded queue and returns at once. A thread of its own keeps the device ``lead`` ahead of time, so that
/// ``stop()`` is heard within that thread's next 10 ms. A device that goes away is looked for whenever there is something to play; meanwhile the sound goes
/// nowhere, at the same pace.
public final class Loudspeaker: AudioOutput {
    /// What happened to the sound on its way.
    public struct Account: Hashable, Sendable {
        public var state = SoundDeviceState.closed
        /// How often the device ran dry while there was something to play.
        public var underruns = 0
        /// What was played while the device was away.
        public var lost = Duration.zero
        /// What found no room in the queue.
        public var refused = Duration.zero
        /// How often the device came back after it had gone.
        public var returns = 0
    }

    /// What waits to be played, at most.
    public static let longestQueue = Duration.seconds(120)
    /// How far the device is kept ahead of time.
    static let lead = Duration.milliseconds(60)

    private struct Queue {
        var chunks: [AudioChunk] = []
        /// Samples of the first chunk that the device has already.
        var taken = 0
        var waiting = Duration.zero
        /// When the last sample that was handed to the device has been heard.
        var heardUntil = Instant(nanoseconds: .min / 2)
        var mustStop = false
        var isPlaying = false
        var account = Account()
    }

    private enum Next {
        case stop
        case samples([Float], rate: Int)
        /// The device has enough, or all: come back after this time.
        case wait(Duration, isOver: Bool)
        case rest
    }

    private let clock: any EngineClock
    private let worker: any Worker
    private let queue = Mutex(Queue())
    private let device: PlaybackDevice

    /// - Parameters:
    ///   - name: of the device.
    ///   - sampleRate: in Hz; the device may have another, and what is played is converted.
    public init(
        name: String = SoundDevice.defaultName, sampleRate: Int = AudioFrame.sampleRate,
        system: any SoundSystem = MachineSound.system, clock: any EngineClock
    ) {
        self.clock = clock
        worker = clock.makeWorker(named: "loudspeaker")
        device = PlaybackDevice(name: name, sampleRate: sampleRate, system: system, clock: clock)
    }

    /// What has happened so far.
    public var account: Account {
        queue.withLock { $0.account }
    }

    /// Opens the device before anything is played.
    ///
    /// - Throws: ``SoundDeviceError``.
    public func open() async throws {
        try await worker.run { [self] in
            try device.open()
            queue.withLock { $0.account.state = .open }
        }
    }

    /// Waits until everything has been heard.
    public func finish() async {
        while let end = queue.withLock({ $0.isPlaying ? $0.heardUntil + $0.waiting : nil }), !Task.isCancelled {
            await clock.sleep(until: max(end, clock.now + .milliseconds(10)))
        }
    }

    /// Falls silent and lets go of the device.
    public func close() async {
        stop()
        _ = try? await worker.run { [self] in
            device.close()
            queue.withLock { $0.account.state = .closed }
        }
    }

    // MARK: AudioOutput

    @discardableResult
    public func play(_ chunk: AudioChunk) -> Instant {
        let now = clock.now
        let (due, begins) = queue.withLock { queue in
            let due = max(now, queue.heardUntil) + queue.waiting
            guard !chunk.samples.isEmpty, Resampler.rates.contains(chunk.sampleRate) else { return (due, false) }
            guard queue.waiting + chunk.duration <= Self.longestQueue else {
                queue.account.refused += chunk.duration
                return (due, false)
            }
            queue.chunks.append(chunk)
            queue.waiting += chunk.duration
            defer { queue.isPlaying = true }
            return (due, !queue.isPlaying)
        }
        if begins { worker.submit { [self] in pump() } }
        return due
    }

    public func stop() {
        let now = clock.now
        queue.withLock { queue in
            (queue.chunks, queue.taken, queue.waiting) = ([], 0, .zero)
            queue.mustStop = queue.isPlaying
            queue.heardUntil = min(queue.heardUntil, now)
        }
    }

    // MARK: The device's thread

    /// Plays until there is nothing left.
    private func pump() {
        while true {
            switch next() {
            case .stop: device.stop()
            case .samples(let samples, let rate): hand(samples, rate)
            case .wait(let time, let isOver):
                if isOver { hand([], nil) }
                clock.prolong(by: time)
            case .rest:
                device.rest()
                // Something may have come while the device was put to rest.
                let isDone = queue.withLock { queue in
                    queue.isPlaying = !queue.chunks.isEmpty
                    return !queue.isPlaying
                }
                if isDone { return }
            }
        }
    }

    private func next() -> Next {
        let now = clock.now
        return queue.withLock { queue in
            if queue.mustStop {
                queue.mustStop = false
                return .stop
            }
            let ahead = queue.heardUntil - now
            guard let chunk = queue.chunks.first else {
                // A little longer, for what the converter of the device holds back.
                let left = ahead + .milliseconds(10)
                return left > .zero ? .wait(min(left, .milliseconds(5)), isOver: true) : .rest
            }
            if ahead > Self.lead { return .wait(min(ahead - Self.lead, .milliseconds(10)), isOver: false) }
            let end = min(chunk.samples.count, queue.taken + max(1, chunk.sampleRate / 100))
            let samples = chunk.samples[queue.taken..<end].map { $0.isFinite ? max(-1, min(1, $0)) : 0 }
            let duration = Duration.samples(end - queue.taken, at: chunk.sampleRate)
            queue.taken = end
            if end == chunk.samples.count {
                queue.chunks.removeFirst()
                queue.taken = 0
            }
            queue.waiting = queue.chunks.isEmpty ? .zero : max(.zero, queue.waiting - duration)
            queue.heardUntil = max(now, queue.heardUntil) + duration
            return .samples(samples, rate: chunk.sampleRate)
        }
    }

    /// - Parameter rate: nil when nothing follows.
    private func hand(_ samples: [Float], _ rate: Int?) {
        let outcome = device.hand(samples, rate: rate) { [self] in queue.withLock { $0.mustStop } }
        let now = clock.now
        queue.withLock { queue in
            queue.account.underruns += outcome.underruns
            queue.account.state = outcome.state
            if outcome.hasReturned { queue.account.returns += 1 }
            if outcome.isLost, let rate { queue.account.lost += .samples(samples.count, at: rate) }
            guard let waiting = outcome.waiting, !queue.mustStop else { return }
            let measured = now + waiting
            // A device that is slower than the clock is followed at once; one that is faster by no more than quartzes differ.
            if measured > queue.heardUntil {
                queue.heardUntil = measured
            } else if waiting > .zero {
                queue.heardUntil = max(measured, queue.heardUntil - .microseconds(5))
            }
        }
    }
}

/// The device of a loudspeaker.
///
/// `@unchecked Sendable`: used on the loudspeaker's worker only.
private final class PlaybackDevice: @unchecked Sendable {
    struct Outcome {
        var state = SoundDeviceState.open
        var underruns = 0
        /// Whether the samples went nowhere.
        var isLost = false
        var hasReturned = false
        /// The time between the last sample and the loudspeaker; nil when it is not known.
        var waiting: Duration?
    }

    /// Attempts of a twentieth of a second each to hand over 10 ms before the device counts as gone.
    private static let patience = 20

    private let name: String
    private let sampleRate: Int
    private let system: any SoundSystem
    private let clock: any EngineClock
    private var output: (any SoundOutput)?
    private var reason: String?
    private var reopening = Reopening()
    private var nextAttempt = Instant(nanoseconds: .min / 2)
    private var resampler: (rate: Int, converter: StreamingResampler)?
    private var isStarted = false

    init(name: String, sampleRate: Int, system: any SoundSystem, clock: any EngineClock) {
        self.name = name
        self.sampleRate = sampleRate
        self.system = system
        self.clock = clock
    }

    func open() throws(SoundDeviceError) {
        if output != nil { return }
        output = try system.openOutput(name, sampleRate: sampleRate)
        (reason, reopening, resampler) = (nil, Reopening(), nil)
    }

    func close() {
        (output, resampler) = (nil, nil)
    }

    /// Falls silent at once.
    func stop() {
        resampler = nil
        isStarted = false
        do throws(SoundDeviceError) { try output?.drop() } catch { lose(error) }
    }

    /// Makes ready for what comes after a pause.
    func rest() {
        if isStarted { stop() }
    }

    /// Hands samples over, all of them unless it is told to stop.
    ///
    /// - Parameter rate: nil when nothing follows, so that all must be heard that was held back.
    func hand(_ samples: [Float], rate: Int?, until mustStop: () -> Bool) -> Outcome {
        var outcome = Outcome()
        if output == nil { outcome.hasReturned = reopen() }
        guard let output else {
            return Outcome(state: .away(reason ?? "it was never there"), isLost: true)
        }
        var rest = converted(samples, rate, for: output)[...]
        var attempts = 0
        do throws(SoundDeviceError) {
            while !rest.isEmpty, !mustStop() {
                let accepted = try output.write(rest)
                rest = rest.dropFirst(accepted.count)
                isStarted = true
                outcome.underruns += accepted.isAfterUnderrun ? 1 : 0
                let held = resampler?.converter.delay ?? .zero
                outcome.waiting = .samples(accepted.waiting, at: output.sampleRate) + held
                attempts = accepted.count > 0 ? 0 : attempts + 1
                if attempts == Self.patience {
                    throw .gone(name: name, reason: "it has taken nothing for a second")
                }
            }
            if rate == nil, isStarted { output.start() }
        } catch {
            lose(error)
            return Outcome(state: .away(error.description), underruns: outcome.underruns, isLost: true)
        }
        return outcome
    }

    private func lose(_ error: SoundDeviceError) {
        reason = error.description
        (output, resampler) = (nil, nil)
        nextAttempt = clock.now + reopening.next()
    }

    /// Whether the device is back.
    private func reopen() -> Bool {
        let isFirst = reason == nil
        guard clock.now >= nextAttempt else { return false }
        do throws(SoundDeviceError) {
            try open()
            return !isFirst
        } catch {
            lose(error)
            return false
        }
    }

    private func converted(_ samples: [Float], _ rate: Int?, for output: any SoundOutput) -> [Float] {
        var result: [Float] = []
        if resampler?.rate != rate {
            result = resampler?.converter.finish() ?? []
            resampler = nil
        }
        guard let rate, rate != output.sampleRate else { return result + samples }
        if resampler == nil {
            resampler = (try? StreamingResampler(from: rate, to: output.sampleRate)).map { (rate, $0) }
        }
        return result + (resampler?.converter.process(samples) ?? [])
    }
}
