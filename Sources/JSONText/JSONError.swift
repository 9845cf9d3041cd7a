// Why a text is not JSON, and where.

/// The first thing that is wrong with a text that should be JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// It is not what RFC 8259 describes.
        case malformed
        /// Objects and arrays lie deeper within each other than the reader allows.
        case tooDeep
        /// An object has the same key twice, and whoever reads it takes that for an error.
        case keyRepeated
        /// Whoever counts the work of the reader did not let it go on.
        case interrupted
    }

    public let kind: Kind
    public let reason: String
    /// In bytes from the beginning of the text; empty when the text ends too early.
    public let range: Range<Int>

    /// The first byte of what is wrong, counted from the beginning of the text.
    public var offset: Int { range.lowerBound }

    public var description: String { "\(reason), at byte \(offset)" }

    public init(_ kind: Kind, _ reason: String, at range: Range<Int>) {
        self.kind = kind
        self.reason = reason
        self.range = range
    }
}
