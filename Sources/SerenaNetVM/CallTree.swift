// Which instructions were executed on which way of calls.

/// The instructions of an execution, by the tasks that had called each other when they were executed, and by line.
public struct CallTree: Sendable {
    /// A task, called on one way; or, at the end of a way, a line of it.
    public struct Frame: Sendable {
        /// The name of the task; empty for the whole execution.
        public let task: String
        /// The included document that a line stands in; nil for the main one, and for tasks.
        public let file: String?
        /// 1-based; nil for a frame that is a task, and 0 for instructions without a line.
        public let line: Int?
        /// Of the frame itself; only lines have any.
        public fileprivate(set) var instructions: UInt64 = 0
        /// Indices into ``CallTree/frames``; each is larger than that of this frame.
        public fileprivate(set) var children: [Int] = []
    }

    /// The first is the whole execution and has no task.
    public private(set) var frames: [Frame]
    private var indices: [Key: Int] = [:]

    private struct Key: Hashable {
        let parent: Int
        let task: String
        let file: String?
        let line: Int?
    }

    init() {
        frames = [Frame(task: "", file: nil, line: nil)]
    }

    /// For each frame, the instructions of itself and of all in it.
    public var totals: [UInt64] {
        var totals = frames.map(\.instructions)
        for index in frames.indices.reversed() {
            for child in frames[index].children { totals[index] += totals[child] }
        }
        return totals
    }

    /// The frame of that name in another, which is made where there is none.
    mutating func child(of parent: Int, task: String, file: String? = nil, line: Int? = nil) -> Int {
        let key = Key(parent: parent, task: task, file: file, line: line)
        if let index = indices[key] { return index }
        frames.append(Frame(task: task, file: file, line: line))
        frames[parent].children.append(frames.count - 1)
        indices[key] = frames.count - 1
        return frames.count - 1
    }

    mutating func add(_ instructions: UInt64, to frame: Int) {
        frames[frame].instructions += instructions
    }
}
