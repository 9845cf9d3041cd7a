// What can happen to sound between a speaker's mouth and an assistant's ear.

import Instrumentation

/// One condition of a room, a microphone or a line.
public enum Condition: Hashable, Sendable {
    /// Noise whose level lies this many decibels below the active speech level of the talk.
    case noise(NoiseKind, signalToNoise: Double)
    /// Brings the active speech level to this, in dBFS.
    case level(Double)
    /// In decibels.
    case gain(Double)
    /// Whatever exceeds this level, in dBFS, is cut flat.
    case clipping(at: Double)
    /// 300 to 3,400 Hz.
    case telephone
    /// The time in which the sound of the room decays by 60 dB.
    case room(reverberation: Duration)
    /// Gaps of this length, which take this share of the time, 0 to 1.
    case dropouts(length: Duration, share: Double)
    /// Packets of ``TransportLine/packet`` that get lost: this share of them, 0 to 1; singly, or in bursts of this mean length.
    case loss(share: Double, burst: Duration?)
    /// A sender whose clock is off: with a positive figure the same sound lasts longer.
    case drift(partsPerMillion: Double)
    /// The assistant's own voice, back in the microphone: this many decibels relative to what is played, so much later.
    case echo(level: Double, delay: Duration)
    /// One person who speaks at the same time, so many decibels below the active speech level of the talk.
    case secondSpeaker(signalToNoise: Double)
    /// A microphone that is gone: from a time after the beginning on, for so long, no frames come at all.
    case deviceAway(after: Duration, length: Duration)
}

/// What a noise sounds like.
public enum NoiseKind: String, CaseIterable, Sendable {
    /// The same power at every frequency.
    case white
    /// The same power in every octave.
    case pink
    /// The mains at 50 Hz, with its harmonics.
    case hum
    /// Stationary, with about the long-term spectrum of speech.
    case speechShaped = "speech-shaped"
    /// Many people who talk at once.
    case babble
    /// A hall that claps.
    case applause
}
