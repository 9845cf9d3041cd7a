// The listing of a program is complete and can be read.

import SerenaNetBytecode
import Testing

@Suite struct DisassemblyTests {
    @Test func showsTheWholeProgram() {
        #expect(
            Disassembly(of: sample).text == #"""
                program   tip
                source    tip.ftai (FTAI 2.0)
                sha256    abababababababababababababababababababababababababababababababab
                includes  a.ftai, sha256 01
                includes  b.ftai, sha256 02
                target    SerenaNet 1
                level     basic
                size      2 functions, 14 instructions, 18 words

                constants
                  k0     string  "Zoë says \"hi\"\n"
                  k1     float   100.0
                  k2     int     -7

                tasks
                  tip(bill:float, rate:float = 15.0) → tip  function 0  agent assistant
                    "tip on {bill:float}"
                    "trinkgeld für {bill:float}"
                  shown(amount:float)  function 1

                function 0: tip(r0:float, r1:float) → float
                  effects    says
                  registers  r0–r3 float, r4–r5 string
                    0  8     loadConstant     r3:float ← 100.0 (k1)
                    1  ·     mulFloat         r2:float ← r0:float, r1:float
                    2  ·     divFloat         r2:float ← r2:float, r3:float
                    3  9     call             r4:string ← shown(r2:float)
                    4  ·     loadConstant     r5:string ← "Zoë says \"hi\"\n" (k0)
                    5  ·     concatenate      r4:string ← (r5:string, r4:string, r5:string, r4:string, r4:string)
                    6  ·     say              r4:string
                    7        return           r2:float

                function 1: shown(r0:float) → string
                  effects    pure
                  registers  r0 float, r1 int, r2 string
                L1:
                    0  3     loadInt          r1:int ← 2
                    1  ·     addIntImmediate  r1:int ← r1:int, -1
                    2  4     jumpEqualInt     r1:int, r1:int → L2
                    3  ·     jump             → L1
                L2:
                    4  5     callBuiltin      r2:string ← round(r0:float, r1:int)
                    5  ·     return           r2:string
                """# + "\n")
    }

    @Test func showsEachSourceLineAboveItsCode() {
        let source = (1...9).map { "    line \($0)" }.joined(separator: "\n")
        let lines = Disassembly(of: sample, source: source).text.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("  ; ") } == [
                "  ; 8: line 8", "  ; 9: line 9", "  ; 3: line 3", "  ; 4: line 4", "  ; 5: line 5",
            ])
    }

    @Test func everyInstructionHasItsName() {
        for opcode in VMOpcode.allCases {
            var program = sample
            program.instructions[0] = VMInstruction(opcode, a: 9_999, b: 9_999, c: 9_999)
            #expect(
                Disassembly(of: program).text.contains(" \(opcode) ")
                    || Disassembly(of: program).text.contains(" \(opcode)\n"))
        }
    }

    @Test func linesAreFoundByInstruction() {
        #expect(sample.line(ofInstruction: 0) == 8)
        #expect(sample.line(ofInstruction: 7) == nil)
        #expect(sample.line(ofInstruction: 10) == 4)
        #expect(sample.line(ofInstruction: 14) == nil)
        #expect(sample.line(ofInstruction: -1) == nil)
    }
}
