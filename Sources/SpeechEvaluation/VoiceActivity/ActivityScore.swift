// How well a detector's answers agree with the labels.

import SerenaAudio

/// The start of an utterance that was noticed. Times are in milliseconds.
struct NoticedStart: Sendable {
    /// The recording, and what surrounded it.
    var recording: String
    var surroundings: Surroundings
    /// Where the utterance begins in the recording.
    var place: Double
    /// From its first sample.
    var delay: Double
    /// From where it is as loud as the noise; nil when it never is.
    var audibleDelay: Double?
}

/// What a detector made of some scenes. Times are in milliseconds.
struct ActivityScore: Sendable {
    /// The probability of every frame that counts, and whether it is speech.
    private(set) var frames: [(probability: Double, isSpeech: Bool)] = []
    /// Of each utterance that was noticed.
    private(set) var starts: [NoticedStart] = []
    /// The detector's end less the true one: positive when it is late. It is looked for within a second.
    private(set) var ends: [Double] = []
    private(set) var utterances = 0
    /// Utterances during which no frame was taken for speech.
    private(set) var missed = 0
    /// Ends of speech that the detector saw within utterances; pauses of up to 200 ms are there, which it may see.
    private(set) var drops = 0
    private(set) var speechSeconds = 0.0
    /// Frames without speech, and how many of them were taken for speech.
    private(set) var silentFrames = 0
    private(set) var falseFrames = 0

    private static let frameMilliseconds = AudioFrame.duration / .milliseconds(1)
    private static let patience = 100

    mutating func add(_ scene: NoisyScene, _ answers: [VoiceActivity]) {
        let length = AudioFrame.sampleCount
        let labels = scene.labels
        for index in NoisyScene.settling / length..<labels.count {
            frames.append((answers[index].probability, labels[index]))
            if !labels[index] {
                silentFrames += 1
                falseFrames += answers[index].isSpeech ? 1 : 0
            }
        }
        for (index, utterance) in scene.utterances.enumerated() {
            let next = index + 1 < scene.utterances.count ? scene.utterances[index + 1].lowerBound : scene.samples.count
            add(utterance, of: scene, audible: scene.audible[index], before: next / length, answers)
        }
    }

    /// From the first sample of each utterance that was noticed.
    var onsets: [Double] { starts.map(\.delay) }
    /// From where the speech is as loud as the noise.
    var audibleOnsets: [Double] { starts.compactMap(\.audibleDelay) }

    private mutating func add(
        _ utterance: Range<Int>, of scene: NoisyScene, audible: Int?, before next: Int, _ answers: [VoiceActivity]
    ) {
        let length = AudioFrame.sampleCount
        let first = utterance.lowerBound / length
        let last = min((utterance.upperBound - 1) / length, answers.count - 1)
        utterances += 1
        speechSeconds += Double(utterance.count) / Double(AudioFrame.sampleRate)
        guard let noticed = (first...max(first, last)).first(where: { answers[$0].isSpeech }) else {
            missed += 1
            return
        }
        func delay(from sample: Int) -> Double {
            max(0, Double((noticed + 1) * length - sample)) / Double(length) * Self.frameMilliseconds
        }
        let place = Double(utterance.lowerBound - NoisyScene.margin) / Double(length) * Self.frameMilliseconds
        starts.append(
            NoticedStart(
                recording: scene.name, surroundings: scene.surroundings, place: place,
                delay: delay(from: utterance.lowerBound), audibleDelay: audible.map(delay)))
        drops += (noticed..<max(noticed, last)).count { answers[$0].isSpeech && !answers[$0 + 1].isSpeech }
        let limit = min(next, last + Self.patience, answers.count)
        if let end = (noticed..<max(noticed + 1, limit)).last(where: { answers[$0].isSpeech }) {
            ends.append(Double((end + 1) * length - utterance.upperBound) / Double(length) * Self.frameMilliseconds)
        }
    }

    mutating func add(_ other: ActivityScore) {
        frames += other.frames
        starts += other.starts
        ends += other.ends
        utterances += other.utterances
        missed += other.missed
        drops += other.drops
        speechSeconds += other.speechSeconds
        silentFrames += other.silentFrames
        falseFrames += other.falseFrames
    }

    /// The area under the receiver operating characteristic: how often a frame of speech has a higher probability than one without.
    var area: Double {
        Self.area(frames)
    }

    /// By ranks (Mann and Whitney, 1947); equal probabilities share their ranks.
    static func area(_ frames: [(probability: Double, isSpeech: Bool)]) -> Double {
        let sorted = frames.sorted { $0.probability < $1.probability }
        let positives = Double(sorted.count { $0.isSpeech })
        let negatives = Double(sorted.count) - positives
        guard positives > 0, negatives > 0 else { return .nan }
        var sum = 0.0
        var start = 0
        while start < sorted.count {
            var end = start
            var speech = 0.0
            while end < sorted.count, sorted[end].probability == sorted[start].probability {
                speech += sorted[end].isSpeech ? 1 : 0
                end += 1
            }
            // Ranks count from 1.
            sum += speech * Double(start + end + 1) / 2
            start = end
        }
        return (sum - positives * (positives + 1) / 2) / (positives * negatives)
    }
}
