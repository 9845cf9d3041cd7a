// What the passes believe of an operation agrees with the description of its instruction.

import SerenaNetBytecode
import Testing

@testable import FTAICompiler

@Suite struct OperationTableTests {
    /// Operations that blocks are made of: neither ends of blocks nor calls of the outside.
    private static let inner = VMOpcode.allCases.filter { opcode in
        opcode.signature.flow == .goesOn && opcode.operandShape.jumpPlace < 0
    }

    @Test(arguments: inner)
    func whatCanFailIsKnownToFail(opcode: VMOpcode) {
        // Compiled code has made every list and every map before it uses them.
        let fails = opcode.signature.faults.contains { $0 != .neverMade }
        #expect(opcode.properties.contains(.mayFail) == fails)
    }

    @Test(arguments: VMOpcode.allCases)
    func whatIsNoticedOutsideStays(opcode: VMOpcode) {
        let shape = opcode.operandShape
        if shape.flow == .suspends || shape.flow == .ends || shape.jumpPlace >= 0 {
            #expect(opcode.properties.contains(.isObserved))
        } else {
            #expect(!opcode.properties.contains(.isObserved))
        }
        #expect(opcode.properties.contains(.calls) == (shape.b == .function))
    }

    @Test(arguments: inner)
    func constantsReadNothing(opcode: VMOpcode) {
        let reads = opcode.signature.operands.contains { if case .read = $0 { true } else { false } }
        let isConstant = !reads && !opcode.operandShape.takesArguments
        #expect(opcode.properties.contains(.isConstant) == isConstant)
    }

    @Test(arguments: inner)
    func onlyOperandsOfOneTypeChangePlaces(opcode: VMOpcode) {
        let shape = opcode.operandShape
        if opcode.properties.contains(.commutes) { #expect(shape.b == shape.c) }
    }

    /// What reads or writes an element, or counts elements, depends on the heap, and what writes none of it does not.
    @Test(arguments: inner)
    func whatTakesAListOrAMapTouchesTheHeap(opcode: VMOpcode) {
        let signature = opcode.signature
        let takesContainer = signature.operands.contains {
            [.read(.listOfElement), .read(.mapOfElement), .read(.mapOfAny), .read(.intMapOfElement)].contains($0)
        }
        let touches = !opcode.properties.intersection([.readsHeap, .writesHeap]).isEmpty
        if takesContainer { #expect(touches) }
        // Without a result, it must be something else that it is there for.
        if case .read = signature.a { #expect(opcode.properties.contains(.writesHeap)) }
    }
}
