// What a program lets go of is freed, what it can reach is kept, and the limit holds.

import Instrumentation
import SerenaNetBytecode
import Testing

@testable import SerenaNetVM

@Suite struct CollectorTests {
    private func execution(
        of program: FTAIBytecode, _ arguments: [VMValue], limit: Int = 16 << 20, pace: CollectorPace = .ordinary
    ) throws -> Execution {
        try Execution(
            of: "main", in: LoadedProgram(program), inputs: inputs(arguments),
            requirements: PerformanceRequirements(
                maxExecutionTime: .seconds(600), maxInstructions: .max, maxMemoryUsage: limit),
            clock: SteppingClock(), pace: pace)
    }

    /// Doubles a text `a` times, and forgets each result.
    private let texts = assemble(
        FunctionSource(
            parameters: [.int, .string], registers: [.string, .int], result: .string,
            code: [
                VMInstruction(.loadInt, a: 3), VMInstruction(.concatenate, a: 2, arguments: [1, 1]),
                VMInstruction(.stepLessInt, a: 3, b: 0, c: 1), VMInstruction(.return, a: 2),
            ]))

    /// Makes `a` lists of 40 ints each, and keeps the last.
    private let lists = assemble(
        FunctionSource(
            parameters: [.int], registers: [.list(.int), .int, .int, .int], result: .int,
            code: [
                VMInstruction(.loadInt, a: 2), VMInstruction(.loadInt, a: 4, b: 40),
                VMInstruction(.makeList, a: 1, arguments: []), VMInstruction(.loadInt, a: 3),
                VMInstruction(.listAppend, a: 1, b: 2), VMInstruction(.stepLessInt, a: 3, b: 4, c: 4),
                VMInstruction(.stepLessInt, a: 2, b: 0, c: 2), VMInstruction(.listCount, a: 3, b: 1),
                VMInstruction(.return, a: 3),
            ]))

    @Test(arguments: [CollectorPace.ordinary, .hasty])
    func garbageOfAHundredTimesTheLimitIsNoObstacle(pace: CollectorPace) throws {
        let limit = 100_000
        let text = String(repeating: "x", count: 500)
        let textual = try execution(of: texts, [.int(12_000), .string(text)], limit: limit, pace: pace)
        #expect(textual.advance() == .finished(.string(text + text)))
        let listing = try execution(of: lists, [.int(16_000)], limit: limit, pace: pace)
        #expect(listing.advance() == .finished(.int(40)))
        for figures in [textual.memory, listing.memory] {
            #expect(figures.allocated.values.reduce(0) { $0 + $1.bytes } > 100 * limit)
            #expect(figures.peak <= limit)
            #expect(figures.collector.cycles > 10)
        }
    }

    @Test func textsLargerThanACellAreFreedToo() throws {
        let text = String(repeating: "x", count: 40_000)
        let execution = try execution(of: texts, [.int(300), .string(text)], limit: 500_000)
        #expect(execution.advance() == .finished(.string(text + text)))
        #expect(execution.memory.peak <= 500_000)
    }

    /// A list of texts of which each is replaced again and again, while the collector is at work.
    @Test(arguments: [CollectorPace.ordinary, .hasty])
    func whatAListStillHoldsIsKept(pace: CollectorPace) throws {
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.list(.string), .int, .int, .int, .string, .int],
                result: .list(.string),
                code: [
                    VMInstruction(.makeList, a: 1, arguments: []), VMInstruction(.loadInt, a: 2),
                    VMInstruction(.loadInt, a: 3, b: 50), VMInstruction(.intToString, a: 5, b: 2),
                    VMInstruction(.listAppend, a: 1, b: 5), VMInstruction(.stepLessInt, a: 2, b: 3, c: 3),
                    // From here on element i % 50 becomes the text of i.
                    VMInstruction(.loadInt, a: 2), VMInstruction(.modInt, a: 6, b: 2, c: 3),
                    VMInstruction(.intToString, a: 5, b: 2), VMInstruction(.concatenate, a: 5, arguments: [5, 5]),
                    VMInstruction(.listSet, a: 1, b: 6, c: 5), VMInstruction(.stepLessInt, a: 2, b: 0, c: 7),
                    VMInstruction(.return, a: 1),
                ]))
        let execution = try execution(of: program, [.int(20_000)], pace: pace)
        let expected = (19_950..<20_000).map { VMValue.string("\($0)\($0)") }
        #expect(execution.advance() == .finished(.list(expected)))
        #expect(execution.memory.collector.cycles > 1)
    }

    /// Each call holds a text of its own until it returns.
    @Test(arguments: [CollectorPace.ordinary, .hasty])
    func whatAnyOpenCallHoldsIsKept(pace: CollectorPace) throws {
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.int, .string, .string], result: .string,
                code: [
                    VMInstruction(.intToString, a: 2, b: 0), VMInstruction(.jumpEqualInt, a: 0, b: 1, c: 5),
                    VMInstruction(.addIntImmediate, a: 0, b: 0, c: UInt16(bitPattern: -1)),
                    VMInstruction(.call, a: 3, b: 0, arguments: [0]),
                    VMInstruction(.concatenate, a: 2, arguments: [2, 3]), VMInstruction(.return, a: 2),
                ]))
        let execution = try execution(of: program, [.int(900)], pace: pace)
        #expect(execution.advance() == .finished(.string((0...900).reversed().map(String.init).joined())))
        #expect(execution.memory.collector.cycles > 0)
    }

    @Test func memoryStaysAsItIsHoweverLongAProgramRuns() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string], registers: [.string, .int, .int], effects: .says,
                code: [
                    VMInstruction(.loadInt, a: 3, b: 1_000), VMInstruction(.loadInt, a: 2),
                    VMInstruction(.concatenate, a: 1, arguments: [0, 0]), VMInstruction(.stepLessInt, a: 2, b: 3, c: 2),
                    VMInstruction(.say, a: 0), VMInstruction(.jump, a: 1),
                ]))
        let execution = try execution(of: program, [.string(String(repeating: "x", count: 100))])
        var peaks: [Int] = []
        for _ in 0..<60 {
            guard case .suspended = execution.advance() else { break }
            peaks.append(execution.memory.peak)
        }
        #expect(peaks.count == 60)
        #expect(peaks[59] == peaks[20])
    }

    /// Each execution allocates 2 MB: without release that would be 400 MB.
    @Test func executionsLeaveNothingBehind() throws {
        let text = String(repeating: "x", count: 1_000)
        func runs(_ count: Int) throws {
            for _ in 0..<count {
                let execution = try execution(of: texts, [.int(1_000), .string(text)])
                #expect(execution.advance() == .finished(.string(text + text)))
            }
        }
        try runs(10)
        let before = ProcessUsage.current().residentBytes ?? 0
        try runs(200)
        #expect((ProcessUsage.current().residentBytes ?? 0) - before < 100 << 20)
    }

    /// Long lists are sorted in pieces, so that a budget can end it; equal elements stay as they were to each other.
    @Test(arguments: [0, 1, 1_023, 1_024, 1_025, 5_000])
    func listsOfAnyLengthAreSorted(count: Int) throws {
        var numbers = SeededGenerator(seed: 5)
        let values = (0..<count).map { _ in Double(Int.random(in: -50...50, using: &numbers)) / 2 }
        let program = assemble(
            FunctionSource(
                parameters: [.list(.float)], registers: [.list(.float)], result: .list(.float),
                code: [
                    VMInstruction(.callBuiltin, a: 1, b: Builtin.sortedFloats.rawValue, arguments: [0]),
                    VMInstruction(.return, a: 1),
                ]))
        let execution = try execution(of: program, [.list(values.map(VMValue.float))])
        #expect(execution.advance() == .finished(.list(values.sorted().map(VMValue.float))))
    }

    @Test func usageIsCountedByKind() throws {
        let execution = try execution(of: lists, [.int(10)])
        #expect(execution.advance() == .finished(.int(40)))
        let allocated = execution.memory.allocated
        #expect(allocated[.lists] == .init(count: 10, bytes: 10 * 32))
        // 4, 8, 16, 32 and 64 slots.
        #expect(allocated[.elements] == .init(count: 50, bytes: 10 * 124 * 8))
        #expect(allocated[.texts] == nil)
        #expect((allocated[.stack]?.bytes ?? 0) > 0)
    }
}
