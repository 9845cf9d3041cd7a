// The cache of compiled programs, for commands that run a task.

import BytecodeCache
import FTAI
import Foundation
import SerenaNetBytecode

/// Finds the programs of documents in the cache that all processes share, and keeps them there.
enum ProgramCache {
    /// A document of fewer bytes is compiled sooner than the database is opened (docs/cache.md has the times).
    static let smallestDocument = 16 << 10

    /// The program of a document; nil when it is too small, has errors, or has warnings that its author should see: then it is to
    /// be compiled by the caller.
    ///
    /// - Parameter root: the folder that included documents are kept to; nil for that of the document.
    static func program(of source: FTAISource, _ level: OptimizationLevel, root: String?) -> FTAIBytecode? {
        guard source.bytes.count >= smallestDocument,
            let folder = CacheFolder.standard(environment: ProcessInfo.processInfo.environment)
        else { return nil }
        var configuration = CacheConfiguration(folder: folder)
        configuration.identity = .ofThisProgram()
        let start = ContinuousClock.now
        configuration.elapsed = { ContinuousClock.now - start }
        configuration.today = { Int(Date().timeIntervalSince1970 / 86_400) }
        let cache = BytecodeCacheManager(configuration)
        let ownFolder = source.file.lastIndex(of: "/").map { String(source.file[...$0]) } ?? "."
        let request = CompilationRequest(
            source, level: level, includes: .init(root: root ?? ownFolder, files: IncludedFilesOnDisk()))
        guard let answer = try? cache.program(for: request) else { return nil }
        cache.flush()
        return answer.warningCount == 0 ? answer.bytecode : nil
    }
}
