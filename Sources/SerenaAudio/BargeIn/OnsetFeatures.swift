// What the first tenths of a second of a sound are like: numbers by which speech differs from coughing, clapping and humming.

import Foundation

/// The look of one frame of 10 ms, with the 20 ms before it.
struct FrameLook: Sendable {
    /// The upper edges of the bands, in Hz; above the last lies another band.
    static let edges = [400.0, 1_000, 2_000, 3_500, 5_500]

    /// In dBFS.
    var level: Double
    /// The level of each band relative to the whole, in dB, −40 at the least.
    var bands: [Double]
    /// The height of the highest peak of the normalised autocorrelation between 70 and 400 Hz, 0 to 1.
    var periodicity: Double
    /// The geometric over the arithmetic mean of the power spectrum between 300 and 7,000 Hz, in dB: 0 is white.
    var flatness: Double
    /// The loudest millisecond of the frame over its mean, in dB.
    var crest: Double

    static let silence = FrameLook(
        level: Level.silence, bands: [Double](repeating: -20, count: edges.count + 1), periodicity: 0, flatness: -20,
        crest: 0)

    /// How many ``values(below:)`` there are.
    static let valueCount = edges.count + 5

    /// Everything in numbers around 0, with the level relative to the loudest frame of the sound.
    func values(below loudest: Double) -> [Double] {
        [(level - loudest) / 10, 2 * periodicity - 1, flatness / 10 + 1, crest / 5 - 0.5] + bands.map { $0 / 20 + 0.7 }
    }

    /// The level of the frequencies below 1 kHz, from 1 to 3.5 kHz and above, relative to the whole, in dB.
    var thirds: [Double] {
        func sum(_ range: Range<Int>) -> Double {
            max(-40, Level.ofPower(range.reduce(0) { $0 + pow(10, bands[$1] / 10) }))
        }
        return [sum(0..<2), sum(2..<4), sum(4..<6)]
    }
}

/// Looks at frames one after the other.
struct FrameEye: Sendable {
    private static let span = 3 * AudioFrame.sampleCount
    private static let size = 512
    private let transform = BlockTransform(count: size)
    private let window: [Float] = (0..<span).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(span))) }
    private var recent = [Float](repeating: 0, count: span)
    /// The mean power of each bin in frames that did not stand out.
    private var background = [Double](repeating: 0, count: size / 2 + 1)
    /// The share of the newest frame in ``background``.
    private static let renewal = 0.08
    /// What is taken away of the background, and what is left of a bin at the least (M. Berouti, R. Schwartz and J. Makhoul, *Enhancement of
    /// speech corrupted by acoustic noise*, ICASSP 1979).
    private static let (subtracted, least) = (1.5, 0.03)

    mutating func look(at frame: [Float], isLoud: Bool) -> FrameLook {
        recent.removeFirst(AudioFrame.sampleCount)
        recent += frame
        let level = Level.rms(of: frame)
        guard level > -90 else { return .silence }
        let whole = spectrum()
        if !isLoud {
            for bin in whole.indices { background[bin] += Self.renewal * (whole[bin] - background[bin]) }
        }
        let power = zip(whole, background).map { max(Self.least * $0, $0 - Self.subtracted * $1) }
        return FrameLook(
            level: level, bands: bands(of: power), periodicity: periodicity(), flatness: flatness(of: power),
            crest: crest(of: frame))
    }

    private func spectrum() -> [Double] {
        var samples = [Float](repeating: 0, count: Self.size)
        for index in recent.indices { samples[index] = recent[index] * window[index] }
        let (real, imaginary) = transform.spectrum(of: samples)
        return zip(real, imaginary).map { Double($0 * $0 + $1 * $1) + 1e-12 }
    }

    private static let binWidth = Double(AudioFrame.sampleRate) / Double(size)

    private func bands(of power: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: FrameLook.edges.count + 1)
        // Nothing below 80 Hz tells anything about a voice.
        for bin in Int(80 / Self.binWidth)..<power.count {
            let band = FrameLook.edges.firstIndex { Double(bin) * Self.binWidth < $0 } ?? FrameLook.edges.count
            sums[band] += power[bin]
        }
        let total = sums.reduce(0, +)
        return sums.map { max(-40, 10 * log10($0 / total + 1e-9)) }
    }

    private func flatness(of power: [Double]) -> Double {
        let range = power[Int(300 / Self.binWidth)..<Int(7_000 / Self.binWidth)]
        let mean = range.reduce(0, +) / Double(range.count)
        let logarithm = range.reduce(0) { $0 + log10($1) } / Double(range.count)
        return max(-30, 10 * (logarithm - log10(mean)))
    }

    /// Over the last 30 ms, the samples of one half compared to those before.
    private func periodicity() -> Double {
        let (shortest, longest) = (AudioFrame.sampleRate / 400, AudioFrame.sampleRate / 70)
        let count = Self.span - longest
        return recent.withUnsafeBufferPointer { recent in
            var energy: Float = 1e-9
            for index in longest..<Self.span { energy += recent[index] * recent[index] }
            var best: Float = 0
            for lag in shortest...longest {
                var (product, other): (Float, Float) = (0, 1e-9)
                for index in longest..<longest + count {
                    product += recent[index] * recent[index - lag]
                    other += recent[index - lag] * recent[index - lag]
                }
                best = max(best, product / (energy * other).squareRoot())
            }
            return Double(best)
        }
    }

    private func crest(of frame: [Float]) -> Double {
        let length = AudioFrame.sampleRate / 1_000
        let blocks = stride(from: 0, to: frame.count, by: length).map { start in
            frame[start..<min(start + length, frame.count)].reduce(0.0) { $0 + Double($1) * Double($1) }
        }
        let mean = blocks.reduce(0, +) / Double(max(1, blocks.count))
        return mean > 0 ? 10 * log10((blocks.max() ?? 0) / mean) : 0
    }
}

/// Sums up the frames since the onset of a sound.
struct OnsetFeatures {
    /// How many numbers there are.
    static let count = 27 + frameWindow * FrameLook.valueCount
    /// The frames that are looked at: the last ones, and those at the beginning.
    static let window = 8
    private static let beginning = 4
    /// The frames that are handed on one by one, zeros before the onset.
    static let frameWindow = 10

    /// - Parameter looks: of all frames since the onset, ``beginning`` at least.
    static func values(of looks: [FrameLook]) -> [Float] {
        let recent = Array(looks.suffix(window))
        let first = Array(looks.prefix(beginning))
        let periodicity = recent.map(\.periodicity)
        let levels = recent.map(\.level)
        let thirds = recent.map(\.thirds)
        var values = [mean(periodicity), periodicity.max() ?? 0, periodicity.min() ?? 0, deviation(periodicity)]
        for band in 0...FrameLook.edges.count { values.append(mean(recent.map { $0.bands[band] }) / 20 + 0.7) }
        values.append(mean(recent.map(\.flatness)) / 10 + 1)
        values.append(deviation(levels) / 6)
        values.append((mean(Array(levels.suffix(3))) - mean(Array(levels.prefix(3)))) / 10)
        values.append(mean(recent.map(\.crest)) / 5)
        values.append((recent.map(\.crest).max() ?? 0) / 10)
        values.append(change(recent))
        values.append((thirds.map { $0[1] }.max() ?? 0) / 20 + 0.5)
        values.append((thirds.map { $0[2] }.min() ?? 0) / 20 + 1)
        values.append(deviation(thirds.map { $0[0] }) / 10)
        values.append(mean(first.map(\.periodicity)))
        for third in 0..<3 { values.append(mean(first.map { $0.thirds[third] }) / 20 + 0.5) }
        values.append(mean(first.map(\.crest)) / 5)
        values.append((mean(levels) - (first.map(\.level).max() ?? 0)) / 10)
        values.append(((looks.map(\.level).max() ?? 0) - looks[0].level) / 20)
        values.append(Double(min(looks.count, 40)) / 20)
        let loudest = looks.map(\.level).max() ?? 0
        let frames = looks.suffix(frameWindow).flatMap { $0.values(below: loudest) }
        values += [Double](repeating: 0, count: frameWindow * FrameLook.valueCount - frames.count) + frames
        return values.map { Float(min(max($0, -4), 4)) }
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = mean(values)
        return Self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    }

    /// How much the spectrum changes from frame to frame, in tens of dB.
    private static func change(_ looks: [FrameLook]) -> Double {
        mean(zip(looks, looks.dropFirst()).map { a, b in mean(zip(a.bands, b.bands).map { abs($0 - $1) }) }) / 10
    }
}
