// The cache of compiled programs that the assistants of this process share.

import BytecodeCache
import Foundation
import SerenaBench

enum ProgramCache {
    /// The cache in its usual place.
    static let shared = BytecodeCacheManager(configuration(folder: nil))

    /// - Parameter folder: where the database lies; nil for the usual place.
    static func configuration(folder: String?) -> CacheConfiguration {
        let usual = CacheFolder.standard(environment: ProcessInfo.processInfo.environment)
        var configuration = CacheConfiguration(folder: folder ?? usual)
        configuration.identity = .ofThisProgram()
        let start = ContinuousClock.now
        configuration.elapsed = { ContinuousClock.now - start }
        configuration.today = { Int(Date().timeIntervalSince1970 / 86_400) }
        configuration.warn = { ProcessTerminal.make(quiet: false).note($0) }
        return configuration
    }
}
