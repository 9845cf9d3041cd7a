// What every fuzz target asks of any bytes, asked of its seeds: they are what fuzzing begins with, and what it has found.

import Foundation
import SerenaNetBytecode
import Testing

struct SeedTests {
    @Test(arguments: seeds(of: "document")) func documents(seed: Seed) { fuzzDocument(seed.bytes) }
    @Test(arguments: seeds(of: "json")) func textsOfJSON(seed: Seed) { fuzzJSON(seed.bytes) }
    @Test(arguments: seeds(of: "task")) func words(seed: Seed) { fuzzLexer(seed.bytes) }
    @Test(arguments: seeds(of: "task")) func programs(seed: Seed) { fuzzCompiler(seed.bytes) }

    @Test(arguments: seeds(of: "task")) func bytecode(seed: Seed) {
        fuzzBytecode(seed.bytes)
        for number in UInt32(0)..<20 {
            if let mutated = mutatedBytecode(seed.bytes, seed: number) { fuzzBytecode(mutated) }
        }
    }

    @Test(arguments: seeds(of: "task")) func snapshots(seed: Seed) {
        fuzzSnapshot(seed.bytes)
        for number in UInt32(0)..<10 {
            guard var mutated = mutatedSnapshot(seed.bytes, seed: number) else { continue }
            fuzzSnapshot(mutated)
            for next in UInt32(0)..<3 {
                mutated = mutatedSnapshot(mutated, seed: next) ?? mutated
                fuzzSnapshot(mutated)
            }
        }
    }

    /// What is written as the description of the instruction set says, the verifier accepts, and it runs.
    @Test func programsThatFollowTheDescriptionRun() {
        let before = ProgramCount.made.withLock { $0.programs }
        for seed in UInt8(0)..<6 { fuzzMadePrograms(seedMark + [seed]) }
        #expect(ProgramCount.made.withLock { $0.programs } >= before + 6 * 60)
    }

    /// All instructions occur, or a new one would be left out without notice.
    @Test func programsAreMadeOfAllInstructions() {
        var author = MadeProgram(seed: 1)
        var missing = Set(VMOpcode.allCases)
        for _ in 0..<2_000 where !missing.isEmpty { missing.subtract(author.make().instructions.map(\.opcode)) }
        #expect(missing.isEmpty)
    }

    /// Each run adds to what the one before has written.
    @Test func totalsAreReadAsTheyWereWritten() {
        var totals = TrialTotals()
        (totals.programs, totals.collections, totals.executions[3]) = (5, 6, 7)
        let read = TrialTotals(text: "batches 9\nsomething else\n" + totals.text)
        #expect(read.text == totals.text)
        #expect(read.neverExecuted.count == VMOpcode.allCases.count - 1)
    }

    struct Seed: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]

        var testDescription: String { name }
    }

    private static func seeds(of folder: String) -> [Seed] {
        let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(folder)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: corpus.path)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: corpus.appending(path: name))).map { Seed(name: name, bytes: Array($0)) }
        }
    }

    @Test(arguments: ["document", "json", "task"]) func everyTargetHasSeeds(folder: String) {
        #expect(!Self.seeds(of: folder).isEmpty)
    }
}
