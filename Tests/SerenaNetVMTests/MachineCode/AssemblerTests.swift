// Both assemblers write what other assemblers write.

import Testing

@testable import SerenaNetVM

@Suite struct AssemblerTests {
    /// The bytes of an operation; jumps to `behind` go to its end.
    private func bytes<A: CodeAssembler>(_ encoding: Encoding<A>) -> [UInt8]? {
        var assembler = A()
        let behind = assembler.buffer.makeLabel()
        let entrances = CodeEntrances(enter: behind, exit: behind, slow: behind, refuel: behind)
        encoding.emit(&assembler, behind, entrances)
        assembler.buffer.bind(behind)
        return assembler.finish()
    }

    private func bytes(_ text: String) -> [UInt8] {
        text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }

    @Test func operationsOfX86HaveTheirEncodings() {
        for encoding in Encoding<X86Assembler>.all {
            #expect(bytes(encoding) == bytes(encoding.x86Bytes), "\(encoding.x86)")
        }
    }

    @Test func operationsOfARMHaveTheirEncodings() {
        for encoding in Encoding<ARMAssembler>.all {
            #expect(bytes(encoding) == bytes(encoding.armBytes), "\(encoding.arm)")
        }
    }

    @Test func labelsThatNobodyBindsAreRefused() {
        var assembler = X86Assembler()
        assembler.jump(assembler.buffer.makeLabel())
        #expect(assembler.finish() == nil)
    }

    @Test func jumpsThatAreTooFarAreRefused() {
        var assembler = ARMAssembler()
        let label = assembler.buffer.makeLabel()
        assembler.jump(on: .equal, label)
        for _ in 0..<(1 << 18) { assembler.emit(0xD503_201F) }
        assembler.buffer.bind(label)
        #expect(assembler.finish() == nil)
    }
}
