// Sound devices through ALSA.

#if canImport(CALSA)
    import CALSA
    import Foundation

    /// ALSA, by the names of its PCM devices: `default`, `hw:…`, `plug:…`, `null`, or any that its configuration defines.
    public struct AlsaSystem: SoundSystem {
        private let configuration: String?

        /// - Parameter configuration: definitions in the language of `asoundrc` that are used in the place of the machine's; nil for the
        ///   machine's, which `ALSA_CONFIG_PATH` can replace as well.
        public init(configuration: String? = nil) {
            self.configuration = configuration
            calsa_keep_quiet()
        }

        public func devices() throws(SoundDeviceError) -> [SoundDevice] {
            var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
            let code = snd_device_name_hint(-1, "pcm", &hints)
            guard code >= 0, let hints else { throw .cannotList(reason: AlsaPCM.reason(code)) }
            defer { snd_device_name_free_hint(hints) }
            var devices: [SoundDevice] = []
            var next = hints
            while let hint = next.pointee {
                next += 1
                guard let name = Self.text("NAME", of: hint) else { continue }
                // A device without a direction has both (snd_device_name_get_hint in ALSA's reference).
                let direction = Self.text("IOID", of: hint)
                devices.append(
                    SoundDevice(
                        name: name,
                        description: (Self.text("DESC", of: hint) ?? "").replacing("\n", with: ", "),
                        isInput: direction != "Output", isOutput: direction != "Input"))
            }
            return devices
        }

        private static func text(_ field: String, of hint: UnsafeMutableRawPointer) -> String? {
            guard let text = snd_device_name_get_hint(hint, field) else { return nil }
            defer { free(text) }
            return String(cString: text)
        }

        public func openInput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundInput {
            try AlsaInput(try open(name, SND_PCM_STREAM_CAPTURE, sampleRate, bufferMilliseconds: 400))
        }

        public func openOutput(_ name: String, sampleRate: Int) throws(SoundDeviceError) -> any SoundOutput {
            AlsaOutput(try open(name, SND_PCM_STREAM_PLAYBACK, sampleRate, bufferMilliseconds: 100))
        }

        private func open(
            _ name: String, _ direction: snd_pcm_stream_t, _ rate: Int, bufferMilliseconds: Int
        ) throws(SoundDeviceError) -> AlsaPCM {
            guard !name.isEmpty, !name.utf8.contains(0), name.utf8.count <= 4_096 else {
                throw .cannotOpen(name: name, reason: "this is no name of a device")
            }
            var handle: OpaquePointer?
            // Not blocking: a device that hangs must not take its thread with it.
            let code = try openHandle(&handle, name, direction)
            guard code >= 0, let handle else { throw .cannotOpen(name: name, reason: AlsaPCM.reason(code)) }
            return try AlsaPCM(
                handle, name: name, direction: direction, rate: rate, bufferMilliseconds: bufferMilliseconds)
        }

        private func openHandle(
            _ handle: inout OpaquePointer?, _ name: String, _ direction: snd_pcm_stream_t
        ) throws(SoundDeviceError) -> Int32 {
            guard let configuration else {
                return snd_pcm_open(&handle, name, direction, Int32(SND_PCM_NONBLOCK))
            }
            var top: OpaquePointer?
            var input: OpaquePointer?
            guard snd_config_top(&top) >= 0, let top else {
                throw .cannotOpen(name: name, reason: "there is no memory for its configuration")
            }
            defer { snd_config_delete(top) }
            var code = snd_input_buffer_open(&input, configuration, configuration.utf8.count)
            if code >= 0, let input {
                code = snd_config_load(top, input)
                snd_input_close(input)
            }
            guard code >= 0 else {
                throw .cannotOpen(name: name, reason: "its configuration cannot be read: \(AlsaPCM.reason(code))")
            }
            return snd_pcm_open_lconf(&handle, name, direction, Int32(SND_PCM_NONBLOCK), top)
        }
    }

    /// An open PCM with the format that was agreed on.
    final class AlsaPCM {
        /// The forms of a sample that are understood, in order of preference.
        enum SampleForm: CaseIterable {
            case int16, float, int32, unsigned8

            var format: snd_pcm_format_t {
                switch self {
                case .int16: SND_PCM_FORMAT_S16_LE
                case .float: SND_PCM_FORMAT_FLOAT_LE
                case .int32: SND_PCM_FORMAT_S32_LE
                case .unsigned8: SND_PCM_FORMAT_U8
                }
            }

            var byteCount: Int {
                switch self {
                case .int16: 2
                case .float, .int32: 4
                case .unsigned8: 1
                }
            }
        }

        let handle: OpaquePointer
        let name: String
        let rate: Int
        let channels: Int
        let form: SampleForm
        /// Frames of the device that are moved at once, about 10 ms.
        let period: Int

        init(
            _ handle: OpaquePointer, name: String, direction: snd_pcm_stream_t, rate wanted: Int,
            bufferMilliseconds: Int
        ) throws(SoundDeviceError) {
            do throws(SoundDeviceError) {
                let agreed = try Self.agree(handle, name, wanted, bufferMilliseconds)
                (form, channels, rate, period) = (agreed.form, agreed.channels, agreed.rate, agreed.period)
                if direction == SND_PCM_STREAM_PLAYBACK { try Self.setStart(handle, name, after: 2 * agreed.period) }
            } catch {
                snd_pcm_close(handle)
                throw error
            }
            self.handle = handle
            self.name = name
        }

        deinit {
            snd_pcm_drop(handle)
            snd_pcm_close(handle)
        }

        static func reason(_ code: Int32) -> String {
            snd_strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }

        private typealias Agreement = (form: SampleForm, channels: Int, rate: Int, period: Int)

        /// Finds what both the device and this program understand.
        private static func agree(
            _ handle: OpaquePointer, _ name: String, _ wanted: Int, _ bufferMilliseconds: Int
        ) throws(SoundDeviceError) -> Agreement {
            var parameters: OpaquePointer?
            guard snd_pcm_hw_params_malloc(&parameters) >= 0, let parameters else {
                throw .unusable(name: name, reason: "there is no memory for its parameters")
            }
            defer { snd_pcm_hw_params_free(parameters) }
            func check(_ code: Int32, _ what: String) throws(SoundDeviceError) {
                if code < 0 { throw .unusable(name: name, reason: "\(what): \(reason(code))") }
            }
            try check(snd_pcm_hw_params_any(handle, parameters), "it offers nothing")
            try check(
                snd_pcm_hw_params_set_access(handle, parameters, SND_PCM_ACCESS_RW_INTERLEAVED),
                "it does not take interleaved samples")
            let known = SampleForm.allCases.first {
                snd_pcm_hw_params_test_format(handle, parameters, $0.format) == 0
            }
            guard let form = known else {
                throw .unusable(name: name, reason: "it has no samples of 8, 16 or 32 bits")
            }
            try check(snd_pcm_hw_params_set_format(handle, parameters, form.format), "its samples")
            var (channels, rate, period) = (UInt32(1), UInt32(wanted), snd_pcm_uframes_t(0))
            try check(snd_pcm_hw_params_set_channels_near(handle, parameters, &channels), "its channels")
            try check(snd_pcm_hw_params_set_rate_near(handle, parameters, &rate, nil), "its sample rate")
            guard AudioFile.sampleRates.contains(Int(rate)), (1...64).contains(channels) else {
                throw .unusable(name: name, reason: "it has \(channels) channels at \(rate) Hz")
            }
            period = snd_pcm_uframes_t(rate) / 100
            var buffer = snd_pcm_uframes_t(Int(rate) * bufferMilliseconds / 1_000)
            try check(snd_pcm_hw_params_set_period_size_near(handle, parameters, &period, nil), "its periods")
            try check(snd_pcm_hw_params_set_buffer_size_near(handle, parameters, &buffer), "its buffer")
            try check(snd_pcm_hw_params(handle, parameters), "it refuses what it offered")
            return (form, Int(channels), Int(rate), max(1, min(Int(period), Int(rate) / 10)))
        }

        private static func setStart(
            _ handle: OpaquePointer, _ name: String, after frames: Int
        ) throws(SoundDeviceError) {
            var parameters: OpaquePointer?
            guard snd_pcm_sw_params_malloc(&parameters) >= 0, let parameters else { return }
            defer { snd_pcm_sw_params_free(parameters) }
            var code = snd_pcm_sw_params_current(handle, parameters)
            if code >= 0 {
                code = snd_pcm_sw_params_set_start_threshold(handle, parameters, snd_pcm_uframes_t(frames))
            }
            if code >= 0 { code = snd_pcm_sw_params(handle, parameters) }
            if code < 0 { throw .unusable(name: name, reason: "its start: \(reason(code))") }
        }

        /// Mends an overrun, an underrun, a suspension or an interruption.
        ///
        /// - Throws: ``SoundDeviceError/gone(name:reason:)`` for everything that cannot be mended.
        func recover(from code: Int) throws(SoundDeviceError) {
            let code = Int32(clamping: code)
            guard [-EPIPE, -ESTRPIPE, -EINTR].contains(code), snd_pcm_recover(handle, code, 1) >= 0 else {
                throw .gone(name: name, reason: Self.reason(code))
            }
        }

        /// Samples between the program and the converter.
        var delay: Int {
            var delay: snd_pcm_sframes_t = 0
            return snd_pcm_delay(handle, &delay) >= 0 ? max(0, min(delay, 10 * rate)) : 0
        }
    }

    /// An open PCM that is listened to.
    final class AlsaInput: SoundInput {
        private let pcm: AlsaPCM
        private var bytes: [UInt8]
        private var isAfterOverrun = false

        var sampleRate: Int { pcm.rate }

        init(_ pcm: AlsaPCM) throws(SoundDeviceError) {
            self.pcm = pcm
            bytes = []
            let code = snd_pcm_start(pcm.handle)
            if code < 0 { throw .unusable(name: pcm.name, reason: "it does not start: \(AlsaPCM.reason(code))") }
        }

        func read() throws(SoundDeviceError) -> HeardSound {
            let ready = snd_pcm_wait(pcm.handle, 100)
            if ready < 0 { try recover(from: Int(ready)) }
            guard ready > 0 else { return HeardSound(samples: []) }
            // Devices without sound of their own leave untouched what they are given.
            bytes = [UInt8](repeating: 0, count: pcm.period * pcm.channels * pcm.form.byteCount)
            let got = bytes.withUnsafeMutableBytes {
                snd_pcm_readi(pcm.handle, $0.baseAddress, snd_pcm_uframes_t(pcm.period))
            }
            if got < 0, got != -Int(EAGAIN) { try recover(from: got) }
            guard got > 0 else { return HeardSound(samples: []) }
            defer { isAfterOverrun = false }
            return HeardSound(
                samples: AlsaSamples.mixed(bytes, frames: min(got, pcm.period), pcm.channels, pcm.form),
                waiting: pcm.delay, isAfterOverrun: isAfterOverrun)
        }

        private func recover(from code: Int) throws(SoundDeviceError) {
            try pcm.recover(from: code)
            snd_pcm_start(pcm.handle)
            isAfterOverrun = isAfterOverrun || code != -Int(EINTR)
        }
    }

    /// An open PCM that plays.
    final class AlsaOutput: SoundOutput {
        private let pcm: AlsaPCM

        var sampleRate: Int { pcm.rate }

        init(_ pcm: AlsaPCM) {
            self.pcm = pcm
        }

        func write(_ samples: ArraySlice<Float>) throws(SoundDeviceError) -> AcceptedSound {
            let ready = snd_pcm_wait(pcm.handle, 50)
            if ready < 0 { return try recover(from: Int(ready)) }
            guard ready > 0 else { return AcceptedSound(count: 0, waiting: pcm.delay) }
            let samples = samples.prefix(pcm.period)
            let bytes = AlsaSamples.spread(samples, pcm.channels, pcm.form)
            let taken = bytes.withUnsafeBytes {
                snd_pcm_writei(pcm.handle, $0.baseAddress, snd_pcm_uframes_t(samples.count))
            }
            if taken < 0, taken != -Int(EAGAIN) { return try recover(from: taken) }
            return AcceptedSound(count: max(0, min(taken, samples.count)), waiting: pcm.delay)
        }

        private func recover(from code: Int) throws(SoundDeviceError) -> AcceptedSound {
            try pcm.recover(from: code)
            return AcceptedSound(count: 0, isAfterUnderrun: code != -Int(EINTR))
        }

        func start() {
            if snd_pcm_state(pcm.handle) == SND_PCM_STATE_PREPARED { snd_pcm_start(pcm.handle) }
        }

        func drop() throws(SoundDeviceError) {
            snd_pcm_drop(pcm.handle)
            let code = snd_pcm_prepare(pcm.handle)
            if code < 0 { throw .gone(name: pcm.name, reason: AlsaPCM.reason(code)) }
        }
    }

    /// Samples as devices write them: little-endian, interleaved.
    enum AlsaSamples {
        /// The mean of the channels.
        static func mixed(_ bytes: [UInt8], frames: Int, _ channels: Int, _ form: AlsaPCM.SampleForm) -> [Float] {
            bytes.withUnsafeBytes { raw in
                (0..<frames).map { frame in
                    var sum: Float = 0
                    for channel in 0..<channels { sum += sample(raw, frame * channels + channel, form) }
                    return sum / Float(channels)
                }
            }
        }

        private static func sample(_ raw: UnsafeRawBufferPointer, _ index: Int, _ form: AlsaPCM.SampleForm) -> Float {
            let place = index * form.byteCount
            switch form {
            case .int16:
                return Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: Int16.self))) / 32_768
            case .int32:
                let value = Int32(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: Int32.self))
                return Float(value) / 2_147_483_648
            case .float:
                let bits = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                return Float(bitPattern: bits)
            case .unsigned8: return (Float(raw[place]) - 128) / 128
            }
        }

        /// Every sample on every channel; beyond full scale they are clipped.
        static func spread(_ samples: ArraySlice<Float>, _ channels: Int, _ form: AlsaPCM.SampleForm) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(samples.count * channels * form.byteCount)
            for sample in samples {
                let one = encoded(sample.isFinite ? max(-1, min(1, sample)) : 0, form)
                for _ in 0..<channels { bytes += one }
            }
            return bytes
        }

        private static func encoded(_ sample: Float, _ form: AlsaPCM.SampleForm) -> [UInt8] {
            switch form {
            case .int16:
                let value = Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
                return withUnsafeBytes(of: value.littleEndian) { Array($0) }
            case .int32:
                let value = Int32(max(-2_147_483_648, min(2_147_483_647, (Double(sample) * 2_147_483_648).rounded())))
                return withUnsafeBytes(of: value.littleEndian) { Array($0) }
            case .float: return withUnsafeBytes(of: sample.bitPattern.littleEndian) { Array($0) }
            case .unsigned8: return [UInt8(max(0, min(255, (sample * 128 + 128).rounded())))]
            }
        }
    }
#endif
