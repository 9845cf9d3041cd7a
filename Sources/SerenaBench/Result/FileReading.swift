// Reading files that come from outside, within limits and with clear refusals.

import Foundation

/// Reads whole files.
enum FileReading {
    /// The bytes of a regular file.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when it is missing, a folder, unreadable, or larger than
    ///   `limit` bytes.
    static func bytes(of path: String, limit: Int) throws(BenchError) -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw BenchError(.usage, "there is no file \(path)")
        }
        guard !isFolder.boolValue else { throw BenchError(.usage, "\(path) is a folder, not a file") }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        // A link has a type and a size of its own; what it leads to is judged when it is read.
        let target = (path as NSString).resolvingSymlinksInPath
        let resolved = (try? FileManager.default.attributesOfItem(atPath: target)) ?? attributes
        guard resolved?[.type] as? FileAttributeType == .typeRegular else {
            throw BenchError(.usage, "\(path) is not a regular file")
        }
        guard (resolved?[.size] as? Int ?? 0) <= limit else {
            throw BenchError(.usage, "\(path) is larger than \(limit >> 10) KiB")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw BenchError(.usage, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
