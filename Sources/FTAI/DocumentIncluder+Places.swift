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
}
