// From places in the whole of several files to places in each of them, and back.

extension DocumentIncluder.Expansion {
    /// A range of the ``whole`` as the author of its file finds it: the index of the file, and the bytes in it.
    public func place(of range: SourceRange) -> (file: Int, range: SourceRange)? {
        guard range.isKnown else { return nil }
        var start = 0
        for (index, file) in files.enumerated() {
            let end = start + file.source.bytes.count
            if range.start <= end { return (index, range.moved(by: -start)) }
            start = end + Self.gap
        }
        return nil
    }

    /// Where a file begins in the ``whole``, in bytes.
    public func start(ofFile index: Int) -> Int {
        files.prefix(index).reduce(0) { $0 + $1.source.bytes.count + Self.gap }
    }

    /// The line of the ``whole`` that a line of a file is, both 1-based; nil when there is no such line.
    ///
    /// - Parameter path: nil for the document itself.
    public func line(_ line: Int, ofFile path: String?) -> Int? {
        var start = 0
        for (index, file) in files.enumerated() {
            let count = Self.lineCount(of: file.source)
            if path == nil ? index == 0 : file.source.file == path {
                return (1...count).contains(line) ? start + line : nil
            }
            start += count
        }
        return nil
    }
}
