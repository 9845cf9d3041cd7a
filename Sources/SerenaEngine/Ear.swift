// What the assistant makes of a frame before anybody thinks about words.

import AssistantInterface
import Instrumentation
import SerenaAudio

/// What was heard in a frame.
struct Heard {
    /// The frame, without what the ear could take out of it.
    var frame: AudioFrame
    var activity: VoiceActivity
    /// Whether the user has begun to speak into the assistant's own voice, and means it.
    var interrupts = false
}

/// The first look at every frame: voice activity, the assistant's own voice, and whether somebody breaks into it.
struct Ear {
    private var detector: any VoiceActivityDetector

    init(detector: any VoiceActivityDetector) {
        self.detector = detector
    }

    mutating func hear(_ frame: AudioFrame) -> Heard {
        Heard(frame: frame, activity: detector.process(frame))
    }
}
