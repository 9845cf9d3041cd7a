// What is due next: a binary heap by time, then by the order of asking.

/// Elements by time; those of the same time in the order in which they were inserted.
struct Agenda<Element> {
    private struct Entry {
        let time: Int64
        let sequence: UInt64
        let element: Element

        func isBefore(_ other: Entry) -> Bool {
            (time, sequence) < (other.time, other.sequence)
        }
    }

    private var heap: [Entry] = []

    var isEmpty: Bool { heap.isEmpty }

    /// The time of the first element.
    var firstTime: Int64? { heap.first?.time }

    mutating func insert(_ element: Element, at time: Int64, _ sequence: UInt64) {
        heap.append(Entry(time: time, sequence: sequence, element: element))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Element? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first.element }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != parent else { return first.element }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
