// What the compiler keeps in little memory means the same as its plain form.

import FTAI
import SerenaNetBytecode
import Testing

@testable import FTAICompiler

@Suite struct CompactFormTests {
    @Test(arguments: 0...8)
    func aListOfValuesIsTheSameAsAnArray(count: Int) {
        let plain = (0..<count).map { $0 * 7 }
        var list = IRValueList(plain)
        #expect(Array(list) == plain)
        #expect(list.isEmpty == plain.isEmpty)
        list.append(99)
        #expect(Array(list) == plain + [99])
        for index in list.indices { list[index] += 1 }
        #expect(Array(list) == (plain + [99]).map { $0 + 1 })
        #expect(Array(list + [5]) == (plain + [99]).map { $0 + 1 } + [5])
        #expect(list == IRValueList((plain + [99]).map { $0 + 1 }[...]))
    }

    @Test func rangesThatTouchBecomeOneAndOthersStayApart() throws {
        let source = Programs.task("var a = 1\nvar b = 2\nif a > b\n  a = b\nend\nsay a + b")
        let program = CheckedProgram(FTAISource(file: "test.ftai", text: source)).intermediateForm()
        let function = try #require(program.functions.first)
        var ranges = LiveRanges(CodeOutline(function))
        let given = ranges.first.indices.filter { ranges.first[$0] >= 0 }
        for left in given {
            #expect(ranges.intersect(ranges.first[left], ranges.first[left]))
            for right in given {
                #expect(
                    ranges.intersect(ranges.first[left], ranges.first[right])
                        == ranges.intersect(ranges.first[right], ranges.first[left]))
            }
        }
        let apart = given.flatMap { left in given.map { (left, $0) } }.first { pair in
            !ranges.intersect(ranges.first[pair.0], ranges.first[pair.1])
        }
        let (left, right) = try #require(apart)
        var segment = ranges.merge(ranges.first[left], ranges.first[right])
        while segment >= 0 {
            let this = ranges.segments[Int(segment)]
            #expect(this.start < this.end)
            if this.next >= 0 { #expect(this.end < ranges.segments[Int(this.next)].start) }
            segment = this.next
        }
    }

    @Test(arguments: OptimizationLevel.allCases)
    func aMinusInFrontOfANumberIsAPartOfIt(level: OptimizationLevel) throws {
        let text = Programs.task("say -0.5\nsay -3")
        let program = try FTAICompiler().compileWithOptimization(
            FTAISource(file: "test.ftai", text: text), level: level
        ).bytecode
        #expect(!program.instructions.contains { $0.opcode == .negFloat || $0.opcode == .negInt })
        #expect(try Programs.run(text, level: level).said == ["-0.5", "-3"])
    }

    @Test(arguments: VMOpcode.allCases)
    func theShapeOfAnInstructionIsThatOfItsSignature(opcode: VMOpcode) {
        let (shape, signature) = (opcode.operandShape, opcode.signature)
        #expect([shape.a, shape.b, shape.c] == [signature.a, signature.b, signature.c])
        #expect(shape.more == signature.more.count && shape.effect == signature.effect)
        let kinds = [signature.a, signature.b, signature.c] + signature.more
        #expect(shape.jumpPlace < 0 ? !kinds.contains(.jump) : kinds[shape.jumpPlace] == .jump)
    }
}
