// What a cache holds in memory: programs, figures that are not written down yet, the talk that goes on.

import SerenaNetBytecode

/// The part of a cache that its lock protects.
struct CacheState {
    var figures = CacheFigures()
    /// By key of the document alone: what it included when it was compiled last.
    private(set) var includedPaths: [CacheKey: [String]] = [:]

    /// The patterns of earlier processes and of this one.
    var patterns = UsagePatterns()
    var hasReadPatterns = false
    /// What this process has seen and not written down yet.
    var newPatterns = UsagePatterns()
    var catalog: [String: CompilationRequest] = [:]
    var talk = ""
    var previous: String?
    var elapsed = Duration.zero

    private var programs: MemoryTier<CachedProgram>
    /// What this process has to add to the figures on the disk.
    private var uses: [CacheKey: ProgramFigures] = [:]
    /// Compiled ahead and not asked for yet.
    private var ahead: Set<CacheKey> = []

    /// More lists of included documents, and more figures that are not written down, are not held.
    private static let capacity = 4_096

    init(limit: Int, policy: EvictionPolicy) {
        programs = MemoryTier(limit: limit, policy: policy)
    }

    func contains(_ key: CacheKey) -> Bool { programs.contains(key) }

    var memoryLeft: Int { programs.limit - programs.size }

    /// The program in memory, which counts as a hit.
    mutating func hit(_ key: CacheKey) -> CachedProgram? {
        guard let program = programs.value(for: key) else { return nil }
        figures.memoryHits += 1
        save(program)
        if !ahead.isEmpty, ahead.remove(key) != nil { figures.aheadUsed += 1 }
        return program
    }

    /// Keeps a program that came from the disk, which counts as a hit, or from the compiler, which counts as a miss.
    mutating func keep(_ program: CachedProgram, for key: CacheKey, origin: BytecodeCacheManager.Origin) {
        if uses.count >= Self.capacity { uses.removeAll() }
        let gone = programs.insert(program, for: key, size: program.footprint, cost: program.cost)
        for old in gone where old.hits > 0 { count(old.hits, of: old.value, at: old.key) }
        switch origin {
        case .memory: break
        case .disk:
            figures.diskHits += 1
            save(program)
            uses[key, default: program.figures].diskHits += 1
        case .compiler:
            figures.misses += 1
            uses[key, default: program.figures].compilations += 1
        }
    }

    private mutating func count(_ hits: Int, of program: CachedProgram, at key: CacheKey) {
        uses[key, default: program.figures].memoryHits += hits
    }

    private mutating func save(_ program: CachedProgram) {
        if let time = program.compilationTime { figures.timeSaved += time }
    }

    /// Lets what was just made count as made ahead and not as asked for.
    mutating func countAsAhead(_ key: CacheKey, origin: BytecodeCacheManager.Origin) {
        switch origin {
        case .memory: figures.memoryHits -= 1
        case .disk: figures.diskHits -= 1
        case .compiler:
            figures.misses -= 1
            figures.compiledAhead += 1
            ahead.insert(key)
        }
    }

    mutating func remember(_ paths: [String], for key: CacheKey) {
        if includedPaths.count >= Self.capacity { includedPaths.removeAll() }
        includedPaths[key] = paths
    }

    mutating func forgetAll() {
        programs.removeAll()
        includedPaths = [:]
        uses = [:]
        ahead = []
        patterns = UsagePatterns()
        newPatterns = UsagePatterns()
    }

    var currentFigures: CacheFigures {
        var figures = figures
        figures.evictions = programs.evictions
        figures.memorySize = programs.size
        figures.programsInMemory = programs.count
        return figures
    }

    /// Takes out what is to be added to the figures on the disk.
    mutating func takeUses(compiler: String, today: Int) -> [CacheKey: ProgramFigures] {
        for (key, program, hits) in programs.takeHits() { count(hits, of: program, at: key) }
        defer { uses = [:] }
        return uses.mapValues { use in
            var figures = use
            figures.compiler = compiler
            let (saved, isTooMuch) = figures.compilationNs.multipliedReportingOverflow(
                by: use.memoryHits + use.diskHits)
            figures.savedNs = ProgramFigures.clamped(isTooMuch ? .max : saved)
            figures.lastUse = today
            return figures
        }
    }
}
