// A program survives its binary form, and nothing else is taken for one.

import Crypto
import SerenaNetBytecode
import Testing

@Suite struct BinaryFormTests {
    @Test func readsWhatItWrote() throws {
        #expect(try FTAIBytecode(decoding: sample.encoded()) == sample)
        var plain = sample
        plain.compiledAt = nil
        plain.metadata.dependencies = [:]
        plain.tasks[0].inputs[1].defaultValue = .list([.int(1), .list([.null, .bool(true), .string("é")])])
        plain.functions[0].registers.append(.list(.optional(.list(.optional(.list(.optional(.string)))))))
        plain.functions[0].file = "b.ftai"
        plain.functions[0].registers += [.any, .map(.list(.any))]
        plain.functions[0].handlers = [
            FaultHandler(range: 1..<3, target: 4, message: 4), FaultHandler(range: -2..<9, target: -1, kind: 7),
        ]
        plain.tasks[0].inputs[0].defaultValue = .map([
            VMMapEntry(key: "é", value: .map([])), .init(key: "", value: .null),
        ])
        #expect(try FTAIBytecode(decoding: plain.encoded()) == plain)
        #expect(Disassembly(of: plain).text.contains("catches    1–2 → L2, message in r4:string"))
    }

    /// The format can hold also what the verifier refuses, so that a broken program can be looked at.
    @Test func readsBackWhatIsNotSafe() throws {
        var broken = sample
        broken.functions[0].code = -5..<99
        broken.functions[0].parameterCount = -1
        broken.instructions[0].arguments = [1, 2, 3]
        broken.instructions[3].c = 77
        broken.tasks[0].function = .max
        #expect(try FTAIBytecode(decoding: broken.encoded()) == broken)
    }

    @Test func theSameProgramGivesTheSameBytes() {
        var other = sample
        other.metadata.dependencies = [:]
        for (key, value) in [("a.ftai", "01"), ("b.ftai", "02")] { other.metadata.dependencies[key] = value }
        #expect(other.encoded() == sample.encoded())
    }

    @Test func refusesEveryCut() {
        let bytes = sample.encoded()
        for length in 0..<bytes.count {
            #expect(throws: BytecodeFormatError.self) { try FTAIBytecode(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: BytecodeFormatError.self) { try FTAIBytecode(decoding: bytes + [0]) }
    }

    @Test func refusesEveryFlippedBit() {
        let bytes = sample.encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= UInt8(1 << (index % 8))
            #expect(throws: BytecodeFormatError.self) { try FTAIBytecode(decoding: damaged) }
        }
    }

    /// With a hash that fits, the reader itself meets the damage: it may refuse it or read another program, but never trap.
    @Test func meetsDamageWithAFittingHash() {
        let content = Array(sample.encoded().dropLast(32))
        var numbers = SeededNumbers(state: 7)
        var refused = 0
        for _ in 0..<3_000 {
            var damaged = content
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                damaged[Int.random(in: 6..<damaged.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            if Bool.random(using: &numbers) { damaged.removeLast(Int.random(in: 1...200, using: &numbers)) }
            do throws(BytecodeFormatError) {
                let program = try FTAIBytecode(decoding: damaged + SHA256.hash(data: damaged))
                // Whatever it is now: it can be verified and shown.
                _ = try? BytecodeVerifier.verify(program)
                #expect(!Disassembly(of: program).text.isEmpty)
            } catch {
                #expect(error.offset <= damaged.count)
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }

    @Test(
        arguments: [
            ([], BytecodeFormatError.Reason.notBytecode),
            (Array("@ftai v2.0\n".utf8), .notBytecode),
            ([0x89, 0x46, 0x54, 0x42], .truncated),
            ([0x89, 0x46, 0x54, 0x42] + Array(repeating: 0xFF, count: 64), .unsupportedVersion(0xFFFF)),
            ([0x89, 0x46, 0x54, 0x42, 4, 0] + Array(repeating: 0, count: 64), .damaged),
        ] as [([UInt8], BytecodeFormatError.Reason)])
    func saysWhatIsWrong(bytes: [UInt8], reason: BytecodeFormatError.Reason) {
        let error = #expect(throws: BytecodeFormatError.self) { try FTAIBytecode(decoding: bytes) }
        #expect(error?.reason == reason)
    }

    @Test func refusesATypeThatIsNestedTooDeep() {
        var deep = ValueType.int
        for _ in 0..<ValueType.maximumDepth { deep = .list(deep) }
        var program = sample
        program.functions[0].registers.append(deep)
        let error = #expect(throws: BytecodeFormatError.self) { try FTAIBytecode(decoding: program.encoded()) }
        #expect(error?.reason == .nestedTooDeep)
    }

    @Test func refusesAnInventedCount() {
        var content = Array(sample.encoded().dropLast(32))
        // The length of the first text of the header, behind magic, version, section tag and section length.
        for index in 12..<16 { content[index] = 0xFF }
        let error = #expect(throws: BytecodeFormatError.self) {
            try FTAIBytecode(decoding: content + SHA256.hash(data: content))
        }
        #expect(error?.reason == .countTooLarge(.max))
    }
}
