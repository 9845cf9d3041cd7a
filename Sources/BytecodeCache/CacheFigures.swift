// What a cache has done: hits, misses, time saved.

/// Figures of one cache since it was made.
public struct CacheFigures: Hashable, Sendable {
    public var memoryHits = 0
    public var diskHits = 0
    /// Programs that had to be compiled when they were asked for.
    public var misses = 0
    /// Programs that were compiled before they were asked for.
    public var compiledAhead = 0
    /// Of these, those that were asked for later.
    public var aheadUsed = 0
    /// Entries that were damaged, and taken out.
    public var damagedEntries = 0
    /// Databases that were damaged, and replaced by a new one.
    public var damagedDatabases = 0
    /// Times that another process kept the database for too long.
    public var busy = 0
    public var evictions = 0
    /// In bytes.
    public var memorySize = 0
    public var programsInMemory = 0
    /// What compiling would have taken, for the hits whose compilation was measured.
    public var timeSaved = Duration.zero

    public init() {}

    public var requests: Int { memoryHits + diskHits + misses }

    /// The share of requests that needed no compilation; nil before the first.
    public var hitRate: Double? {
        requests == 0 ? nil : Double(memoryHits + diskHits) / Double(requests)
    }
}

/// What one program was worth keeping for, over all processes.
public struct ProgramFigures: Hashable, Sendable, Codable {
    /// The name of the program.
    public var program: String
    /// The document.
    public var file: String
    public var level: String
    /// The compiler that made it.
    public var compiler: String
    public var memoryHits = 0
    public var diskHits = 0
    /// How often it had to be compiled.
    public var compilations = 0
    /// What the last compilation took, in nanoseconds; 0 when it was not measured.
    public var compilationNs = 0
    /// In nanoseconds.
    public var savedNs = 0
    /// In bytes on the disk; 0 when it is not there any more.
    public var size = 0
    /// The day of the last use, counted from 1970.
    public var lastUse = 0

    public init(program: String, file: String, level: String, compiler: String) {
        self.program = program
        self.file = file
        self.level = level
        self.compiler = compiler
    }

    /// A number of this type, whatever stands in the file: thousands of them can be added up.
    static func clamped(_ number: Int) -> Int { max(0, min(number, 1 << 48)) }
}

/// What was found in the database.
public struct CacheInspection: Hashable, Sendable {
    /// Entries that are what was stored.
    public var sound = 0
    /// Entries that are damaged.
    public var damaged = 0
    /// Entries of other compilers, which are damaged if their seal is broken; their code is not judged.
    public var ofOtherCompilers = 0
    /// What SQLite says of the file; empty when it is in order.
    public var problems: [String] = []
    /// Why the database could not be looked at or mended, though nothing says that it is damaged: another process keeps it busy, for
    /// example. Nothing was changed then.
    public var obstacle: String?

    public init() {}

    public var isSound: Bool { damaged == 0 && problems.isEmpty && obstacle == nil }
}

/// Why something could not be done to a cache that was asked for. Nothing was changed.
public struct CacheObstacle: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String

    public var description: String { reason }
}

/// What a clean-up did.
public struct CacheCleanUp: Hashable, Sendable {
    /// Entries of other compilers that nobody used for long.
    public var aged = 0
    /// Entries that made room.
    public var evicted = 0
    /// Of the database, in bytes, afterwards.
    public var size = 0

    public init(size: Int = 0) {
        self.size = size
    }
}

/// What was compiled ahead.
public struct Precompilation: Hashable, Sendable {
    /// The operations, in the order in which they were compiled.
    public var compiled: [String] = []
    /// Operations whose programs were there already.
    public var ready = 0
    /// Operations whose documents have errors.
    public var failed: [String] = []

    public init() {}
}
