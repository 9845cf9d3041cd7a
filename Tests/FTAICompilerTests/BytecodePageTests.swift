// The page about the bytecode is held to the instruction set.

import Foundation
import SerenaNetBytecode
import Testing

@Suite struct BytecodePageTests {
    @Test func theTableOfInstructionsIsComplete() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/bytecode.md"), encoding: .utf8)
        #expect(page.contains(VMOpcode.referenceTable), "the table should be:\n\(VMOpcode.referenceTable)")
    }
}
