// That the network computes what its authors' description of it says, and that its file is not trusted.

import Foundation
import Testing

@testable import SerenaAudio

/// The network's weights, where `scripts/serena-bench setup` has brought them.
enum InstalledWeights {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let file = SileroInstallation.path(in: [root.path(percentEncoded: false)], environment: [:])
    static let weights: SileroWeights? = file.exists ? try? SileroWeights(try SafeTensors(path: file.path)) : nil
}

@Suite struct SileroTests {
    private static let speech = "/usr/share/pocketsphinx/test/data/cards/001.wav"

    private static func oracle(_ name: String) throws -> [Double] {
        let file = InstalledWeights.root.appending(path: "Tests/SerenaAudioTests/Oracle/silero.json")
        let answers = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: file))
        return try #require(answers[name])
    }

    /// What the network says of every 512 samples, as the oracle asks it.
    private static func probabilities(_ samples: [Float], _ weights: SileroWeights) -> [Double] {
        var stream = SileroStream(weights, pace: .chunks)
        return stride(from: 0, through: samples.count - 512, by: 512).map {
            stream.probability(after: Array(samples[$0..<$0 + 512]))
        }
    }

    @Test(.enabled(if: InstalledWeights.weights != nil))
    func agreesWithTheOracleOnATone() throws {
        let weights = try #require(InstalledWeights.weights)
        let tone = (0..<16_000).map { index in
            let n = Double(index)
            let swell = sin(2 * Double.pi * 4 * n / 16_000)
            return Float(0.3 * sin(2 * Double.pi * (100 + n / 50) * n / 16_000) * swell * swell)
        }
        let expected = try Self.oracle("rising")
        let found = Self.probabilities(tone, weights)
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-3) }
    }

    @Test(.enabled(if: InstalledWeights.weights != nil && FileManager.default.fileExists(atPath: speech)))
    func agreesWithTheOracleOnSpeech() throws {
        let weights = try #require(InstalledWeights.weights)
        let expected = try Self.oracle("speech")
        let found = Self.probabilities(try AudioFile.read(Self.speech).samples, weights)
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-3) }
        #expect(found.contains { $0 > 0.9 })
    }

    @Test func namesTheTensorThatIsMissing() throws {
        let file = try SafeTensors(bytes: Self.file("{}", numbers: []), path: "empty")
        #expect(throws: SafeTensorsError(path: "empty", reason: "tensor 'stft_conv.weight' is missing")) {
            try SileroWeights(file)
        }
    }

    // MARK: The file

    /// A file with that header and those numbers.
    private static func file(_ header: String, numbers: [Float]) -> Data {
        var bytes = Data()
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header.utf8)
        for number in numbers {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    @Test func readsNumbersBehindTheHeader() throws {
        let header = #"{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}"#
        let tensors = try SafeTensors(bytes: Self.file(header, numbers: [1, 2.5, -3]), path: "x")
        #expect(try tensors.tensor("x", shape: [2, 1]).values == [2.5, -3])
    }

    @Test(arguments: [
        (Data(), "ends before the length"), (Data([1, 2, 3]), "ends before the length"),
        (Data(repeating: 255, count: 40), "claims to be"), (Data([9, 0, 0, 0, 0, 0, 0, 0, 123]), "within its header"),
        (file("[1]", numbers: []), "no JSON object"), (file("{\"x\":", numbers: []), "no JSON object"),
        (file(String(repeating: "[", count: 5_000), numbers: []), "no JSON object"),
    ])
    func refusesAFileThatIsNotWhole(bytes: Data, reason: String) {
        let error = #expect(throws: SafeTensorsError.self) { try SafeTensors(bytes: bytes, path: "x") }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(arguments: [
        (#"{"dtype":"F16","shape":[2],"data_offsets":[0,8]}"#, "type 'F16'"),
        (#"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#, "shape [3]"),
        (#"{"dtype":"F32","shape":[2],"data_offsets":[0,4]}"#, "4 bytes, not 8"),
        (#"{"dtype":"F32","shape":[2],"data_offsets":[8,16]}"#, "lies at [8, 16]"),
        (#"{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}"#, "lies at"),
        (#"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#, "lies at"),
        (#"{"dtype":"F32","shape":[2],"data_offsets":[]}"#, "lies at"),
        (#"{"dtype":"F32","shape":[2],"data_offsets":[4,12]}"#, "not finite"),
        (#"{"dtype":"F32","shape":"2"}"#, "is missing"),
    ])
    func refusesATensorThatIsNotWhatItShouldBe(entry: String, reason: String) throws {
        let bytes = Self.file("{\"x\":\(entry)}", numbers: [1, 2, .nan])
        let tensors = try SafeTensors(bytes: bytes, path: "x")
        let error = #expect(throws: SafeTensorsError.self) { try tensors.tensor("x", shape: [2]) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
}
