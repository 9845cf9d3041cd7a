// What the assistant makes of a frame before anybody thinks about words.

import AssistantInterface
import Instrumentation
import SerenaAudio

/// What was heard in a frame.
struct Heard {
    /// The frame, without what the ear could take out of it.
    var frame: AudioFrame
    var activity: VoiceActivity
    /// What becomes of a sound in the assistant's answer, when that is known with this frame.
    var bid: FloorBid?
}

/// The first look at every frame: voice activity, the assistant's own voice, and whether somebody breaks into it.
struct Ear {
    private var listener: DuplexListener
    /// What is played while this ear listens; nil before anything can be.
    private let ownVoice: OwnVoice?

    init(detector: any VoiceActivityDetector, ownVoice: OwnVoice? = nil) {
        listener = DuplexListener(detector: detector)
        self.ownVoice = ownVoice
    }

    mutating func hear(_ frame: AudioFrame) -> Heard {
        let heard = listener.hear(
            frame, reference: ownVoice?.reference(forFrameEndingAt: frame.time),
            canInterrupt: ownVoice?.isSounding(at: frame.time) ?? false)
        return Heard(frame: heard.frame, activity: heard.activity, bid: heard.bid)
    }
}
