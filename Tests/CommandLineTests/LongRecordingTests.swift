// A recording of an hour, from the outside.

import Foundation
import SerenaAudio
import Testing

@Suite struct LongRecordingTests {
    private static let rate = AudioFrame.sampleRate

    /// A WAV file of so many seconds with a burst of sound every ten minutes, written without having it in memory.
    private static func write(seconds: Int, to path: String) throws {
        let file = URL(fileURLWithPath: path)
        let burst = try Data(
            contentsOf: {
                try AudioFile.write(Project.burst(sampleRate: rate), to: path)
                return file
            }())
        var header = burst.prefix(44)
        let count = UInt32(seconds * rate * 2)
        for (value, place) in [(count + 36, 4), (count, 40)] {
            withUnsafeBytes(of: value.littleEndian) { header.replaceSubrange(place..<place + 4, with: $0) }
        }
        try header.write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        for second in stride(from: 0, to: seconds, by: 600) {
            try handle.seek(toOffset: UInt64(44 + second * rate * 2))
            try handle.write(contentsOf: burst.dropFirst(44))
        }
        try handle.truncate(atOffset: UInt64(44 + Int(count)))
    }

    /// The samples of an hour are 230 MB; so many times that may be in memory at once.
    private static let limitMegabytes = 4 * 230

    @Test func anHourIsDegradedWithinBounds() async throws {
        let project = try Project()
        try Self.write(seconds: 3_600, to: project.path("hour.wav"))
        // The limit is on address space beyond what is mapped from the start, so that a copy too many ends the program.
        let outcome = try await BenchProgram.run(
            ["degrade", "hour.wav", "out.wav", "--condition", "gain(-6dB)"], in: project.folder,
            prelude: "ulimit -v \(Self.limitMegabytes * 1_024 + Self.reservedKilobytes)")
        #expect(outcome.code == 0 && outcome.out.contains("3600.00 s"), "\(outcome.err)")
        let size = try FileManager.default.attributesOfItem(atPath: project.path("out.wav"))[.size] as? Int
        #expect(size == 44 + 3_600 * Self.rate * 2)
    }

    /// Address space that the program reserves for its threads and libraries, in KB.
    private static let reservedKilobytes = 1_000_000

    @Test func moreThanAnHourIsRefusedBeforeItIsRead() async throws {
        let project = try Project()
        try Self.write(seconds: 3_601, to: project.path("long.wav"))
        let outcome = try await BenchProgram.run(
            ["degrade", "long.wav", "out.wav", "--condition", "gain(-6dB)"], in: project.folder)
        #expect(outcome.code == 64 && outcome.err.contains("3601"), "\(outcome.err)")
        #expect(!project.exists("out.wav"))
    }
}
