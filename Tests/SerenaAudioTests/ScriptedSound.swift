// Sound devices that do what a script says.

import Foundation
import Instrumentation
import Synchronization

@testable import SerenaAudio

/// A system whose one device is there, away, or in trouble, as its script says.
///
/// `@unchecked Sendable`: everything stored is reached through `lock`.
final class ScriptedSound: SoundSystem, @unchecked Sendable {
    /// What happens at one use of the device.
    enum Event {
        case sound([Float])
        /// Sound that is there at once.
        case burst([Float])
        /// Sound that comes after some was thrown away, and after this time without any.
        case overrun(Duration, [Float])
        /// The device is pulled out, and cannot be opened for so many attempts.
        case unplug(attempts: Int)
    }

    private let lock = NSLock()
    private let clock: any EngineClock
    private let rate: Int
    private var events: [Event]
    private var absences = 0
    private var written: [Float] = []
    private var drops = 0
    /// The number of the write at which the device is pulled out.
    private let unplugAtWrite: Int?
    private var writes = 0

    init(_ events: [Event] = [], rate: Int = 16_000, unplugAtWrite: Int? = nil, clock: any EngineClock) {
        self.events = events
        self.rate = rate
        self.unplugAtWrite = unplugAtWrite
        self.clock = clock
    }

    var played: [Float] { lock.withLock { written } }
    var dropped: Int { lock.withLock { drops } }

    func devices() throws(SoundDeviceError) -> [SoundDevice] { [] }

    private func open(_ name: String) throws(SoundDeviceError) {
        let isAway = lock.withLock {
            absences -= 1
            return absences >= 0
        }
        if isAway { throw .cannotOpen(name: name, reason: "No such device") }
    }

    func openInput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundInput {
        try open(name)
        return Input(system: self)
    }

    func openOutput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundOutput {
        try open(name)
        return Output(system: self)
    }

    private final class Input: SoundInput {
        let system: ScriptedSound
        var sampleRate: Int { system.rate }

        init(system: ScriptedSound) {
            self.system = system
        }

        func read() throws(SoundDeviceError) -> HeardSound {
            let event = system.lock.withLock { system.events.isEmpty ? nil : system.events.removeFirst() }
            switch event {
            case nil:
                system.clock.prolong(by: .milliseconds(100))
                return HeardSound(samples: [])
            case .sound(let samples):
                system.clock.prolong(by: .samples(samples.count, at: system.rate))
                return HeardSound(samples: samples)
            case .burst(let samples): return HeardSound(samples: samples)
            case .overrun(let gap, let samples):
                system.clock.prolong(by: gap + .samples(samples.count, at: system.rate))
                return HeardSound(samples: samples, isAfterOverrun: true)
            case .unplug(let attempts):
                system.lock.withLock { system.absences = attempts }
                throw .gone(name: "scripted", reason: "No such device")
            }
        }
    }

    /// Takes everything at once, as a device without a clock does.
    private final class Output: SoundOutput {
        let system: ScriptedSound
        var sampleRate: Int { system.rate }

        init(system: ScriptedSound) {
            self.system = system
        }

        func write(_ samples: ArraySlice<Float>) throws(SoundDeviceError) -> AcceptedSound {
            let isGone = system.lock.withLock {
                system.writes += 1
                guard system.writes == system.unplugAtWrite else {
                    system.written += samples
                    return false
                }
                system.absences = 2
                return true
            }
            if isGone { throw .gone(name: "scripted", reason: "No such device") }
            return AcceptedSound(count: samples.count)
        }

        func start() {}

        func drop() throws(SoundDeviceError) {
            system.lock.withLock { system.drops += 1 }
        }
    }
}
