// The standard library: lists in order.

import SerenaNetBytecode

extension Machine {
    func sort(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        let memory = 2 * count * MemoryLayout<UInt64>.size
        guard heap.reserve(memory) else { return refuseMemory() }
        defer { heap.release(memory) }
        let slots = (0..<count).map { list?.slot(at: $0) ?? 0 }
        let sorted: [UInt64]?
        switch builtin {
        case .sortedInts: sorted = merged(slots) { Int64(bitPattern: $0) < Int64(bitPattern: $1) }
        case .sortedFloats:
            // What is no number comes last, so that the order is one.
            sorted = merged(slots) {
                let (left, right) = (Double(bitPattern: $0), Double(bitPattern: $1))
                return left < right || (right.isNaN && !left.isNaN)
            }
        default:
            sorted = merged(slots) {
                let (left, right) = (HeapText(slot: $0).bytes, HeapText(slot: $1).bytes)
                heap.state.pointee.work &+= min(left.count, right.count)
                return TextPattern.order(left, right) < 0
            }
        }
        guard let sorted else { return false }
        return makeList(count, call) { sorted[$0] }
    }

    /// So many elements are sorted by the library, or merged, between two looks at the clock.
    private static let piece = 1_024
    /// How many bytes' copying it takes, roughly, to sort one element of a piece, and to merge one.
    private static let sortingWork = 128
    private static let mergingWork = 16

    /// The slots in order, sorted in pieces that are then merged two by two; equal ones stay as they were to each other. Nil,
    /// with the failure set, when the time is up.
    private func merged(_ slots: [UInt64], isLess: (UInt64, UInt64) -> Bool) -> [UInt64]? {
        var sorted = slots
        for start in stride(from: 0, to: slots.count, by: Self.piece) {
            sorted[start..<min(start + Self.piece, slots.count)].sort(by: isLess)
            guard account(for: Self.piece * Self.sortingWork) else { return nil }
        }
        var other = sorted
        var width = Self.piece
        while width < slots.count {
            for start in stride(from: 0, to: slots.count, by: width * 2) {
                let middle = min(start + width, slots.count)
                guard merge(sorted, start, middle, min(middle + width, slots.count), into: &other, isLess) else {
                    return nil
                }
            }
            swap(&sorted, &other)
            width *= 2
        }
        return sorted
    }

    /// Merges two neighbours that are in order; false, with the failure set, when the time is up.
    private func merge(
        _ slots: [UInt64], _ start: Int, _ middle: Int, _ end: Int, into merged: inout [UInt64],
        _ isLess: (UInt64, UInt64) -> Bool
    ) -> Bool {
        var (left, right) = (start, middle)
        for place in start..<end {
            if left < middle, right == end || !isLess(slots[right], slots[left]) {
                merged[place] = slots[left]
                left += 1
            } else {
                merged[place] = slots[right]
                right += 1
            }
            guard place % Self.piece != 0 || account(for: Self.piece * Self.mergingWork) else { return false }
        }
        return true
    }
}
