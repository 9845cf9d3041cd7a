// A list of blocks for each block of a function, such as its predecessors, with one piece of memory for all of them.

/// For each block of a function a list of blocks.
struct BlockLists {
    /// Where the list of each block begins in ``all``; one more than there are blocks.
    private let first: [Int]
    private let all: [IRBlockNumber]

    /// - Parameters:
    ///   - count: how many blocks there are.
    ///   - entries: what stands in the list of which block, the entries of a list in their order.
    init(count: Int, _ entries: [(list: IRBlockNumber, block: IRBlockNumber)]) {
        var first = [Int](repeating: 0, count: count + 1)
        for entry in entries { first[entry.list] += 1 }
        var sum = 0
        for block in 0...count {
            sum += first[block]
            first[block] = sum
        }
        var all = [IRBlockNumber](repeating: 0, count: entries.count)
        // From behind: each list is filled from its end to its beginning, and `first` is what it is called when that is done.
        for entry in entries.reversed() {
            first[entry.list] -= 1
            all[first[entry.list]] = entry.block
        }
        self.first = first
        self.all = all
    }

    subscript(block: IRBlockNumber) -> BlockList {
        BlockList(all: all, start: first[block], endIndex: first[block + 1] - first[block])
    }
}

/// One of the lists. Its first index is 0.
struct BlockList: RandomAccessCollection {
    fileprivate let all: [IRBlockNumber]
    fileprivate let start: Int
    let endIndex: Int

    var startIndex: Int { 0 }

    subscript(index: Int) -> IRBlockNumber { all[start + index] }
}
