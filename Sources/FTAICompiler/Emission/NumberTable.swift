// A table of numbers that one piece of code works on.

/// As many numbers of 32 bits as are asked for at the beginning, all the same at first.
///
/// It cannot be copied, so that writing needs no look whether somebody else holds it. An array looks at each write, which is
/// more than finding registers does besides. A place outside of the table ends the program, as with an array.
struct NumberTable: ~Copyable {
    private let numbers: UnsafeMutablePointer<Int32>
    let count: Int

    init(filledWith value: Int32 = -1, count: Int) {
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit {
        numbers.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    @inline(__always)
    subscript(place: Int) -> Int {
        get {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            return Int(numbers[place])
        }
        set {
            precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
            numbers[place] = Int32(truncatingIfNeeded: newValue)
        }
    }
}
