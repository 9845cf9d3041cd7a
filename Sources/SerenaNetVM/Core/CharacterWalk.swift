// Where the characters of a text begin, found in pieces that are short enough for the time budget.

extension UnsafeRawBufferPointer {
    /// The Unicode scalar that begins at `index` of UTF-8, and how many bytes it takes.
    @inline(__always) func scalar(at index: Int) -> (scalar: Unicode.Scalar, size: Int) {
        let lead = self[index]
        if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
        let size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard index + size <= count else { return ("\u{FFFD}", 1) }
        var value = UInt32(lead) & (0xFF >> UInt32(size + 1))
        for place in index + 1..<index + size { value = value << 6 | UInt32(self[place] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", size)
    }

    /// The Unicode scalar that ends before `index`, which is not 0, and how many bytes it takes.
    func scalar(before index: Int) -> (scalar: Unicode.Scalar, size: Int) {
        let start = scalarStart(index - 1)
        return (scalar(at: start).scalar, index - start)
    }

    /// Where the scalar begins that has a byte at `index`; `count` for that.
    func scalarStart(_ index: Int) -> Int {
        var start = index
        while start > 0, start < count, self[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }
}

extension Unicode.Scalar {
    /// Whether a character ends between this scalar, with which one begins, and the one behind it.
    func isApart(from next: Unicode.Scalar) -> Bool {
        var recognizer = Unicode._CharacterRecognizer()
        _ = recognizer.hasBreak(before: self)
        return recognizer.hasBreak(before: next)
    }
}

/// Goes through the characters (extended grapheme clusters) of a UTF-8 text, and stops now and then.
struct CharacterWalk {
    private let bytes: UnsafeRawBufferPointer
    /// Where the scalar stands that is looked at next.
    private var position = 0
    /// The byte before that, which is the first of its scalar; 0 at the beginning.
    private var previous: UInt8 = 0
    private var recognizer = Unicode._CharacterRecognizer()

    /// How many characters have begun so far.
    private(set) var count = 0
    /// Where the last of them begins.
    private var start = 0

    /// How much work is done in one go.
    private static let piece = 1 << 14
    /// How many bytes' copying it takes, roughly, to look at a scalar beyond ASCII.
    private static let scalarWork = 32

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Where the character with this number begins, once ``goOn(to:)`` has arrived there; the end when there are not so many.
    func index(of number: Int) -> Int { count > number ? start : bytes.count }

    /// Goes on until the character with this number has begun, or the text is at its end.
    ///
    /// - Returns: whether it has arrived, and for how many bytes' copying the work counts.
    mutating func goOn(to number: Int) -> (hasArrived: Bool, work: Int) {
        var work = 0
        while count <= number, position < bytes.count {
            guard work < Self.piece else { return (false, work) }
            if skipPlain(before: number) {
                work += 8
                continue
            }
            let (next, size) = bytes.scalar(at: position)
            if isStart(next) {
                count += 1
                start = position
            }
            previous = bytes[position]
            position += size
            work += next.isASCII ? 4 : Self.scalarWork
        }
        return (true, work)
    }

    /// Takes eight characters at once if they are plain ASCII without a carriage return, which may belong to a line feed.
    private mutating func skipPlain(before number: Int) -> Bool {
        guard count <= number - 8, position + 8 <= bytes.count, previous < 0x80, previous != 0x0D else { return false }
        let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let differences = word ^ 0x0D0D_0D0D_0D0D_0D0D
        let returns = (differences &- 0x0101_0101_0101_0101) & ~differences
        guard (word | returns) & 0x8080_8080_8080_8080 == 0 else { return false }
        count += 8
        start = position + 7
        previous = bytes[start]
        position += 8
        return true
    }

    private mutating func isStart(_ next: Unicode.Scalar) -> Bool {
        guard previous < 0x80 else { return recognizer.hasBreak(before: next) }
        if next.isASCII { return previous != 0x0D || next != "\n" }
        // Nothing before a scalar of ASCII has a part in what follows it.
        recognizer = Unicode._CharacterRecognizer()
        _ = recognizer.hasBreak(before: Unicode.Scalar(previous))
        return recognizer.hasBreak(before: next)
    }
}

extension Machine {
    /// Goes on until the character with this number has begun, or the text is at its end; false, with the failure set, when the
    /// time is up.
    func proceed(_ walk: inout CharacterWalk, to number: Int) -> Bool {
        while true {
            let (hasArrived, work) = walk.goOn(to: number)
            guard account(for: work) else { return false }
            if hasArrived { return true }
        }
    }

    /// How many characters a text has; nil, with the failure set, when the time is up.
    func countCharacters(of bytes: UnsafeRawBufferPointer) -> Int? {
        var walk = CharacterWalk(bytes)
        return proceed(&walk, to: .max) ? walk.count : nil
    }
}
