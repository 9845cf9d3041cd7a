// The standard library: lists in order.

import SerenaNetBytecode

extension Machine {
    func sort(_ builtin: Builtin, _ call: BuiltinCall) -> Bool {
        let list = call.list(0)
        let count = list?.count ?? 0
        let memory = 2 * count * MemoryLayout<UInt64>.size
        guard heap.reserve(memory) else { return refuseMemory() }
        defer { heap.release(memory) }
        var slots: [UInt64] = []
        slots.reserveCapacity(count)
        let isTaken = visitElements(count) { part in
            for index in part { slots.append(list?.slot(at: index) ?? 0) }
            return true
        }
        guard isTaken else { return false }
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
            // Once the time is up, the rest is over soon, as nothing is compared any more.
            sorted = merged(slots) { left, right in
                failure == nil && order(HeapText(slot: left).bytes, HeapText(slot: right).bytes).map { $0 < 0 } ?? false
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
            guard failure == nil, account(for: Self.piece * Self.sortingWork) else { return nil }
        }
        var other: [UInt64] = []
        other.reserveCapacity(slots.count)
        var width = Self.piece
        while width < slots.count {
            other.removeAll(keepingCapacity: true)
            for start in stride(from: 0, to: slots.count, by: width * 2) {
                let middle = min(start + width, slots.count)
                let end = min(middle + width, slots.count)
                guard append(to: &other, merging: sorted, start, middle, end, isLess) else { return nil }
            }
            swap(&sorted, &other)
            width *= 2
        }
        return sorted
    }

    /// Adds two neighbours that are in order, merged; false, with the failure set, when the time is up.
    private func append(
        to merged: inout [UInt64], merging slots: [UInt64], _ start: Int, _ middle: Int, _ end: Int,
        _ isLess: (UInt64, UInt64) -> Bool
    ) -> Bool {
        var (left, right) = (start, middle)
        for place in start..<end {
            if left < middle, right == end || !isLess(slots[right], slots[left]) {
                merged.append(slots[left])
                left += 1
            } else {
                merged.append(slots[right])
                right += 1
            }
            let isLookedAt = place % Self.piece == 0
            guard failure == nil, !isLookedAt || account(for: Self.piece * Self.mergingWork) else { return false }
        }
        return true
    }
}
