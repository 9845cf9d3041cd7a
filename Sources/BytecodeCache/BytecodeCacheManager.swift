// The cache as callers see it: memory over disk over the compiler.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import Synchronization

/// Keeps what was compiled, so that it need not be compiled again.
public protocol BytecodeCacheManagerProtocol: Sendable {
    /// The program under a key; nil when it is not kept.
    func getCachedBytecode(_ key: CacheKey) -> CachedProgram?

    /// Keeps a program under a key. One that the verifier refuses is not kept.
    func cacheBytecode(_ bytecode: FTAIBytecode, for key: CacheKey)

    /// Compiles the operations that will probably be asked for next, as far as they are known and fit the memory.
    @discardableResult
    func precompileCommonOperations() -> Precompilation

    /// Writes down what is only in memory yet, and deletes from the disk what is old or too much.
    @discardableResult
    func optimizeCache() -> CacheCleanUp
}

/// The cache of one process: programs in memory, over those on the disk that all processes share, over the compiler.
///
/// ```swift
/// let cache = BytecodeCacheManager(CacheConfiguration(folder: folder))
/// let answer = try cache.program(for: CompilationRequest(source))
/// ```
/// Everything is synchronous; what touches the disk is for times at which nobody waits: before a talk and behind it. No failure of the disk reaches the
/// caller: then the cache goes on in memory, and says so once (``CacheConfiguration/warn``).
public final class BytecodeCacheManager: BytecodeCacheManagerProtocol {
    public let configuration: CacheConfiguration
    let keys: KeyMaker
    let state: Mutex<CacheState>
    let disk: SharedDisk?

    public init(_ configuration: CacheConfiguration = CacheConfiguration()) {
        self.configuration = configuration
        keys = KeyMaker(configuration.identity)
        state = Mutex(CacheState(limit: configuration.memoryLimit, policy: configuration.policy))
        disk = configuration.folder.map {
            SharedDisk(DiskTier(folder: $0, limit: configuration.diskLimit, warn: configuration.warn))
        }
    }

    // MARK: Programs

    /// Where a program came from.
    public enum Origin: String, Hashable, Sendable {
        case memory, disk, compiler
    }

    /// A program, and where it came from.
    public struct Answer: Sendable {
        let program: CachedProgram
        public let key: CacheKey
        public let origin: Origin
        /// The warnings themselves; empty when the program was not compiled now.
        public let warnings: [Diagnostic]

        public var bytecode: FTAIBytecode { program.bytecode }
        /// What the compiler had to say about the document, now or when it was compiled.
        public var warningCount: Int { program.warningCount }
    }

    /// The program of a document: one that is kept, or one that is compiled now and kept from now on.
    ///
    /// A document that includes others is looked up with the hashes of those as they are now; so a change in any of them is a change of the key.
    ///
    /// - Throws: ``CompilationError``, with all that is wrong with the document.
    public func program(for request: CompilationRequest) throws(CompilationError) -> Answer {
        let plain = keys.key(of: request)
        if let key = currentKey(of: request, plain), let (program, origin) = find(key) {
            return Answer(program: program, key: key, origin: origin, warnings: [])
        }
        return try compile(request, plain)
    }

    /// The key under which the program of a request is kept, if it is; nil when it is not known what the document includes, or one of these is missing.
    public func key(for request: CompilationRequest) -> CacheKey? {
        currentKey(of: request, keys.key(of: request))
    }

    public func getCachedBytecode(_ key: CacheKey) -> CachedProgram? {
        find(key)?.program
    }

    public func cacheBytecode(_ bytecode: FTAIBytecode, for key: CacheKey) {
        keep(CachedProgram(bytecode, compilationTime: nil, warningCount: 0), for: key)
    }

    /// What the cache has done since it was made.
    public var figures: CacheFigures {
        var figures = state.withLock { $0.currentFigures }
        disk?.use { disk in
            figures.damagedDatabases = disk.replacements
            figures.busy = disk.busy
        }
        return figures
    }

    func find(_ key: CacheKey) -> (program: CachedProgram, origin: Origin)? {
        if let program = state.withLock({ $0.hit(key) }) { return (program, .memory) }
        guard let program = readFromDisk(key) else { return nil }
        state.withLock { $0.keep(program, for: key, origin: .disk) }
        return (program, .disk)
    }

    private func readFromDisk(_ key: CacheKey) -> CachedProgram? {
        guard let disk else { return nil }
        let found: CachedProgram?? = disk.use { disk in
            disk.withEntry(ofRow: key.row) { SealedEntry.open($0, for: key) }
        }
        guard let found else { return nil }
        if found == nil {
            state.withLock { $0.figures.damagedEntries += 1 }
            disk.use { $0.remove(key) }
        }
        return found
    }

    // MARK: Compiling

    private func compile(_ request: CompilationRequest, _ plain: CacheKey) throws(CompilationError) -> Answer {
        let start = configuration.elapsed?()
        let outcome: CompilationOutcome
        var dependencies: [Dependency] = []
        if let includes = request.includes {
            let includer = DocumentIncluder(
                root: includes.root, parser: FTAIParser(mode: .strict), files: includes.files)
            let expansion = includer.expand(request.source)
            outcome = try FTAICompiler().compile(expansion, level: request.level, options: request.options)
            dependencies = expansion.files.dropFirst().map { file in
                Dependency(
                    path: file.source.file, canonicalPath: includes.files.canonicalPath(of: file.source.file) ?? "",
                    hash: FTAICompiler.hash(of: file.source))
            }
        } else {
            outcome = try FTAICompiler().compile(request.source, level: request.level, options: request.options)
        }
        var elapsed: Duration?
        if let start, let end = configuration.elapsed?() { elapsed = end - start }
        let key = keys.key(plain, with: dependencies)
        if request.includes != nil { remember(dependencies.map(\.path), for: plain) }
        let program = CachedProgram(
            outcome.bytecode, compilationTime: elapsed, warningCount: outcome.warnings.count)
        keep(program, for: key)
        return Answer(program: program, key: key, origin: .compiler, warnings: outcome.warnings)
    }

    private func keep(_ program: CachedProgram, for key: CacheKey) {
        // What is not safe to run would be refused by the VM; it is not kept either.
        guard (try? BytecodeVerifier.verify(program.bytecode)) != nil else { return }
        state.withLock { $0.keep(program, for: key, origin: .compiler) }
        disk?.use { disk in
            guard disk.isWritable else { return }
            let entry = EntryRow(
                key: key, compiler: configuration.identity.version, bytes: SealedEntry.seal(program, for: key),
                figures: program.figures)
            disk.store(entry, today: configuration.today())
        }
    }

    // MARK: Includes

    private func currentKey(of request: CompilationRequest, _ plain: CacheKey) -> CacheKey? {
        guard let includes = request.includes else { return plain }
        guard let paths = includedPaths(for: plain) else { return nil }
        var dependencies: [Dependency] = []
        for path in paths {
            guard let dependency = includes.dependency(at: path) else { return nil }
            dependencies.append(dependency)
        }
        return keys.key(plain, with: dependencies)
    }

    private func includedPaths(for key: CacheKey) -> [String]? {
        if let known = state.withLock({ $0.includedPaths[key] }) { return known }
        guard let paths = disk?.use({ $0.includedPaths(for: key) }) else { return nil }
        state.withLock { $0.remember(paths, for: key) }
        return paths
    }

    private func remember(_ paths: [String], for key: CacheKey) {
        state.withLock { $0.remember(paths, for: key) }
        disk?.use { $0.store(includedPaths: paths, for: key, compiler: configuration.identity.version) }
    }
}

/// The disk behind its lock.
final class SharedDisk: Sendable {
    private let tier: Mutex<DiskTier>

    init(_ tier: sending DiskTier) {
        self.tier = Mutex(tier)
    }

    func use<Value>(_ body: (inout DiskTier) -> Value) -> Value {
        tier.withLock { body(&$0) }
    }
}
