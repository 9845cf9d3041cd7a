// Whatever changes the program changes the key; nothing else does.

import FTAI
import FTAICompiler
import Testing

@testable import BytecodeCache

@Suite struct CacheKeyTests {
    private static let maker = KeyMaker(CompilerIdentity(version: "1", hostInterface: "a"))

    private static func key(_ change: (inout CompilationRequest) -> Void = { _ in }) -> CacheKey {
        var request = Documents.request(1)
        change(&request)
        return maker.key(of: request)
    }

    @Test func sameRequestHasTheSameKey() {
        #expect(Self.key() == Self.key())
        #expect(CacheKey(hexadecimal: Self.key().description) == Self.key())
        #expect(CacheKey(Self.key().bytes) == Self.key())
        #expect(CacheKey(hexadecimal: "12") == nil)
    }

    @Test func everyDifferenceMakesAnotherKey() {
        let request = Documents.request(1)
        let includes = CompilationRequest.Includes(root: "/p", files: FilesInMemory([:]))
        let keys = [
            Self.key(), Self.key { $0.source = Documents.source(2, file: "task1.ftai") },
            Self.key { $0.source = Documents.source(1, file: "other.ftai") }, Self.key { $0.level = .performance },
            Self.key { $0.options.keepsVariables = true }, Self.key { $0.options.disabledPasses = [.inlining] },
            Self.key { $0.includes = includes },
            KeyMaker(CompilerIdentity(version: "2", hostInterface: "a")).key(of: request),
            KeyMaker(CompilerIdentity(version: "1", hostInterface: "b")).key(of: request),
            Self.maker.key(Self.key(), with: [Dependency(path: "a", canonicalPath: "/p/a", hash: "1")]),
            Self.maker.key(Self.key(), with: [Dependency(path: "a", canonicalPath: "/p/a", hash: "2")]),
            Self.maker.key(Self.key(), with: [Dependency(path: "a", canonicalPath: "/q/a", hash: "1")]),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test func fieldsDoNotRunIntoEachOther() {
        var (first, second) = (FieldHasher(), FieldHasher())
        first.add("ab")
        first.add("c")
        second.add("a")
        second.add("bc")
        #expect(first.digest != second.digest)
    }

    @Test func identityOfThisProgramIsTheSameEveryTime() {
        #expect(CompilerIdentity.ofThisProgram() == CompilerIdentity.ofThisProgram())
        #expect(CompilerIdentity.ofThisProgram().version.hasPrefix(FTAICompiler.version))
    }

    @Test(arguments: [
        (["SERENA_HOME": "/p", "HOME": "/h"], "/p/Cache"), (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/serena"),
        (["HOME": "/h"], "/h/.cache/serena"), (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/serena"),
        ([:], nil),
    ])
    func folderFollowsTheEnvironment(environment: [String: String], folder: String?) {
        #expect(CacheFolder.standard(environment: environment) == folder)
    }
}

/// Files that exist in memory.
struct FilesInMemory: IncludedFiles {
    let files: [String: String]

    init(_ files: [String: String]) {
        self.files = files
    }

    func canonicalPath(of path: String) -> String? {
        files[path] != nil || path == "/p" ? path : nil
    }

    func bytes(of path: String, limit: Int) -> [UInt8]? {
        files[path].map { Array($0.utf8.prefix(limit + 1)) }
    }
}
