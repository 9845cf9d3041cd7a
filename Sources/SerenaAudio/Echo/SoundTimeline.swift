// What a loudspeaker plays, and when: to be read again as the sound of any stretch of time.

import Foundation
import Instrumentation

/// Pieces of sound on a clock, of any rates, that are read at ``AudioFrame/sampleRate``. Keeps a bounded amount.
public struct SoundTimeline: Sendable {
    /// Sound without a gap, at one rate.
    private struct Run: Sendable {
        var start: Instant
        var samples: [Float]
        var rate: Int

        var end: Instant { start + .samples(samples.count, at: rate) }

        /// Adds the sound from `time` on to `result`, by a windowed sinc below the Nyquist frequency of the slower rate.
        func add(to result: inout [Float], from time: Instant) {
            let step = Double(rate) / Double(AudioFrame.sampleRate)
            let begin = Double((time - start).nanoseconds) * Double(rate) / 1e9
            let kernel = Kernel(band: min(1, 1 / step))
            // At the same rate all samples lie at the same place between their neighbours.
            let shared = rate == AudioFrame.sampleRate ? kernel.taps(fraction: begin - begin.rounded(.down)) : nil
            for index in result.indices {
                let position = begin + Double(index) * step
                let whole = Int(position.rounded(.down))
                guard whole >= -1, whole < samples.count else { continue }
                let taps = shared ?? kernel.taps(fraction: position - Double(whole))
                let first = whole + 1 - kernel.half
                var sum: Float = 0
                for tap in max(0, -first)..<max(0, -first, min(taps.count, samples.count - first)) {
                    sum += samples[first + tap] * taps[tap]
                }
                result[index] += sum
            }
        }
    }

    /// A sinc under Hann's window.
    private struct Kernel {
        let band: Double
        let half: Int

        init(band: Double) {
            self.band = band
            half = Int((8 / band).rounded(.up))
        }

        /// For a place that lies `fraction` of a sample behind the tap at index `half` − 1.
        func taps(fraction: Double) -> [Float] {
            ((1 - half)...half).map { tap in
                let distance = Double(tap) - fraction
                let window = 0.5 + 0.5 * cos(.pi * distance / Double(half))
                let angle = .pi * distance * band
                return Float(band * window * (abs(angle) < 1e-9 ? 1 : sin(angle) / angle))
            }
        }
    }

    /// The most that is kept, in samples: two minutes at 48 kHz. Beyond that the oldest goes first.
    private static let mostSamples = 120 * 48_000
    /// Pieces that lie closer together than this are one run: clocks count whole nanoseconds.
    private static let seam = Duration.nanoseconds(200)

    private var runs: [Run] = []
    private var sampleCount = 0

    public init() {}

    /// When the last sample that is known is over; nil when there is none.
    public var end: Instant? { runs.last?.end }

    /// Adds a piece whose first sample is due at `start`, after everything before.
    public mutating func add(_ samples: [Float], rate: Int, at start: Instant) {
        guard rate > 0, !samples.isEmpty else { return }
        if let last = runs.last, last.rate == rate, abs((start - last.end).nanoseconds) < Self.seam.nanoseconds {
            runs[runs.count - 1].samples += samples
        } else {
            runs.append(Run(start: start, samples: samples, rate: rate))
        }
        sampleCount += samples.count
        while sampleCount > Self.mostSamples, runs.count > 1 { sampleCount -= runs.removeFirst().samples.count }
        if sampleCount > Self.mostSamples { shorten() }
    }

    /// Takes back what has not been played at `time`.
    public mutating func cut(at time: Instant) {
        while let last = runs.last, last.end > time {
            if last.start >= time {
                runs.removeLast()
            } else {
                let kept = Int((time - last.start).nanoseconds * Int64(last.rate) / 1_000_000_000)
                runs[runs.count - 1].samples.removeLast(max(0, last.samples.count - kept))
                break
            }
        }
        sampleCount = runs.reduce(0) { $0 + $1.samples.count }
    }

    /// Lets go of what was over before `time`.
    public mutating func forget(before time: Instant) {
        while let first = runs.first, first.end < time { sampleCount -= runs.removeFirst().samples.count }
        guard let first = runs.first, first.start + .seconds(10) < time else { return }
        // A long run loses whole seconds, so that its seams stay exact.
        let seconds = Int((time - first.start).nanoseconds / 1_000_000_000) - 2
        runs[0].samples.removeFirst(min(first.samples.count, seconds * first.rate))
        runs[0].start = first.start + .seconds(seconds)
        sampleCount = runs.reduce(0) { $0 + $1.samples.count }
    }

    /// Whether there is sound, if only of silence, between two times.
    public func sounds(from start: Instant, to end: Instant) -> Bool {
        runs.contains { $0.start < end && $0.end > start }
    }

    /// The sound from `start` on, silence where there is none.
    public func samples(from start: Instant, count: Int) -> [Float] {
        let duration = Duration.samples(count, at: AudioFrame.sampleRate)
        var result = [Float](repeating: 0, count: count)
        for run in runs where run.end > start && run.start < start + duration { run.add(to: &result, from: start) }
        return result
    }

    private mutating func shorten() {
        let excess = sampleCount - Self.mostSamples
        runs[0].start = runs[0].start + .samples(excess, at: runs[0].rate)
        runs[0].samples.removeFirst(excess)
        sampleCount -= excess
    }
}
