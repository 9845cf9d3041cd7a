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
        var chains: [Int] = []
        for value in ranges.first.indices where ranges.first[value] >= 0 { chains.append(ranges.first[value]) }
        var apart: (Int, Int)?
        for left in chains {
            for right in chains {
                let (forth, back) = (ranges.intersect(left, right), ranges.intersect(right, left))
                #expect(forth == back && (left != right || forth))
                if !forth, apart == nil { apart = (left, right) }
            }
        }
        let (left, right) = try #require(apart)
        var segment = ranges.merge(left, right)
        while segment >= 0 {
            let this = ranges.segments[segment]
            #expect(this.start < this.end)
            let next = this.next < 0 ? nil : ranges.segments[Int(this.next)].start
            if let next { #expect(this.end < next) }
            segment = Int(this.next)
        }
    }

    @Test func aLoopBetweenNumbersHasNoLookInFrontOfIt() {
        let program = Intermediate.program("for i in 1..3\n  say i\nend")
        #expect(Intermediate.problems(program).isEmpty)
        let branches = program.functions[0].blocks.filter { if case .branch = $0.terminator { true } else { false } }
        #expect(branches.count == 1, "\(Intermediate.text(program))")
    }

    @Test(
        arguments: [
            ("1..3", "continue", "7"), ("1..3", "break", "5"), ("3..1", "sum = 9", "1"), ("2..2", "sum = 9", "9"),
            ("9223372036854775806..9223372036854775807", "sum = i", "9223372036854775807"),
        ], OptimizationLevel.allCases)
    func aLoopBetweenNumbersRunsAsOftenAsThereAreNumbers(
        example: (range: String, then: String, says: String), level: OptimizationLevel
    ) throws {
        let code = """
            var sum = 1
            for i in \(example.range)
              if i < 4
                sum = sum + 2
                if i > 1
                  \(example.then)
                end
              else
                \(example.then)
              end
            end
            say sum
            """
        #expect(try Programs.run(Programs.task(code), level: level).said == [example.says])
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
