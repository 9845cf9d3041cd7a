// Microphone and loudspeaker, on devices that do what they are told to and on the real ALSA.

import Foundation
import Instrumentation
import Synchronization
import Testing

@testable import SerenaAudio

/// What a listener was given.
private final class HeardFrames: Sendable {
    private let state = Mutex<[AudioFrame]>([])

    var frames: [AudioFrame] { state.withLock { $0 } }

    /// Gives the number of frames so far.
    func add(_ frame: AudioFrame) -> Int {
        state.withLock { frames in
            frames.append(frame)
            return frames.count
        }
    }
}

@Suite struct DeviceTests {
    /// Listens until there are `count` frames.
    private static func listen(_ microphone: Microphone, for count: Int) async throws -> [AudioFrame] {
        let heard = HeardFrames()
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let listening = Task {
            try await microphone.deliver { if heard.add($0) == count { continuation.finish() } }
        }
        for await _ in stream {}
        listening.cancel()
        try await listening.value
        return Array(heard.frames.prefix(count))
    }

    private static func ramp(_ count: Int, from start: Int = 0) -> [Float] {
        (start..<start + count).map { Float($0 % 20_000) / 32_768 }
    }

    // MARK: Microphone

    @Test func soundComesInFramesOfTenMilliseconds() async throws {
        let clock = RealtimeClock()
        let sound = Self.ramp(1_600)
        let system = ScriptedSound(
            stride(from: 0, to: 1_600, by: 100).map { .sound(Array(sound[$0..<$0 + 100])) }, clock: clock)
        let frames = try await Self.listen(Microphone(system: system, clock: clock), for: 10)
        #expect(frames.flatMap(\.samples) == sound && frames.map(\.index) == Array(0..<10))
        #expect(frames.indices.dropFirst().allSatisfy { frames[$0].time > frames[$0 - 1].time })
    }

    @Test func aMicrophoneThatIsPulledOutIsFoundAgain() async throws {
        let clock = RealtimeClock()
        let later = (0..<20).map { ScriptedSound.Event.sound(Self.ramp(1_600, from: 5_000 + $0 * 1_600)) }
        let system = ScriptedSound([.sound(Self.ramp(320)), .unplug(attempts: 1)] + later, clock: clock)
        let microphone = Microphone(system: system, clock: clock)
        // The first attempt to open it comes after 100 ms, the second after 200 ms more.
        let frames = try await Self.listen(microphone, for: 140)
        #expect(Array(frames.flatMap(\.samples).prefix(320)) == Self.ramp(320))
        let sound = frames.flatMap(\.samples)
        let second = try #require(sound.firstIndex(of: 5_000 / 32_768))
        #expect(Array(sound[second...].prefix(160)) == Self.ramp(160, from: 5_000))
        #expect(sound[320..<second].allSatisfy { $0 == 0 } && second % 160 == 0)
        let account = microphone.account
        #expect(account.returns == 1 && account.missingFrames == second / 160 - 2 && account.state == .closed)
        #expect((25...120).contains(account.missingFrames))
        #expect(frames.indices.dropFirst().allSatisfy { frames[$0].time > frames[$0 - 1].time })
    }

    @Test func soundThatWasThrownAwayIsCountedAndReplacedBySilence() async throws {
        let clock = RealtimeClock()
        let system = ScriptedSound(
            [.sound(Self.ramp(320)), .overrun(.milliseconds(100), Self.ramp(320, from: 320))], clock: clock)
        let microphone = Microphone(system: system, clock: clock)
        let frames = try await Self.listen(microphone, for: 14)
        let account = microphone.account
        #expect(account.overruns == 1 && account.missingFrames >= 10)
        #expect(frames[3..<10].allSatisfy { $0.samples.allSatisfy { $0 == 0 } })
    }

    @Test func samplesThatAreNoNumbersBecomeSilence() async throws {
        let clock = RealtimeClock()
        let system = ScriptedSound([.sound([.nan, .infinity] + Self.ramp(158))], clock: clock)
        let microphone = Microphone(system: system, clock: clock)
        let frames = try await Self.listen(microphone, for: 1)
        #expect(frames[0].samples == [0, 0] + Self.ramp(158) && microphone.account.invalidSamples == 2)
    }

    @Test func aListenerThatIsTooSlowLosesFramesThatAreCounted() async throws {
        let clock = RealtimeClock()
        // 2.5 s of sound at once, of which the queue holds 2 s; the listener does not come back from the first frame before there was too much.
        let system = ScriptedSound([.sound(Self.ramp(160)), .burst(Self.ramp(40_000))], clock: clock)
        let microphone = Microphone(system: system, clock: clock)
        let isOver = Mutex(false)
        let listening = Task {
            try await microphone.deliver { frame in
                while frame.index == 0, microphone.account.droppedFrames <= 20, !Task.isCancelled {
                    await clock.sleep(until: clock.now + .milliseconds(20))
                }
                if frame.index > 150 { isOver.withLock { $0 = true } }
            }
        }
        // Beside many other tests a task may have to wait for minutes before it begins.
        let deadline = clock.now + .seconds(600)
        while !isOver.withLock({ $0 }), clock.now < deadline { await clock.sleep(until: clock.now + .milliseconds(20)) }
        listening.cancel()
        try await listening.value
        let account = microphone.account
        #expect(isOver.withLock { $0 }, "\(account)")
        #expect(account.droppedFrames > 20 && account.droppedFrames < account.frames)
    }

    @Test func aDeviceThatIsNotThereIsNamed() async throws {
        let clock = RealtimeClock()
        let microphone = Microphone(name: "nowhere", system: AlsaSystem(configuration: ""), clock: clock)
        let error = await #expect(throws: SoundDeviceError.self) { try await microphone.deliver { _ in } }
        #expect(error?.description.contains("'nowhere' cannot be opened") == true)
        await #expect(throws: SoundDeviceError.self) {
            try await Loudspeaker(name: "", system: AlsaSystem(), clock: clock).open()
        }
        #expect(throws: SoundDeviceError.self) {
            try AlsaSystem(configuration: "pcm.x { type").openInput("x", sampleRate: 16_000)
        }
    }

    // MARK: Loudspeaker

    @Test func whatIsPlayedIsHeardInOrderAndOnTime() async throws {
        let clock = RealtimeClock()
        let system = ScriptedSound(clock: clock)
        let speaker = Loudspeaker(system: system, clock: clock)
        let start = clock.now
        let first = speaker.play(AudioChunk(samples: Self.ramp(1_600), sampleRate: 16_000))
        let second = speaker.play(AudioChunk(samples: Self.ramp(800, from: 1_600), sampleRate: 16_000))
        #expect(first >= start && first - start < .milliseconds(50))
        #expect(second - first >= .milliseconds(95))
        await speaker.finish()
        #expect(clock.now - start >= .milliseconds(150))
        #expect(system.played == Self.ramp(2_400) && speaker.account.underruns == 0)
        await speaker.close()
    }

    @Test func stopDropsWhatWasNotPlayedYet() async throws {
        let clock = RealtimeClock()
        let system = ScriptedSound(clock: clock)
        let speaker = Loudspeaker(system: system, clock: clock)
        // A minute, and no wait in between, so that the test holds on a machine that is late.
        speaker.play(AudioChunk(samples: Self.ramp(960_000), sampleRate: 16_000))
        speaker.stop()
        let stopped = clock.now
        await speaker.finish()
        #expect(system.played.count < 960_000)
        let now = clock.now
        let next = speaker.play(AudioChunk(samples: [0.5], sampleRate: 16_000))
        #expect(next >= stopped && next - now < .milliseconds(500))
        await speaker.finish()
        #expect(system.played.last == 0.5)
    }

    @Test func aLoudspeakerThatIsPulledOutIsFoundAgain() async throws {
        let clock = RealtimeClock()
        let system = ScriptedSound(unplugAtWrite: 5, clock: clock)
        let speaker = Loudspeaker(system: system, clock: clock)
        speaker.play(AudioChunk(samples: Self.ramp(16_000), sampleRate: 16_000))
        await speaker.finish()
        let account = speaker.account
        // Away for 0.1 and 0.2 s and 0.4 s; what was to be heard then is lost.
        #expect(account.returns == 1 && account.lost > .milliseconds(300) && account.lost < .milliseconds(980))
        let lost = Int(account.lost.milliseconds * 16)
        #expect(system.played.count == 16_000 - lost)
        #expect(Array(system.played.prefix(640)) == Self.ramp(640))
    }

    @Test func theQueueOfTheLoudspeakerIsBounded() async throws {
        let clock = RealtimeClock()
        let speaker = Loudspeaker(system: ScriptedSound(clock: clock), clock: clock)
        let minute = AudioChunk(samples: [Float](repeating: 0, count: 60 * 8_000), sampleRate: 8_000)
        for _ in 0..<4 { speaker.play(minute) }
        #expect(speaker.account.refused >= .seconds(60))
        speaker.stop()
        await speaker.finish()
    }

    @Test(arguments: [22_050, 8_000])
    func everyVoiceIsConvertedToTheRateOfTheDevice(rate: Int) async throws {
        let clock = RealtimeClock()
        let system = ScriptedSound(rate: 48_000, clock: clock)
        let speaker = Loudspeaker(system: system, clock: clock)
        let tone = Signal.tone(440, amplitude: 0.5, seconds: 0.2, rate: rate)
        speaker.play(AudioChunk(samples: tone, sampleRate: rate))
        await speaker.finish()
        let whole = try Resampler(from: rate, to: 48_000).resample(tone)
        #expect(system.played.count == whole.count)
        #expect(zip(system.played, whole).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    // MARK: ALSA

    /// Devices that ALSA makes out of files.
    private static func configuration(_ folder: TemporaryFolder) -> String {
        """
        pcm.nothing { type null }
        pcm.heard { type file slave.pcm nothing file /dev/null infile "\(folder.file("in.raw"))" format raw }
        pcm.said { type file slave.pcm nothing file "\(folder.file("out.raw"))" format raw }
        pcm.fast { type rate slave { pcm nothing rate 48000 } }
        pcm.wide { type plug slave { pcm said format S32_LE channels 2 rate 16000 } }
        """
    }

    private static func bytes(_ samples: [Float]) -> Data {
        AudioFile.pulseCode(samples)
    }

    @Test func alsaHearsAFileSampleBySample() async throws {
        let folder = try TemporaryFolder()
        let sound = Self.ramp(3_200)
        try Self.bytes(sound).write(to: URL(fileURLWithPath: folder.file("in.raw")))
        let clock = RealtimeClock()
        let system = AlsaSystem(configuration: Self.configuration(folder))
        let microphone = Microphone(name: "heard", system: system, clock: clock)
        let start = clock.now
        let frames = try await Self.listen(microphone, for: 25)
        #expect(frames.flatMap(\.samples).prefix(3_200).elementsEqual(sound))
        #expect(frames[20...].allSatisfy { $0.samples.allSatisfy { $0 == 0 } })
        // A file has no clock; it is heard at the pace of ours.
        #expect(clock.now - start >= .milliseconds(200) && microphone.account.overruns == 0)
        #expect(microphone.account.state == .closed)
    }

    @Test func alsaPlaysIntoAFileSampleBySample() async throws {
        let folder = try TemporaryFolder()
        let clock = RealtimeClock()
        let system = AlsaSystem(configuration: Self.configuration(folder))
        let speaker = Loudspeaker(name: "said", system: system, clock: clock)
        try await speaker.open()
        #expect(speaker.account.state == .open)
        speaker.play(AudioChunk(samples: Self.ramp(2_000), sampleRate: 16_000))
        speaker.play(AudioChunk(samples: Self.ramp(1_000, from: 2_000), sampleRate: 16_000))
        await speaker.finish()
        await speaker.close()
        let written = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.raw")))
        #expect(written == Self.bytes(Self.ramp(3_000)) && speaker.account.underruns == 0)
    }

    @Test func alsaConvertsRatesAndChannels() async throws {
        let folder = try TemporaryFolder()
        let clock = RealtimeClock()
        let system = AlsaSystem(configuration: Self.configuration(folder))
        let frames = try await Self.listen(Microphone(name: "fast", system: system, clock: clock), for: 5)
        #expect(frames.count == 5)
        let speaker = Loudspeaker(name: "wide", system: system, clock: clock)
        speaker.play(AudioChunk(samples: Self.ramp(1_600), sampleRate: 16_000))
        await speaker.finish()
        await speaker.close()
        let written = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.raw")))
        let values = stride(from: 0, to: written.count / 8 * 8, by: 8).map { place in
            written[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        #expect(values.map { Float(Int32(bitPattern: $0)) / 2_147_483_648 }.starts(with: Self.ramp(1_600)))
    }

    @Test func aDeviceIsThereOnceItsFileIs() throws {
        let folder = try TemporaryFolder()
        let system = AlsaSystem(configuration: Self.configuration(folder))
        #expect(throws: SoundDeviceError.self) { try system.openInput("heard", sampleRate: 16_000) }
        try Self.bytes(Self.ramp(1_600)).write(to: URL(fileURLWithPath: folder.file("in.raw")))
        let input = try system.openInput("heard", sampleRate: 16_000)
        #expect(input.sampleRate == 16_000)
        #expect(try input.read().samples.starts(with: Self.ramp(160)))
    }

    @Test(arguments: AlsaPCM.SampleForm.allCases)
    func samplesSurviveEveryFormOfADevice(form: AlsaPCM.SampleForm) {
        let samples: [Float] = [0, 0.5, -0.5, -1, 0.25]
        let bytes = AlsaSamples.spread(samples[...], 3, form)
        #expect(bytes.count == samples.count * 3 * form.byteCount)
        #expect(AlsaSamples.mixed(bytes, frames: samples.count, 3, form) == samples)
        let clipped = AlsaSamples.mixed(AlsaSamples.spread([7, -7, .nan], 1, form), frames: 3, 1, form)
        #expect(clipped[0] > 0.99 && clipped[1] == -1 && clipped[2] == 0)
    }
}
