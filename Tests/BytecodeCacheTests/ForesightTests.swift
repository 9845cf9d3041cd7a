// What earlier talks let expect, and what is compiled because of it.

import Testing

@testable import BytecodeCache

@Suite struct ForesightTests {
    private static func patterns(_ talks: [(name: String, operations: [String])]) -> UsagePatterns {
        var patterns = UsagePatterns()
        for talk in talks {
            var previous: String?
            for (index, operation) in talk.operations.enumerated() {
                patterns.add(operation, after: previous, in: talk.name, elapsed: .seconds(20 * index))
                previous = operation
            }
        }
        return patterns
    }

    @Test func whatFollowedIsExpected() {
        let patterns = Self.patterns([
            ("ted", ["greet", "name", "tip", "bye"]), ("ted", ["greet", "name", "primes", "bye"]),
            ("other", ["greet", "tip", "tip", "tip"]),
        ])
        #expect(patterns.likely(after: nil, in: "ted", elapsed: .zero).first?.operation == "greet")
        #expect(patterns.likely(after: "greet", in: "ted", elapsed: .seconds(20)).first?.operation == "name")
        #expect(patterns.likely(after: "greet", in: "other", elapsed: .seconds(20)).first?.operation == "tip")
        #expect(patterns.likely(after: "primes", in: "new", elapsed: .seconds(40)).first?.operation == "bye")
        #expect(patterns.totals.first?.operation == "tip")
    }

    @Test func probabilitiesAddUpToOne() {
        let patterns = Self.patterns([("a", ["x", "y", "z", "x", "x"]), ("b", ["y", "y"])])
        for previous in [nil, "x", "never"] {
            let sum = patterns.likely(after: previous, in: "a", elapsed: .zero).reduce(0) { $0 + $1.probability }
            #expect(abs(sum - 1) < 1e-9)
        }
        #expect(UsagePatterns().likely(after: "x", in: "a", elapsed: .zero).isEmpty)
    }

    @Test func patternsStayBounded() {
        var patterns = UsagePatterns()
        for number in 0..<12_000 {
            patterns.add("operation \(number)", after: nil, in: "talk", elapsed: .seconds(number))
            if number % 10 == 0 { patterns.add("often", after: nil, in: "talk", elapsed: .zero) }
        }
        #expect(patterns.steps.count <= UsagePatterns.capacity)
        #expect(patterns.totals.first?.operation == "often")
        patterns.add(String(repeating: "x", count: 1 << 20), after: nil, in: "talk", elapsed: .seconds(1e9))
        #expect(patterns.steps.keys.allSatisfy { $0.operation.utf8.count <= UsagePatterns.longestName })
    }

    @Test func anotherProcessCompilesAheadWhatWasAskedForBefore() throws {
        let folder = TemporaryFolder()
        let first = BytecodeCacheManager.open(folder)
        first.beginTalk("ted")
        for operation in ["1", "2", "1", "2", "3"] { first.noteUse(of: operation, elapsed: .zero) }
        first.flush()

        let cache = BytecodeCacheManager.open(folder)
        for number in 1...4 { cache.register(Documents.request(number), as: "\(number)") }
        cache.beginTalk("ted")
        cache.noteUse(of: "1", elapsed: .seconds(5))
        #expect(cache.precompileCommonOperations(atMost: 1).compiled == ["2"])
        #expect(Set(cache.precompileCommonOperations().compiled) == ["1", "3"])
        #expect(cache.precompileCommonOperations() == Precompilation(ready: 3))
        #expect(try cache.program(for: Documents.request(2)).origin == .memory)
        #expect(cache.figures.compiledAhead == 3 && cache.figures.aheadUsed == 1 && cache.figures.misses == 0)
    }

    @Test func documentWithErrorsIsNamedAndTheOthersAreCompiled() {
        let cache = BytecodeCacheManager()
        let bad = CompilationRequest(.init(file: "bad.ftai", text: "@ftai v2.0\n@task\n"))
        let done = cache.precompile([("bad", bad), ("good", Documents.request(1))])
        #expect(done.failed == ["bad"] && done.compiled == ["good"])
    }
}

extension Precompilation {
    fileprivate init(ready: Int) {
        self.init()
        self.ready = ready
    }
}
