// Programs that are left in front of a request and go on from bytes, and bytes that somebody has changed.

import Crypto
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct SnapshotTests {
    /// Has everything in its registers that a register can hold, calls within calls, failures that are caught, and calls of
    /// tools that are made together.
    private static let everything = """
        @ftai v2.0
        @tool echo
        @agent friend
        @end
        @task main
          @input names:list<string> ["Ann", "é"]
          @output report:string
          @do
            let rows = [[1, 2], [3]]
            let same = rows[0]
            let groups: map<string, list<string>> = [:]
            groups["tea"] = names
            groups[""] = []
            let numbered = [7: names, -1: []]
            remove(numbered, 7)
            numbered[7919] = names
            let squares: map<int, int> = [:]
            for n in 1..5
              squares[n] = n * n
            end
            let bag: map<string, any> = ["big": 4611686018427387904, "small": -3, "pi": 3.5, "yes": true, "": null]
            bag["text"] = ""
            bag["names"] = names
            bag["me"] = bag
            let limit: int? = 7
            let nothing = recall "nothing"
            parallel
              let first = call echo(city: "Paris", days: 2)
              let second = ask friend("and {names[1]}?")
            end
            for n in 1..3
              try
                say "{inner(n, rows)} {limit ?? 0}"
              catch message, kind
                say "{kind}: {message}"
              end
            end
            var text = ""
            for n in 1..4000
              text = "{slice(text, 0, 50)}{n}"
            end
            append(same, 100)
            let still = field(field(field(bag, "me"), "me"), "big") as int ?? 0
            say "{to_json(first)} {second} {nothing ?? "nothing"} {join(groups["tea"] ?? [], "+")} {count(groups)}"
            say "{to_json(numbered)} {squares[4] ?? 0} {sum(keys(squares))}"
            return "{sum(rows[0])} {still} {text} {field(bag, "pi") as float ?? 0.0}"
          @end
        @end
        @task inner
          @input depth:int
          @input rows:list<list<int>>
          @output value:int
          @do
            let answer = call echo(n: depth)
            append(rows[0], depth)
            if depth == 2
              fail "{to_json(answer)} is too deep"
            end
            try
              say "{10 / (depth - 1)}"
            catch
              remember "depth" = "{depth}"
            end
            return sum(rows[0])
          @end
        @end
        """

    private static let budgets = PerformanceRequirements(maxInstructions: 200_000, maxMemoryUsage: 1 << 20)

    private static func answer(to request: HostRequest) -> HostAnswer {
        switch request {
        case .callTool(_, let arguments): .returned(.map(arguments))
        case .askAgent(_, let question): .returned(.string(question))
        case .together(let requests): .together(requests.map(answer))
        default: .done
        }
    }

    private static func program(_ level: OptimizationLevel) throws -> LoadedProgram {
        try LoadedProgram(Programs.compile(everything, level: level))
    }

    private static func execution(of program: LoadedProgram) throws -> Execution {
        try Execution(of: "main", in: program, requirements: budgets, clock: FrozenClock())
    }

    private static func resumed(_ bytes: [UInt8], _ program: LoadedProgram) throws(SnapshotError) -> Execution {
        try Execution(
            resuming: ExecutionSnapshot(bytes: bytes), of: program, atMost: budgets, clock: FrozenClock())
    }

    /// All that a program asks for from where it is, and its end.
    private static func rest(of execution: Execution) -> [String] {
        var seen: [String] = []
        var step = execution.pendingRequest.map(Execution.Step.suspended) ?? execution.advance()
        while case .suspended(let request) = step, seen.count < 50 {
            seen.append("\(request)")
            step = execution.advance(with: answer(to: request))
        }
        return seen + ["\(step)"]
    }

    /// Snapshots at each request of the program.
    private static func snapshots(of program: LoadedProgram) throws -> [[UInt8]] {
        let execution = try execution(of: program)
        var snapshots: [[UInt8]] = []
        var step = execution.advance()
        while case .suspended(let request) = step {
            snapshots.append(try execution.snapshot().bytes)
            step = execution.advance(with: answer(to: request))
        }
        return snapshots
    }

    private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let content = bytes.dropLast(32)
        return content + Array(SHA256.hash(data: content))
    }

    // MARK: Going on

    @Test(arguments: OptimizationLevel.allCases)
    func aProgramGoesOnAsIfItHadNeverBeenLeft(level: OptimizationLevel) throws {
        let program = try Self.program(level)
        let plain = try Self.execution(of: program)
        let expected = Self.rest(of: plain)
        try #require(expected.count > 8)
        #expect(expected.last?.contains("finished") == true)
        var seen: [String] = []
        var execution = try Self.execution(of: program)
        var step = execution.advance()
        while case .suspended(let request) = step {
            seen.append("\(request)")
            // It goes on somewhere else each time, where it was verified anew.
            execution = try Self.resumed(execution.snapshot().bytes, Self.program(level))
            #expect(execution.pendingRequest == request)
            step = execution.advance(with: Self.answer(to: request))
        }
        #expect(seen + ["\(step)"] == expected)
        #expect(execution.instructionsExecuted == plain.instructionsExecuted)
        #expect(execution.memory.allocated[.lists] == plain.memory.allocated[.lists])
    }

    @Test func theSameStateGivesTheSameBytesAndTakingThemChangesNothing() throws {
        let program = try Self.program(.basic)
        for bytes in try Self.snapshots(of: program) {
            let execution = try Self.resumed(bytes, program)
            #expect(try execution.snapshot() == execution.snapshot())
        }
        #expect(try Self.snapshots(of: program) == Self.snapshots(of: program))
    }

    @Test func onlyAProgramThatWaitsHasASnapshot() throws {
        let execution = try Self.execution(of: Self.program(.basic))
        #expect(throws: SnapshotError(.notSuspended)) { try execution.snapshot() }
        _ = Self.rest(of: execution)
        #expect(throws: SnapshotError(.notSuspended)) { try execution.snapshot() }
    }

    @Test func budgetsCountFromTheBeginning() throws {
        let program = try Self.program(.none)
        let bytes = try #require(try Self.snapshots(of: program).first)
        let whole = try Self.resumed(bytes, program)
        let before = whole.instructionsExecuted
        _ = Self.rest(of: whole)
        var limits = Self.budgets
        limits.maxInstructions = before + 10
        let short = try Execution(
            resuming: ExecutionSnapshot(bytes: bytes), of: program, atMost: limits, clock: FrozenClock())
        #expect(Self.rest(of: short).last?.contains("instructions") == true)
        limits.maxMemoryUsage = 2_000
        #expect(throws: SnapshotError.self) {
            try Execution(
                resuming: ExecutionSnapshot(bytes: bytes), of: program, atMost: limits, clock: FrozenClock())
        }
    }

    // MARK: Bytes of others

    @Test func anotherProgramIsRefusedAndAnotherPlaceOfItIsNot() throws {
        let bytes = try #require(try Self.snapshots(of: Self.program(.basic)).first)
        let changed = Self.everything.replacingOccurrences(of: "3.5", with: "3.25")
        let other = try LoadedProgram(Programs.compile(changed, level: .basic))
        #expect { try Self.resumed(bytes, other) } throws: { ($0 as? SnapshotError)?.reason == .otherProgram }
        var moved = try Programs.compile(Self.everything, level: .basic)
        moved.metadata.sourceFile = "elsewhere/test.ftai"
        #expect(try Self.resumed(bytes, LoadedProgram(moved)).pendingRequest != nil)
    }

    @Test func damageIsFound() throws {
        let program = try Self.program(.basic)
        let bytes = try #require(try Self.snapshots(of: program).dropFirst(3).first)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            #expect(throws: SnapshotError.self) { try Self.resumed(damaged, program) }
            #expect(throws: SnapshotError.self) { try Self.resumed(Array(bytes.prefix(index)), program) }
        }
    }

    /// Somebody who makes the hash right can write any state; what is let in must be one that the program can have.
    @Test func everyByteThatIsChangedOnPurposeIsRefusedOrHarmless() throws {
        let program = try Self.program(.performance)
        let all = try Self.snapshots(of: program)
        var accepted = 0
        for (number, bytes) in all.enumerated() where number % 4 == 3 {
            for index in bytes.indices.dropLast(32) {
                var changed = bytes
                changed[index] ^= 1 << UInt8((index + number) % 8)
                guard let execution = try? Self.resumed(Self.sealed(changed), program) else { continue }
                accepted += 1
                #expect(throws: Never.self) { try Self.resumed(execution.snapshot().bytes, program) }
                if index % 8 == 0 { _ = Self.rest(of: execution) }
            }
        }
        #expect(accepted > 100)
    }

    @Test func whatIsCutOnPurposeIsRefused() throws {
        let program = try Self.program(.basic)
        let bytes = try #require(try Self.snapshots(of: program).dropFirst(2).first)
        for count in bytes.indices.dropLast(32) {
            #expect(throws: SnapshotError.self) {
                try Self.resumed(Self.sealed(bytes.prefix(count) + [UInt8](repeating: 0, count: 32)), program)
            }
        }
    }

    @Test func aRefusalSaysWhereAndWhy() throws {
        let program = try Self.program(.basic)
        let bytes = try #require(try Self.snapshots(of: program).first)
        func refusal(_ change: (inout [UInt8]) -> Void) -> String {
            var changed = bytes
            change(&changed)
            do {
                _ = try Self.resumed(Self.sealed(changed), program)
                return "none"
            } catch { return "\(error)" }
        }
        #expect(refusal { $0[0] = 0 } == "it does not begin as a snapshot does (at byte 0)")
        #expect(refusal { $0[4] = 9 } == "snapshot version 9, where version 2 is needed (at byte 4)")
        #expect(refusal { $0[6] ^= 1 } == "it was taken of another program (at byte 6)")
        #expect(refusal { $0[38] = 77 } == "77 is no possible task (at byte 38)")
        let frames = 4 + 2 + 32 + 4 + 34 + 22 * 8
        #expect(refusal { $0[frames + 3] = 1 }.hasSuffix("more than there are bytes for (at byte \(frames))"))
        #expect(
            refusal { $0[frames + 8] ^= 1 }.hasPrefix("the program cannot have this call open: it does not wait")
                || refusal { $0[frames + 8] ^= 1 }.contains("is no possible instruction"))
        #expect(
            refusal { $0[frames + 12] = 0xF0 } == "a slot holds no value of type list<string> (at byte \(frames + 12))")
    }
}
