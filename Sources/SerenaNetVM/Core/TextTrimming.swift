// White space at the ends of texts.

extension Unicode.Scalar {
    /// Whether a character that begins with this scalar is white space.
    fileprivate var isBlank: Bool {
        isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
    }
}

extension Machine {
    /// The bytes without the characters at both ends that are white space; nil, with the failure set, when the time is up.
    func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = endOfBlanks(bytes), let end = startOfBlanks(bytes, after: start) else { return nil }
        return bytes.part(start..<end)
    }

    /// Where the first character begins that is not white space.
    private func endOfBlanks(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 0
        while index < bytes.count {
            let (blank, size) = bytes.scalar(at: index)
            guard blank.isBlank else { break }
            index += size
            // Marks belong to the white space on which they stand.
            while index < bytes.count, bytes[index] >= 0x80 {
                let (mark, size) = bytes.scalar(at: index)
                guard !blank.isApart(from: mark) else { break }
                index += size
                guard account(for: size * Self.characterWork) else { return nil }
            }
            guard account(for: size) else { return nil }
        }
        return index
    }

    /// Where the last character ends that is not white space; one begins at `start`, or the text ends there.
    private func startOfBlanks(_ bytes: UnsafeRawBufferPointer, after start: Int) -> Int? {
        var end = bytes.count
        while end > start {
            var first = end
            var (blank, size) = bytes.scalar(before: first)
            var mark: Unicode.Scalar?
            while !blank.isASCII, !(" " as Unicode.Scalar).isApart(from: blank), first - size > start {
                mark = blank
                first -= size
                guard account(for: size * Self.characterWork) else { return nil }
                (blank, size) = bytes.scalar(before: first)
            }
            // Marks do not belong to the line break that they stand behind.
            if !blank.isBlank || mark.map(blank.isApart(from:)) == true { break }
            first -= size
            if first > start {
                // What is put in front of a character belongs to it, and a line feed to a carriage return.
                let before = bytes.scalar(before: first).scalar
                if !before.isASCII, !before.isBlank, !before.isApart(from: blank) { break }
            }
            end = first
            guard account(for: size) else { return nil }
        }
        return end
    }
}
