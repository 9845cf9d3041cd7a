// What has much to do is stopped by the time budget before it is done.

import Instrumentation
import SerenaNetBytecode
import Testing

@testable import SerenaNetVM

@Suite struct PiecewiseWorkTests {
    /// The clock goes on only when it is looked at, and the function alone has to look at it more often than the budget allows.
    private static let requirements = PerformanceRequirements(
        maxExecutionTime: .milliseconds(10), maxMemoryUsage: 1 << 28)

    /// - Parameter index: of the case, which is too long to be described.
    @Test(arguments: BuiltinCase.long.indices)
    func aLongFunctionIsStopped(index: Int) throws {
        let testCase = BuiltinCase.long[index]
        let step = try run(
            testCase.program, testCase.arguments, requirements: Self.requirements,
            clock: SteppingClock(step: .milliseconds(1)))
        let isStopped = step == .failed(.executionTimeout(duration: .milliseconds(11)))
        #expect(isStopped, "\(testCase.builtin)")
    }

    @Test(arguments: [
        VMInstruction(.equalString, a: 2, b: 0, c: 1), VMInstruction(.lessString, a: 2, b: 0, c: 1),
        VMInstruction(.concatenate, a: 0, arguments: [0, 1]), VMInstruction(.joinAsText, a: 0, arguments: [0, 1]),
    ])
    func aLongInstructionIsStopped(_ instruction: VMInstruction) throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string, .string], registers: [.bool],
                code: [instruction, VMInstruction(.returnNothing)]))
        let text = VMValue.string(String(repeating: "x", count: 4_000_000))
        let step = try run(
            program, [text, text], requirements: Self.requirements, clock: SteppingClock(step: .milliseconds(1)))
        #expect(step == .failed(.executionTimeout(duration: .milliseconds(11))))
    }

    @Test func aMapOfIntsThatFindsNoTimeToGrowStaysAsItIs() throws {
        let heap = Heap(limit: 1 << 24, clock: SteppingClock())
        let map = try #require(heap.makeIntMap(capacity: 20_000, ofReferences: false))
        for key in 0..<Int64(20_000) { map.append(key, value: UInt64(key), place: map.find(key).place) }
        let used = heap.used
        var work = 0
        let hasGrown = heap.makeRoom(in: map, for: 40_000) { bytes in
            work += bytes
            return work < 1_000_000
        }
        #expect(!hasGrown)
        #expect(heap.used == used)
        #expect((0..<Int64(20_000)).allSatisfy { map.find($0).index == Int($0) })
        #expect(heap.makeRoom(in: map, for: 40_000))
        #expect((0..<Int64(20_000)).allSatisfy { map.find($0).index == Int($0) })
    }

    @Test func aMapThatFindsNoTimeToGrowStaysAsItIs() throws {
        let heap = Heap(limit: 1 << 24, clock: SteppingClock())
        let map = try #require(heap.makeMap(capacity: 4, ofReferences: false))
        map.append(HeapText(nil), hash: HeapText(nil).hash, value: 7, place: 0)
        let used = heap.used
        #expect(!heap.makeRoom(in: map, for: 40_000) { _ in false })
        #expect(heap.used == used)
        #expect((map.used, map.count, map.capacity) == (1, 1, 4))
        #expect(map.value(at: 0) == 7)
    }
}

extension BuiltinCase {
    /// Each has at least 3 MB of bytes or elements to go through, or as much work in characters.
    static let long = longTexts + longSearches + longLists

    private static let plain = VMValue.string(String(repeating: "x", count: 4_000_000))
    private static let almostPlain = VMValue.string(String(repeating: "x", count: 3_999_999) + "y")
    private static let accented = VMValue.string(String(repeating: "é", count: 200_000))
    private static let blanks = VMValue.string(String(repeating: " ", count: 4_000_000))
    private static let marks = VMValue.string("x" + String(repeating: "\u{301}", count: 200_000))

    private static let longTexts = [
        BuiltinCase(.length, plain, gives: .null), BuiltinCase(.length, accented, gives: .null),
        BuiltinCase(.length, marks, gives: .null),
        BuiltinCase(.length, .string(String(repeating: "👨‍👩‍👧", count: 40_000)), gives: .null),
        BuiltinCase(.uppercase, plain, gives: .null), BuiltinCase(.uppercase, accented, gives: .null),
        BuiltinCase(.lowercase, accented, gives: .null),
        BuiltinCase(.trim, blanks, gives: .null), BuiltinCase(.trim, marks, gives: .null),
        BuiltinCase(.trim, .string("x" + String(repeating: "\n", count: 4_000_000)), gives: .null),
        BuiltinCase(.parseInt, blanks, gives: .null),
        BuiltinCase(.parseInt, .string(String(repeating: "0", count: 4_000_000)), gives: .null),
        BuiltinCase(.parseFloat, .string(String(repeating: "0", count: 4_000_000)), gives: .null),
        BuiltinCase(.sliceText, accented, .int(1), .int(190_000), gives: .null),
        BuiltinCase(.indexOfText, .string(String(repeating: "é", count: 200_000) + "x"), .string("x"), gives: .null),
        BuiltinCase(.repeatText, .string("x"), .int(4_000_000), gives: .null),
        BuiltinCase(.padStart, accented, .int(300_000), gives: .null),
        BuiltinCase(.padEnd, .string(""), .int(4_000_000), gives: .null),
        BuiltinCase(.split, accented, .string(""), gives: .null),
        BuiltinCase(.formatTime, .int(0), plain, gives: .null),
        BuiltinCase(.formatTime, .int(0), .string(String(repeating: "YYYY", count: 100_000)), gives: .null),
        BuiltinCase(.parseJSON, .string(String(repeating: " ", count: 400_000)), gives: .null),
        BuiltinCase(.parseJSON, .string("\"" + String(repeating: "x", count: 400_000) + "\""), gives: .null),
        BuiltinCase(.parseJSON, .string("[" + String(repeating: "1,", count: 200_000) + "1]"), gives: .null),
        BuiltinCase(.toJSON, .list([plain]), gives: .null),
        BuiltinCase(.toJSON, .list(Array(repeating: .int(1), count: 400_000)), gives: .null),
    ]

    private static let longSearches = [
        BuiltinCase(.contains, plain, .string("y"), gives: .null),
        BuiltinCase(.contains, .string(String(repeating: "x", count: 200_000)), .string("xy"), gives: .null),
        BuiltinCase(.contains, plain, .string(String(repeating: "x", count: 40) + "y"), gives: .null),
        BuiltinCase(.contains, plain, plain, gives: .null),
        BuiltinCase(.startsWith, plain, almostPlain, gives: .null),
        BuiltinCase(.endsWith, plain, plain, gives: .null),
        BuiltinCase(.replace, .string(String(repeating: "x", count: 200_000)), .string("x"), plain, gives: .null),
        BuiltinCase(.split, .string(String(repeating: "x", count: 200_000)), .string("x"), gives: .null),
        BuiltinCase(.join, .list([plain, plain]), .string(""), gives: .null),
        BuiltinCase(.containsText, .list([plain, plain]), almostPlain, gives: .null),
        BuiltinCase(.indexOfTextInList, .list([plain, plain]), almostPlain, gives: .null),
        BuiltinCase(.sortedTexts, .list([plain, plain, almostPlain]), gives: .null),
        BuiltinCase(.hasKey, .map([VMMapEntry(key: "a", value: .int(1))]), plain, gives: .null),
    ]

    private static let million = VMValue.list(Array(repeating: .int(1), count: 1_000_000))

    private static let longLists = [
        BuiltinCase(.sliceList, million, .int(0), .int(1_000_000), gives: .null),
        BuiltinCase(.reversed, million, gives: .null),
        BuiltinCase(.insert, million, .int(0), .int(1), gives: .null),
        BuiltinCase(.removeAt, million, .int(0), gives: .null),
        BuiltinCase(.sumInts, million, gives: .null),
        BuiltinCase(.sumFloats, .list(Array(repeating: .float(1), count: 1_000_000)), gives: .null),
        BuiltinCase(.containsInt, million, .int(2), gives: .null),
        BuiltinCase(.indexOfInt, million, .int(2), gives: .null),
    ]
}
