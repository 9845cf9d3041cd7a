// A folder for the files of one test.

import CSndfile
import Foundation

/// Deletes itself and its files with the last reference.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "serena-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String {
        path + "/" + name
    }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// Writes interleaved samples in a format of libsndfile; says whether that worked.
    func write(_ samples: [Float], format: Int, channels: Int, rate: Int, to name: String) -> Bool {
        var info = SF_INFO(
            frames: 0, samplerate: Int32(rate), channels: Int32(channels), format: Int32(format), sections: 0,
            seekable: 0)
        guard let handle = sf_open(file(name), Int32(SFM_WRITE), &info) else { return false }
        defer { sf_close(handle) }
        let frames = sf_count_t(samples.count / channels)
        return sf_writef_float(handle, samples, frames) == frames
    }
}
