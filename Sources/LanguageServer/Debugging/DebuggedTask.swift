// The task that an editor debugs: its program, its variables, and where its instructions stand.

import FTAI
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

/// A task with everything that an editor can look at.
final class DebuggedTask {
    let subject: DebugSubject
    private(set) var debugger: Debugger
    private let evaluator: ExpressionEvaluator
    private let clock: any EngineClock
    private let files: any IncludedFiles

    /// The breakpoints by the numbers that the editor knows them by.
    var placed: [Int: (breakpoint: PlacedBreakpoint, owner: BreakpointOwner)] = [:]
    /// The numbers that the debugger knows the places of an owner by.
    var numbers: [BreakpointOwner: [Int]] = [:]
    /// The breakpoint, and which of its places, of each of the debugger's numbers.
    var owners: [Int: (breakpoint: Int, place: Int)] = [:]
    var lastBreakpoint = 0
    var lastNumber = 0

    /// - Throws: when the task cannot take its inputs.
    init(
        _ subject: DebugSubject, clock: any EngineClock, files: any IncludedFiles, interruption: Interruption
    ) throws(VMError) {
        self.subject = subject
        self.clock = clock
        self.files = files
        evaluator = subject.evaluator(clock: clock)
        debugger = try subject.debugger(clock: clock, interruption: interruption)
    }

    /// Begins anew, with the same breakpoints.
    func restart() throws(VMError) {
        debugger = try subject.debugger(clock: clock, interruption: debugger.interruption)
        restoreBreakpoints()
    }

    var bytecode: FTAIBytecode { debugger.bytecode }

    // MARK: Documents

    func canonicalPath(_ path: String) -> String { files.canonicalPath(of: path) ?? path }

    /// A document as an editor opens it.
    func document(_ file: String) -> DocumentPath {
        let path = URL(filePath: file).standardized.path(percentEncoded: false)
        return DocumentPath(name: path.split(separator: "/").last.map(String.init), path: path)
    }

    // MARK: Values

    /// The open calls, the innermost first.
    var frames: [DebugFrame] { debugger.frames }

    func value(of expression: String, in frame: DebugFrame?) throws(EvaluationError) -> VMValue {
        let variables = frame.map { subject.variables(of: $0, in: debugger) } ?? []
        return try evaluator.value(of: expression, with: variables)
    }

    // MARK: Instructions

    /// The name of an instruction among all of the program: the editor treats it as an address.
    func reference(to position: CodePosition) -> String {
        "0x" + String(bytecode.functions[position.function].code.lowerBound + position.instruction, radix: 16)
    }

    /// The number of an instruction in the program, by its name; it need not exist.
    static func number(ofReference reference: String) -> Int? {
        reference.hasPrefix("0x") ? Int(reference.dropFirst(2), radix: 16) : Int(reference)
    }

    func position(ofReference reference: String, offset: Int) -> CodePosition? {
        guard let number = Self.number(ofReference: reference) else { return nil }
        let (sum, overflows) = number.addingReportingOverflow(offset)
        return overflows ? nil : position(ofNumber: sum)
    }

    private func position(ofNumber number: Int) -> CodePosition? {
        bytecode.functions.firstIndex { $0.code.contains(number) }.map {
            CodePosition(function: $0, instruction: number - bytecode.functions[$0].code.lowerBound)
        }
    }

    /// Instructions from a number on; where there is none, one that says so.
    func instructions(from first: Int, count: Int) -> [InstructionsBody.Instruction] {
        let disassembly = Disassembly(of: bytecode)
        var listings: [Int: [String]] = [:]
        return (0..<count).map { index in
            let (number, overflows) = first.addingReportingOverflow(index)
            let address = "0x" + String(max(0, number), radix: 16)
            guard !overflows, let position = position(ofNumber: number) else {
                return .init(address: address, instruction: "", presentationHint: "invalid")
            }
            let function = bytecode.functions[position.function]
            let listing = listings[position.function] ?? disassembly.instructions(ofFunction: position.function)
            listings[position.function] = listing
            let text = listing.indices.contains(position.instruction) ? listing[position.instruction] : ""
            let trimmed = text.drop { $0 == " " }
            return .init(
                address: address, instruction: String(trimmed), symbol: position.instruction == 0 ? function.name : nil,
                location: document(function.file ?? bytecode.metadata.sourceFile),
                line: function.line(at: position.instruction))
        }
    }
}
