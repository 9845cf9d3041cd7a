// Documents and folders that the tests of the cache work with.

import FTAI
import Foundation

@testable import BytecodeCache

/// Small documents, each with a program of its own.
enum Documents {
    static func source(_ number: Int, file: String? = nil) -> FTAISource {
        FTAISource(
            file: file ?? "task\(number).ftai",
            text: """
                @ftai v2.0
                @task task\(number)
                  @input n:int
                  @output total:int
                  @do
                    var total = \(number)
                    for i in 1..n
                      total = total + i % \(number + 2)
                    end
                    say "The total of task \(number) is {total}."
                    return total
                  @end
                @end

                """)
    }

    static func request(_ number: Int) -> CompilationRequest { CompilationRequest(source(number)) }
}

/// A folder that is gone when nobody uses it any more.
final class TemporaryFolder {
    let path: String

    /// - Parameter name: what its name begins with.
    init(_ name: String = "cache") {
        path = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
            .path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension BytecodeCacheManager {
    /// A cache with its database in a folder.
    static func open(
        _ folder: TemporaryFolder, change: (inout CacheConfiguration) -> Void = { _ in }
    ) -> BytecodeCacheManager {
        var configuration = CacheConfiguration(folder: folder.path)
        change(&configuration)
        return BytecodeCacheManager(configuration)
    }
}
