// Figures written down, clean-up, inspection and repair.

import SerenaNetBytecode

extension BytecodeCacheManager {
    @discardableResult
    public func optimizeCache() -> CacheCleanUp {
        writeFigures()
        return disk?.use { disk in
            disk.cleanUp(
                compiler: configuration.identity.version, maximumAge: configuration.maximumAge,
                today: configuration.today())
        } ?? CacheCleanUp()
    }

    /// Adds the figures and the patterns of this process to those on the disk, and cleans up there once a day.
    public func flush() {
        guard let disk, writeFigures() else { return }
        disk.use { disk in
            disk.cleanUpDaily(
                compiler: configuration.identity.version, maximumAge: configuration.maximumAge,
                today: configuration.today())
        }
    }

    /// - Returns: whether there was anything to write.
    @discardableResult
    private func writeFigures() -> Bool {
        guard let disk else { return false }
        let (uses, patterns) = state.withLock { state in
            defer { state.newPatterns = UsagePatterns() }
            return (
                state.takeUses(compiler: configuration.identity.version, today: configuration.today()),
                state.newPatterns
            )
        }
        guard !uses.isEmpty || !patterns.isEmpty else { return false }
        // Figures that cannot be written down now are lost: they decide nothing.
        _ = disk.use { $0.add(uses, patterns) }
        return true
    }

    /// What each program was worth keeping for, over all processes; those that saved most first.
    public var programs: [ProgramFigures] {
        writeFigures()
        return disk?.use { $0.programs() } ?? []
    }

    /// The database that is used now; nil without a disk.
    public var databasePath: String? { disk?.use { $0.path } }

    /// In bytes, with its journal.
    public var sizeOnDisk: Int { disk?.use { $0.sizeOnDisk } ?? 0 }

    /// Reads every entry, and asks SQLite about the file, without changing it or making one.
    public func verify() -> CacheInspection {
        disk?.use { $0.inspect(compiler: configuration.identity.version).found } ?? CacheInspection()
    }

    /// Takes out what is damaged. When the file itself is, what is sound goes into a new one.
    ///
    /// - Returns: what was found.
    @discardableResult
    public func repair() -> CacheInspection {
        disk?.use { $0.repair(compiler: configuration.identity.version) } ?? CacheInspection()
    }

    /// Deletes everything that was kept, in memory and on the disk.
    ///
    /// - Throws: why it is still on the disk.
    public func clear() throws(CacheObstacle) {
        state.withLock { $0.forgetAll() }
        guard let disk else { return }
        if let reason = disk.use({ $0.removeAll() }) { throw CacheObstacle(reason: reason) }
    }
}
