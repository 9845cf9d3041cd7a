// What the collector has found and not looked at yet.

/// A stack of lists and maps, each with the element to go on with. It takes 16 bytes for each.
struct PendingObjects {
    private var memory: UnsafeMutablePointer<(object: UnsafeMutableRawPointer, next: Int)>
    private var capacity = 256
    private var count = 0

    /// What it takes for a few objects is not counted, as it is there from the beginning.
    private static let smallest = 256

    init() { memory = .allocate(capacity: Self.smallest) }

    func deallocate() { memory.deallocate() }

    /// Bytes beyond those that are there from the beginning.
    var size: Int { (capacity - Self.smallest) * MemoryLayout<(object: UnsafeMutableRawPointer, next: Int)>.stride }

    /// Gives back what a large heap has needed; to be called when it is empty.
    mutating func shrink() {
        guard capacity > Self.smallest else { return }
        memory.deallocate()
        memory = .allocate(capacity: Self.smallest)
        capacity = Self.smallest
    }

    var isEmpty: Bool { count == 0 }

    @inline(__always) mutating func push(_ object: UnsafeMutableRawPointer, _ next: Int) {
        if count == capacity { grow() }
        memory[count] = (object, next)
        count &+= 1
    }

    @inline(__always) mutating func pop() -> (object: UnsafeMutableRawPointer, next: Int)? {
        guard count > 0 else { return nil }
        count &-= 1
        return memory[count]
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<(object: UnsafeMutableRawPointer, next: Int)>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: memory, count: count)
        memory.deallocate()
        memory = larger
        capacity *= 2
    }
}
