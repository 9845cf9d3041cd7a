// Arrays that begin with the same value everywhere, made quickly.

extension Array {
    /// The same as `Array(repeating:count:)`. That looks up the type of the array each time while the program runs, which takes
    /// several times as long as filling the few dozen places that a function of a task needs.
    @inline(__always)
    init(filledWith value: Element, count: Int) {
        self = []
        reserveCapacity(count)
        append(contentsOf: repeatElement(value, count: count))
    }
}
