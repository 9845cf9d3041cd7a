// What memory is used for, and how much of it an execution has taken.

/// What memory is handed out for.
public enum MemoryUse: Int, CaseIterable, Sendable {
    case texts, boxes, lists, maps
    /// What lists and maps hold outside of their headers.
    case elements
    /// The registers of open calls.
    case stack

    @inline(__always) static func of(_ kind: ObjectKind) -> MemoryUse {
        switch kind {
        case .text: .texts
        case .box: .boxes
        case .scalarList, .referenceList: .lists
        case .scalarMap, .referenceMap, .scalarIntMap, .referenceIntMap: .maps
        }
    }
}

/// The memory of one execution.
public struct MemoryFigures: Hashable, Sendable {
    /// What was handed out for one use since the beginning, whether or not it was given back.
    public struct Allocated: Hashable, Sendable {
        public var count: Int
        public var bytes: Int
    }

    /// Bytes that are taken from the system at the moment: the stack, blocks of objects, elements.
    public var used: Int
    /// The most of it at one time.
    public var peak: Int
    public var allocated: [MemoryUse: Allocated]
    public var collector: CollectorFigures
}

extension Heap {
    var figures: MemoryFigures {
        var allocated: [MemoryUse: MemoryFigures.Allocated] = [:]
        for use in MemoryUse.allCases where counts[use.rawValue * 2] > 0 {
            allocated[use] = .init(count: counts[use.rawValue * 2], bytes: counts[use.rawValue * 2 + 1])
        }
        return MemoryFigures(used: used, peak: peak, allocated: allocated, collector: collector.pointee.figures)
    }
}
