// Decides in front of which instruction a debugged program stops.

import SerenaNetBytecode
import Synchronization

/// Asks a debugged program to stop, from any thread.
public final class Interruption: Sendable {
    private let isWanted = Atomic(false)

    public init() {}

    /// The program stops before its next instruction.
    public func request() {
        isWanted.store(true, ordering: .relaxed)
    }

    /// Takes a request back that has not been followed yet.
    public func clear() {
        isWanted.store(false, ordering: .relaxed)
    }

    var isRequested: Bool { isWanted.load(ordering: .relaxed) }
}

/// Pauses a program at breakpoints, behind steps, and on request.
final class StepControl: InstructionObserver {
    static var isActive: Bool { true }

    enum Reason {
        case breakpoint, step, line, interruption
    }

    /// Lines at which to stop whenever control comes to them; by line.
    var lineStops: [Bool] = []
    /// Instructions before which to stop; by word.
    var wordStops: [Bool]
    /// Whether to stop at every line, be it only for a moment.
    var reportsLines = false
    /// Why the program was paused last.
    private(set) var reason = Reason.step

    /// Whether the plan would have ended where the program was paused last.
    private(set) var isPlanFulfilled = false

    private let interruption: Interruption
    private let code: UnsafeRawPointer
    /// The source line of each word; 0 for none.
    private let lines: [UInt32]
    /// Whether each word comes from the main document, whose lines breakpoints name.
    private let isMain: [Bool]
    /// The line that was executed last in each open call; by depth.
    private var lineAtDepth: [UInt32] = [0]
    private var lastDepth = 0
    private var wasCaught = false
    /// Whether the next instruction is the one at which the program was paused.
    private var isResuming = false
    private var plan = Debugger.Plan.run
    private var planDepth = 0

    init(program: LoadedProgram, interruption: Interruption) {
        self.interruption = interruption
        code = UnsafeRawPointer(program.code)
        var lines: [UInt32] = [0]
        var isMain = [true]
        for function in program.bytecode.functions {
            for (position, instruction) in program.bytecode.instructions(of: function).enumerated() {
                let line = UInt32(truncatingIfNeeded: function.line(at: position) ?? 0)
                for _ in 0..<instruction.wordCount {
                    lines.append(line)
                    isMain.append(function.file == nil)
                }
            }
        }
        self.lines = lines
        self.isMain = isMain
        wordStops = [Bool](repeating: false, count: lines.count)
    }

    /// - Parameter depth: of the calls that are open where the plan begins.
    func follow(_ plan: Debugger.Plan, fromDepth depth: Int) {
        self.plan = plan
        planDepth = depth
    }

    func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool {
        let word = (pc - code) >> 3
        let line = lines[word]
        while lineAtDepth.count <= depth { lineAtDepth.append(0) }
        // Behind a call, control is back on the line of the call, which is no arrival.
        let arrives = line != 0 && (depth > lastDepth || line != lineAtDepth[depth] || wasCaught)
        if isResuming || word == 0 {
            isResuming = false
        } else if let reason = reason(toStopAt: word, line, depth, arrives: arrives) {
            self.reason = reason
            isResuming = true
            return false
        }
        lineAtDepth[depth] = line == 0 && depth <= lastDepth ? lineAtDepth[depth] : line
        lastDepth = depth
        wasCaught = false
        return true
    }

    private func reason(toStopAt word: Int, _ line: UInt32, _ depth: Int, arrives: Bool) -> Reason? {
        isPlanFulfilled = fulfillsPlan(depth, arrives: arrives)
        if wordStops[word] || (arrives && isMain[word] && Int(line) < lineStops.count && lineStops[Int(line)]) {
            return .breakpoint
        }
        if isPlanFulfilled { return .step }
        if reportsLines && arrives { return .line }
        // Last, because whoever only interrupts to say something must not make the program miss a stop.
        guard interruption.isRequested else { return nil }
        interruption.clear()
        return .interruption
    }

    private func fulfillsPlan(_ depth: Int, arrives: Bool) -> Bool {
        switch plan {
        case .run: false
        case .instruction: true
        case .into: arrives
        case .over: arrives && depth <= planDepth
        case .out: depth < planDepth
        }
    }

    func callWillRepeat() {
        isResuming = true
    }

    func failureWasCaught() {
        wasCaught = true
    }
}
