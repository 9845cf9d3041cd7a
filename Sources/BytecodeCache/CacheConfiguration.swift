// The settings of a cache, and where it lies.

import Foundation

/// Settings of a cache. The defaults hold programs in memory alone.
public struct CacheConfiguration: Sendable {
    /// Where the database lies; nil for a cache that ends with the process.
    public var folder: String?
    /// The most bytes of programs in memory.
    public var memoryLimit = 32 << 20
    /// The most bytes of the database on the disk; its journal comes on top, and is kept to a megabyte.
    public var diskLimit = 64 << 20
    public var policy = EvictionPolicy.greedyDualSizeFrequency
    public var identity = CompilerIdentity()
    /// Entries of another compiler that were not used for so many days are deleted.
    public var maximumAge = 30
    /// The time since some beginning, for figures alone; nil when nothing is to be measured.
    public var elapsed: (@Sendable () -> Duration)?
    /// Days since 1970, for the age of entries.
    public var today: @Sendable () -> Int = { 0 }
    /// Told in one sentence why the cache goes on without its disk, once.
    public var warn: @Sendable (String) -> Void = { _ in }

    public init(folder: String? = nil) {
        self.folder = folder
    }
}

/// Where caches lie.
public enum CacheFolder {
    /// The folder for the database: `Cache` in the project that `SERENA_HOME` names, else `serena` in the user's folder for caches (XDG Base Directory
    /// Specification 0.8); nil when the user has none.
    public static func standard(environment: [String: String]) -> String? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        func folder(_ name: String, in parent: String) -> String {
            URL(filePath: parent).appending(path: name).path(percentEncoded: false)
        }
        if let home = value("SERENA_HOME") { return folder("Cache", in: home) }
        if let caches = value("XDG_CACHE_HOME") { return folder("serena", in: caches) }
        return value("HOME").map { folder(".cache/serena", in: $0) }
    }
}
