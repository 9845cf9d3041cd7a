// Sound that an assistant took back before it was heard, and whether it played it after all.

import Instrumentation
import SerenaAudio

/// What was dropped at one moment. An assistant that only held its answer hands the rest of it over again.
///
/// A piece goes on when one is handed over that ends, sample by sample, as the dropped one did, and begins at most
/// ``longestRepeat`` earlier: an assistant may take up the word in which it stopped.
struct DroppedSound: Sendable {
    /// A piece of sound, or the rest of one, that was not heard.
    struct Piece: Sendable {
        /// When it was handed over first.
        var handedOver: Instant
        var samples: [Float]
        var sampleRate: Int
    }

    /// An answer that has not gone on by then was broken off; what sounds the same later was asked for anew.
    static let patience = Duration.seconds(3)
    /// How much of what was heard already may be heard again when an answer goes on.
    static let longestRepeat = Duration.milliseconds(500)
    /// Samples that differ by no more are the same: −60 dBFS.
    private static let tolerance: Float = 0.001

    let time: Instant
    private(set) var missing: [Piece]
    /// When the answer went on; nil as long as it has not.
    private(set) var resumption: Instant?

    init(at time: Instant, _ pieces: [Piece]) {
        self.time = time
        missing = pieces
    }

    /// What has still not been heard of it, up to its last audible sample.
    var unheard: Duration {
        guard let last = missing.lastIndex(where: { Audibility.firstAudibleSample(in: $0.samples) != nil }),
            let end = Audibility.lastAudibleSample(in: missing[last].samples)
        else { return .zero }
        return missing[..<last].reduce(.samples(end + 1, at: missing[last].sampleRate)) {
            $0 + .samples($1.samples.count, at: $1.sampleRate)
        }
    }

    /// Takes a piece that is handed over at `now` for one of the missing ones, if it is one.
    ///
    /// - Returns: when that was handed over first.
    mutating func take(_ chunk: AudioChunk, at now: Instant) -> Instant? {
        guard resumption != nil || now - time <= Self.patience else { return nil }
        var skipped = Duration.zero
        for (index, piece) in missing.enumerated() where skipped <= Self.longestRepeat {
            if Self.goesOn(piece, with: chunk) {
                missing.removeFirst(index + 1)
                resumption = resumption ?? now
                return piece.handedOver
            }
            skipped += .samples(piece.samples.count, at: piece.sampleRate)
        }
        return nil
    }

    private static func goesOn(_ piece: Piece, with chunk: AudioChunk) -> Bool {
        let extra = chunk.samples.count - piece.samples.count
        guard chunk.sampleRate == piece.sampleRate, extra >= 0,
            Duration.samples(extra, at: chunk.sampleRate) <= longestRepeat
        else { return false }
        return zip(chunk.samples[extra...], piece.samples).allSatisfy { abs($0 - $1) <= tolerance }
    }
}
