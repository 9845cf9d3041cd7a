// The assistant's voice, by flite.

import CFlite
import Foundation
import Instrumentation
import SerenaAudio

/// Speaks with flite, sending each piece of sound on as it is computed.
///
/// flite keeps state of its own between calls: all synthesisers of the process share one lock.
public final class FliteSynthesizer: SpeechSynthesizer {
    /// The voices that flite brings along.
    public enum Voice: String, CaseIterable, Sendable {
        /// A woman, statistical parametric synthesis.
        case slt
        /// A man, diphones at 16 kHz.
        case kal16
        /// A man, statistical parametric synthesis.
        case rms
        /// A Scottish man, statistical parametric synthesis.
        case awb
    }

    public let voice: Voice
    public var name: String { "flite \(voice.rawValue)" }

    /// Loads the voice.
    public init(voice: Voice = .slt) throws(SynthesisError) {
        self.voice = voice
        try FliteLibrary.shared.load(voice)
    }

    public func synthesize(_ sentence: String, onChunk: (AudioChunk) -> Bool) throws(SynthesisError) {
        for piece in SpeakableText.pieces(of: sentence) {
            if try FliteLibrary.shared.speak(piece, with: voice, onChunk: onChunk) { return }
        }
    }
}

/// flite and the voices that were loaded.
///
/// `@unchecked Sendable`: flite and `loaded` are only touched while `lock` is held.
final class FliteLibrary: @unchecked Sendable {
    static let shared = FliteLibrary()

    private let lock = WorkLock()
    private var loaded: [FliteSynthesizer.Voice: FliteVoice] = [:]

    func load(_ voice: FliteSynthesizer.Voice) throws(SynthesisError) {
        _ = try lock.withLock { () throws(SynthesisError) in try find(voice) }
    }

    /// - Returns: whether the listener stopped it.
    func speak(
        _ text: String, with voice: FliteSynthesizer.Voice, onChunk: (AudioChunk) -> Bool
    ) throws(SynthesisError) -> Bool {
        // The listener reads the clock while flite speaks.
        try lock.withLock { () throws(SynthesisError) in try find(voice).speak(text, onChunk: onChunk) }
    }

    /// The phones of a word of lower-case letters, as flite names them; nil when it cannot be pronounced.
    func phones(of word: String) -> [Substring]? {
        lock.withLock {
            var written = [CChar](repeating: 0, count: 512)
            let length = cflite_pronounce(word, &written, Int32(written.count))
            guard length > 0 else { return nil }
            let text = String(decoding: written.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
            return text.split(separator: " ")
        }
    }

    private func find(_ voice: FliteSynthesizer.Voice) throws(SynthesisError) -> FliteVoice {
        if let known = loaded[voice] { return known }
        if loaded.isEmpty { flite_init() }
        let registered =
            switch voice {
            case .slt: register_cmu_us_slt(nil)
            case .kal16: register_cmu_us_kal16(nil)
            case .rms: register_cmu_us_rms(nil)
            case .awb: register_cmu_us_awb(nil)
            }
        guard let registered, let made = FliteVoice(registered) else { throw .voiceUnavailable(voice.rawValue) }
        loaded[voice] = made
        return made
    }
}

/// A voice of flite and the channel through which it streams.
private struct FliteVoice {
    /// Samples that are computed before they are sent on: 10 ms at 16 kHz, twice the frame shift of the voices.
    private static let chunkSamples: Int32 = 160

    private let voice: UnsafeMutablePointer<cst_voice>
    /// Owned by the voice's features.
    private let channel: UnsafeMutablePointer<cst_audio_streaming_info>

    init?(_ voice: UnsafeMutablePointer<cst_voice>) {
        guard let channel = new_audio_streaming_info() else { return nil }
        channel.pointee.min_buffsize = Self.chunkSamples
        channel.pointee.asc = { wave, start, count, _, channel in
            guard let wave, let channel, let listener = channel.pointee.userdata else { return CST_AUDIO_STREAM_STOP }
            return listener.assumingMemoryBound(to: StreamListener.self).pointee.take(wave, start: start, count: count)
                ? CST_AUDIO_STREAM_CONT : CST_AUDIO_STREAM_STOP
        }
        cflite_stream(voice, channel)
        self.voice = voice
        self.channel = channel
    }

    /// - Returns: whether the listener stopped it.
    func speak(_ text: String, onChunk: (AudioChunk) -> Bool) throws(SynthesisError) -> Bool {
        let wasStopped = withoutActuallyEscaping(onChunk) { onChunk -> Bool? in
            var listener = StreamListener(onChunk: onChunk)
            return withUnsafeMutablePointer(to: &listener) { pointer in
                channel.pointee.userdata = UnsafeMutableRawPointer(pointer)
                defer { channel.pointee.userdata = nil }
                // The voices mix in noise from the C library's generator; the same text shall sound the same every time.
                srand(1)
                guard let utterance = flite_synth_text(text, voice) else { return nil }
                delete_utterance(utterance)
                return pointer.pointee.isStopped
            }
        }
        guard let wasStopped else { throw .failed("flite could not speak \"\(text.prefix(40))\"") }
        return wasStopped
    }
}

/// Takes the pieces of one utterance from flite and hands them on.
private struct StreamListener {
    let onChunk: (AudioChunk) -> Bool
    var isStopped = false
    var silence: LeadingSilence?

    init(onChunk: @escaping (AudioChunk) -> Bool) {
        self.onChunk = onChunk
    }

    /// - Returns: whether flite shall go on.
    mutating func take(_ wave: UnsafePointer<cst_wave>, start: Int32, count: Int32) -> Bool {
        let rate = Int(wave.pointee.sample_rate)
        guard !isStopped, count > 0, start >= 0, let samples = wave.pointee.samples, rate > 0 else { return !isStopped }
        let pulses = UnsafeBufferPointer(start: samples + Int(start), count: Int(count))
        var cutter = silence ?? LeadingSilence(sampleRate: rate)
        let audible = cutter.cut(pulses.map { Float($0) / 32_768 })
        silence = cutter
        if !audible.isEmpty { isStopped = !onChunk(AudioChunk(samples: audible, sampleRate: rate)) }
        return !isStopped
    }
}
