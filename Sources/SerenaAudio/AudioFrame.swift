// Sound on its way into an assistant: 10 ms at a time.

import Instrumentation

/// 10 ms of sound from the microphone, or from the recording that stands in for it: 16 kHz, mono, full scale ±1.
public struct AudioFrame: Sendable {
    /// Samples per second of every frame, in Hz.
    public static let sampleRate = 16_000
    /// Samples in every frame.
    public static let sampleCount = 160
    /// The time that a frame lasts.
    public static let duration = Duration.milliseconds(10)

    /// The number of frames delivered before this one.
    public let index: Int
    /// When the last sample of the frame is due: its intended time of delivery, not the actual one.
    public let time: Instant
    /// ``sampleCount`` samples; full scale is ±1.
    public let samples: [Float]

    public init(index: Int, time: Instant, samples: [Float]) {
        self.index = index
        self.time = time
        self.samples = samples
    }
}
