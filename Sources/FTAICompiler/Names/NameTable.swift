// The names that occur in a program, each by a number.

/// A word made of letters, digits and `_`, or any other name, by its number in a ``NameTable``: comparing two is comparing two
/// integers, and what is known of a name stands in an array.
struct Name: Hashable {
    let number: Int32

    /// Stands where there is no name.
    static let none = Name(number: -1)

    var index: Int { Int(number) }
}

/// The names of a program, each once, in the order in which they were first seen. The keywords come first, then the functions
/// of the standard library.
struct NameTable {
    private struct Entry {
        /// See ``NameTable/key(of:)``.
        let key: UInt64
        let start: Int32
        let count: Int32
    }

    private var entries: [Entry] = []
    /// The names, one behind the other.
    private var bytes: [UInt8] = []
    /// An open table: the numbers of names where their keys send them, or behind that place; −1 where it is free.
    private var slots: [Int32]
    /// Leaves of a product as many bits as the table has places for.
    private var shift: UInt64
    private let multiplier: UInt64

    /// The names that every program has.
    static let common = NameTable(of: Keyword.allCases.map(\.rawValue) + StandardFunction.names)

    private init(of words: [String]) {
        slots = [Int32](repeating: -1, count: 512)
        shift = 55
        // Multiplying by an odd number that nobody knows beforehand spreads all keys well (Dietzfelbinger et al., "A Reliable
        // Randomized Algorithm for the Closest-Pair Problem", 1997): no document can be made so that its names collide.
        multiplier = UInt64(truncatingIfNeeded: Hasher().finalize()) | 1
        for word in words { _ = name(of: word) }
    }

    var count: Int { entries.count }

    /// Makes room for about so many more names.
    mutating func reserve(_ count: Int) {
        entries.reserveCapacity(entries.count + count)
        bytes.reserveCapacity(bytes.count + 8 * count)
    }

    /// The number of a name, which gets one if it is new.
    mutating func name(of text: String) -> Name {
        var text = text
        return text.withUTF8 { name(of: $0, key: Self.key(of: $0)) }
    }

    /// - Parameter key: see ``key(of:)``.
    mutating func name(of word: UnsafeBufferPointer<UInt8>, key: UInt64) -> Name {
        var slot = place(of: key)
        while slots[slot] >= 0 {
            if isName(slots[slot], word, key) { return Name(number: slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = Int32(truncatingIfNeeded: entries.count)
        slots[slot] = number
        entries.append(
            Entry(key: key, start: Int32(truncatingIfNeeded: bytes.count), count: Int32(truncatingIfNeeded: word.count))
        )
        bytes.append(contentsOf: word)
        if entries.count * 2 > slots.count { grow() }
        return Name(number: number)
    }

    /// The number of a name, if it has one.
    func known(_ word: UnsafeBufferPointer<UInt8>) -> Name? {
        let key = Self.key(of: word)
        var slot = place(of: key)
        while slots[slot] >= 0 {
            if isName(slots[slot], word, key) { return Name(number: slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a name of at most ``packedLength`` bytes, if it has one.
    ///
    /// - Parameter key: see ``key(of:)``.
    @inline(__always)
    func known(packed key: UInt64) -> Name? {
        var slot = place(of: key)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.key == key, entry.count <= Self.packedLength { return Name(number: slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    func text(of name: Name) -> String {
        let entry = entries[name.index]
        return String(decoding: bytes[Int(entry.start)..<Int(entry.start + entry.count)], as: UTF8.self)
    }

    /// The first byte of a name that is not empty.
    func first(of name: Name) -> UInt8 {
        bytes[Int(entries[name.index].start)]
    }

    /// In bytes; names up to this length are their own keys.
    static let packedLength = 8

    /// The bytes themselves, the first in the highest place, where they fit; else a hash of them.
    static func key(of word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard word.count > packedLength else { return word.reduce(0) { $0 << 8 | UInt64($1) } }
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(word))
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }

    private func place(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* multiplier) &>> shift)
    }

    private func isName(_ number: Int32, _ word: UnsafeBufferPointer<UInt8>, _ key: UInt64) -> Bool {
        let entry = entries[Int(number)]
        guard entry.key == key, entry.count == word.count else { return false }
        if word.count <= Self.packedLength { return true }
        return bytes[Int(entry.start)..<Int(entry.start) + word.count].elementsEqual(word)
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        shift -= 1
        for (number, entry) in entries.enumerated() {
            var slot = place(of: entry.key)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: number)
        }
    }
}
