// Documents as editors name them, by URI, and as the compiler does, by path.

import FTAI
import Foundation

/// The two names of a document.
enum DocumentAddress {
    /// The path of a file; of what is no file, such as a text that was never saved, the URI itself.
    static func path(of uri: String) -> String {
        guard let url = URL(string: uri), url.isFileURL else { return uri }
        let path = url.path(percentEncoded: false)
        return path.isEmpty ? uri : path
    }

    static func uri(ofPath path: String) -> String {
        path.hasPrefix("/") ? URL(filePath: path).standardized.absoluteString : path
    }

    /// The folder that what a file includes is kept to.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    }
}

/// Files of which some are open in an editor: then what stands there counts, saved or not.
struct OverlaidFiles: IncludedFiles {
    let base: any IncludedFiles
    /// The texts that are open, by their canonical paths.
    let texts: [String: [UInt8]]

    func canonicalPath(of path: String) -> String? { base.canonicalPath(of: path) }

    func bytes(of canonicalPath: String, limit: Int) -> [UInt8]? {
        if let text = texts[canonicalPath] { return Array(text.prefix(limit + 1)) }
        return base.bytes(of: canonicalPath, limit: limit)
    }
}
