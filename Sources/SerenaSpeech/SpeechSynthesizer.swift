// What turns text into sound, whatever does it.

import SerenaAudio

/// Turns a sentence into speech, piece by piece. Computes for as long as it takes: to be called on a worker.
public protocol SpeechSynthesizer: Sendable {
    /// Such as `flite slt`.
    var name: String { get }

    /// Speaks `sentence`.
    ///
    /// - Parameter onChunk: takes each piece as soon as it is ready, on the caller's thread; returns false to stop.
    func synthesize(_ sentence: String, onChunk: (AudioChunk) -> Bool) throws(SynthesisError)
}

/// Why text could not be turned into speech.
public enum SynthesisError: Error, Hashable, CustomStringConvertible, Sendable {
    case voiceUnavailable(String)
    case failed(String)

    public var description: String {
        switch self {
        case .voiceUnavailable(let voice):
            "the voice \(voice) cannot be loaded; install it with: sudo apt-get install flite"
        case .failed(let reason): "speech synthesis failed: \(reason)"
        }
    }
}
