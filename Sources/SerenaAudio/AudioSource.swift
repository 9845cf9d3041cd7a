// Where frames come from, live or from a file, through one interface.

import Foundation
import Instrumentation
import Synchronization

/// Something that can be listened to: a microphone, or a file that stands in for it.
public protocol AudioSource: Sendable {
    /// Gives every frame to `listener`, in order and one at a time, each at its ``AudioFrame/time``.
    ///
    /// Returns when the source is over or the task is cancelled. A file waits for its listener; a microphone cannot, and counts what a
    /// listener that is too slow missed.
    ///
    /// - Throws: ``AudioFileError`` or ``SoundDeviceError`` when there is nothing to listen to, or no more.
    func deliver(to listener: @escaping @Sendable (AudioFrame) async -> Void) async throws
}

/// A sound file, listened to as if somebody spoke. It may last for hours: about a second of it is in memory.
public struct AudioFileSource: AudioSource {
    public enum Pace: Sendable {
        /// A second in a second.
        case realtime
        /// As fast as the listener takes it. The frames bear the times that they would have had.
        case unhurried
    }

    private let path: String
    private let clock: any EngineClock
    private let pace: Pace
    private let trailingSilence: Duration

    /// - Parameters:
    ///   - path: of a file that libsndfile understands.
    ///   - trailingSilence: what follows the sound, so that its last words have an end.
    public init(
        path: String, clock: any EngineClock, pace: Pace = .realtime, trailingSilence: Duration = .zero
    ) {
        self.path = path
        self.clock = clock
        self.pace = pace
        self.trailingSilence = trailingSilence
    }

    public func deliver(to listener: @escaping @Sendable (AudioFrame) async -> Void) async throws {
        let worker = clock.makeWorker(named: "sound file")
        let silence = Int(max(0, trailingSilence.nanoseconds) / AudioFrame.duration.nanoseconds)
        let file = try await worker.run { [path] in try FramesOfFile(path, trailingFrames: silence) }
        let start = clock.now
        var index = 0
        while !Task.isCancelled {
            let frames = try await worker.run { try file.next() }
            if frames.isEmpty { return }
            for samples in frames {
                let due = start + AudioFrame.duration * (index + 1)
                if pace == .realtime { await clock.sleep(until: due) }
                if Task.isCancelled { return }
                await listener(AudioFrame(index: index, time: due, samples: samples))
                index += 1
            }
        }
    }
}

/// Reads a file about a second at a time.
private final class FramesOfFile: Sendable {
    private struct State {
        let reader: AudioFileReader
        var cutter: FrameCutter
        var trailingFrames: Int
        var isOver = false
    }

    private let state: Mutex<State>

    init(_ path: String, trailingFrames: Int) throws {
        let reader = try AudioFileReader(path)
        let cutter = try FrameCutter(from: reader.sampleRate)
        state = Mutex(State(reader: reader, cutter: cutter, trailingFrames: trailingFrames))
    }

    /// The samples of the next frames; empty at the end.
    func next() throws -> [[Float]] {
        try state.withLock { state in
            while !state.isOver {
                let samples = try state.reader.read(state.reader.sampleRate)
                state.isOver = samples.isEmpty
                let frames = samples.isEmpty ? state.cutter.finish() : state.cutter.add(samples)
                if !frames.isEmpty { return frames }
            }
            let count = min(100, state.trailingFrames)
            state.trailingFrames -= count
            let silence = [Float](repeating: 0, count: AudioFrame.sampleCount)
            return [[Float]](repeating: silence, count: count)
        }
    }
}
