// Reads files of named arrays of numbers, as models are published in.

import Foundation

/// Why a file of tensors cannot be used, and where it is wrong.
public struct SafeTensorsError: Error, CustomStringConvertible, Hashable, Sendable {
    public let path: String
    /// What is wrong, with the name of the tensor where it concerns one.
    public let reason: String

    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path): \(reason)" }
}

/// The tensors of a `.safetensors` file: eight bytes with the length of a header in JSON, the header, and the numbers
/// (<https://github.com/huggingface/safetensors>, *Format*).
///
/// The file is untrusted: its size and its header are bounded, every offset is checked, and a number that is not
/// finite is refused. Only 32-bit floating point numbers are read.
public struct SafeTensors: Sendable {
    /// One array, its last dimension varying fastest.
    public struct Tensor: Hashable, Sendable {
        public let shape: [Int]
        public let values: [Float]
    }

    /// The largest file that is read, in bytes.
    public static let largestFile = 64 << 20
    /// The longest header that is read, in bytes.
    public static let longestHeader = 1 << 20

    private struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    /// A member of the header: a tensor, or something that says nothing about numbers.
    private enum Member: Decodable {
        case tensor(Entry)
        case other

        init(from decoder: any Decoder) throws {
            self = (try? Entry(from: decoder)).map(Member.tensor) ?? .other
        }
    }

    public let path: String
    private let entries: [String: Entry]
    private let numbers: Data

    /// Reads the file at `path`.
    public init(path: String) throws(SafeTensorsError) {
        func refuse(_ reason: String) -> SafeTensorsError { SafeTensorsError(path: path, reason: reason) }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw refuse("it cannot be opened") }
        defer { try? handle.close() }
        // One byte more than allowed tells a file that is too large, however large it is.
        guard let bytes = try? handle.read(upToCount: Self.largestFile + 1) else { throw refuse("it cannot be read") }
        try self.init(bytes: bytes, path: path)
    }

    /// - Parameter path: what errors call the file.
    init(bytes: Data, path: String) throws(SafeTensorsError) {
        func refuse(_ reason: String) -> SafeTensorsError { SafeTensorsError(path: path, reason: reason) }
        guard bytes.count <= Self.largestFile else { throw refuse("it is larger than \(Self.largestFile >> 20) MB") }
        guard bytes.count >= 8 else { throw refuse("it ends before the length of its header") }
        let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.longestHeader) else { throw refuse("its header claims to be \(length) bytes long") }
        guard bytes.count - 8 >= Int(length) else { throw refuse("it ends within its header") }
        let header = bytes.dropFirst(8).prefix(Int(length))
        guard let members = try? JSONDecoder().decode([String: Member].self, from: Data(header)) else {
            throw refuse("its header is no JSON object")
        }
        self.path = path
        entries = members.compactMapValues { if case .tensor(let entry) = $0 { entry } else { nil } }
        numbers = Data(bytes.dropFirst(8 + Int(length)))
    }

    /// The tensor called `name`, which must have `shape`.
    public func tensor(_ name: String, shape: [Int]) throws(SafeTensorsError) -> Tensor {
        func refuse(_ reason: String) -> SafeTensorsError {
            SafeTensorsError(path: path, reason: "tensor '\(name)' \(reason)")
        }
        guard let entry = entries[name] else { throw refuse("is missing") }
        guard entry.dtype == "F32" else { throw refuse("has numbers of type '\(entry.dtype)', not F32") }
        guard entry.shape == shape else { throw refuse("has the shape \(entry.shape), not \(shape)") }
        guard entry.offsets.count == 2, let start = entry.offsets.first, let end = entry.offsets.last,
            0 <= start, start <= end, end <= numbers.count
        else { throw refuse("lies at \(entry.offsets) of \(numbers.count) bytes") }
        // The caller's shape is a small one, so that this cannot overflow.
        let count = shape.reduce(1, *)
        guard end - start == 4 * count else { throw refuse("has \(end - start) bytes, not \(4 * count)") }
        let values = numbers.withUnsafeBytes { bytes in
            (0..<count).map { index in
                Float(
                    bitPattern: UInt32(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: start + 4 * index, as: UInt32.self)))
            }
        }
        guard values.allSatisfy(\.isFinite) else { throw refuse("holds a number that is not finite") }
        return Tensor(shape: shape, values: values)
    }
}
