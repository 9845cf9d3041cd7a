// The files that documents include, on the disk.

import Foundation

/// Reads included documents from the disk; only regular files, never devices or pipes.
public struct IncludedFilesOnDisk: IncludedFiles, Sendable {
    public init() {}

    public func canonicalPath(of path: String) -> String? {
        guard let resolved = realpath(path.isEmpty ? "." : path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    public func bytes(of canonicalPath: String, limit: Int) -> [UInt8]? {
        // The path was resolved: a link in its place is new and not followed. Without waiting, a pipe opens as well, and is refused.
        let file = open(canonicalPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            guard let part = try? handle.read(upToCount: min(1 << 20, limit + 1 - bytes.count)), !part.isEmpty else {
                return bytes
            }
            bytes += part
        }
        return bytes
    }
}

extension DocumentIncluder {
    /// An includer that keeps to the folder of a document, or to the one that is named.
    ///
    /// - Parameters:
    ///   - file: the path of the document.
    ///   - root: the folder that included documents are kept to; nil for that of the document.
    public static func onDisk(for file: String, root: String?, mode: FTAIParser.Mode) -> DocumentIncluder {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
        return DocumentIncluder(root: root ?? folder, parser: FTAIParser(mode: mode), files: IncludedFilesOnDisk())
    }
}
