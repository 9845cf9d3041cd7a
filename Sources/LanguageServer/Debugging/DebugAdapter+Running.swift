// Runs the task that is debugged, and stops it.

import Foundation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection

extension DebugAdapter {
    /// Goes on, up to a line, an instruction or a stop.
    func proceed(_ command: DebugCommand, _ request: Incoming) async {
        if case .failed = state {
            // There is nothing to go on with; the failure was shown, and now it ends the task.
            answer(request) { (_: Empty) throws(DebugRefusal) in ContinuedBody() }
            return await finish(exitCode: 1)
        }
        answer(request) { (arguments: StepArguments) throws(DebugRefusal) in
            guard case .stopped = self.state else { throw .notStopped }
            let isByInstruction = arguments.granularity == "instruction"
            switch command {
            case .next: self.plan = isByInstruction ? .instruction : .over
            case .stepIn: self.plan = isByInstruction ? .instruction : .into
            case .stepOut: self.plan = .out
            default: self.plan = .run
            }
            self.stepReason = "step"
            self.state = .running
            self.shown = []
            return ContinuedBody()
        }
    }

    /// Runs the task until it stops, ends, or something comes from the editor.
    func run() async {
        guard let task, let launched else { return }
        var stop = plan.map(task.debugger.resume) ?? task.debugger.proceed()
        plan = nil
        while true {
            switch stop {
            case .waiting(let request): stop = task.debugger.proceed(with: await answer(request, launched))
            case .line: stop = task.debugger.proceed()
            case .interrupted: return
            case .step: return self.stop(StoppedBody(reason: stepReason))
            case .breakpoint:
                if stopsAtBreakpoint(of: task) { return }
                stop = task.debugger.proceed()
            case .ended(let step): return await ended(step, launched)
            }
        }
    }

    /// Tells what breakpoints say, and stops where one of them or the plan wants it.
    private func stopsAtBreakpoint(of task: DebuggedTask) -> Bool {
        if launch?.isRun == true { return false }
        let verdict = task.judgeBreakpoints()
        for message in verdict.messages { write(message, to: "console") }
        if !verdict.hits.isEmpty {
            stop(StoppedBody(reason: "breakpoint", hitBreakpointIds: verdict.hits))
        } else if task.debugger.isPlanFulfilled {
            stop(StoppedBody(reason: stepReason))
        } else {
            return false
        }
        return true
    }

    func stop(_ body: StoppedBody) {
        shown = []
        state = .stopped
        tell("stopped", body)
    }

    /// What a task says and the events that it tells of are shown; everything else somebody else does.
    private func answer(_ request: HostRequest, _ launched: LaunchedTask) async -> HostAnswer {
        switch request {
        case .say(let text):
            write(text, to: "stdout")
            return .done
        case .emit(let event, let values):
            write("event \(event) \(VMValue.map(values).json)", to: "console")
            return .done
        default: return await launched.answer(request)
        }
    }

    // MARK: The end

    private func ended(_ step: Execution.Step, _ launched: LaunchedTask) async {
        switch step {
        case .finished(let value):
            if let value {
                let listing = value.listing(as: launched.subject.resultType)
                write("\(launched.subject.task.outputName ?? "result") = \(listing)", to: "console")
            }
            await finish(exitCode: 0)
        case .failed(let error):
            guard launch?.isRun == false else {
                write("\(error)", to: "stderr")
                return await finish(exitCode: 1)
            }
            shown = []
            state = .failed(error)
            tell("stopped", StoppedBody(reason: "exception", description: "The task has failed", text: "\(error)"))
        case .suspended:
            // The debugger tells of requests by themselves.
            await finish(exitCode: 1)
        }
    }

    /// - Parameter exitCode: nil when the editor ends the task.
    func finish(exitCode: Int?) async {
        if case .failed(let error) = state { write("\(error)", to: "stderr") }
        state = .ended
        shown = []
        if let problem = await launched?.finish() { write(problem, to: "stderr") }
        if let exitCode { tell("exited", ExitedBody(exitCode: exitCode)) }
        tell("terminated", Empty?.none)
    }

    // MARK: Breakpoints

    func place(_ command: DebugCommand, _ request: Incoming) {
        if command == .breakpointLocations {
            answer(request) { (arguments: LineArguments) throws(DebugRefusal) in
                let lines = self.task?.codeLines(in: self.canonicalPath(arguments.source)) ?? []
                let first = arguments.line &+ (1 - self.firstLine)
                let last = max(first, (arguments.endLine ?? arguments.line) &+ (1 - self.firstLine))
                return LinesBody(
                    breakpoints: lines.filter { (first...last).contains($0) }.map {
                        .init(line: $0 - 1 + self.firstLine)
                    })
            }
            return
        }
        answer(request) { (arguments: BreakpointArguments) throws(DebugRefusal) in
            // Failures stop the task anyway; there are no other exceptions.
            if command == .setExceptionBreakpoints { return BreakpointsBody(breakpoints: []) }
            guard let task = self.task else { throw DebugRefusal("nothing was launched") }
            let owner: BreakpointOwner =
                switch command {
                case .setFunctionBreakpoints: .tasks
                case .setInstructionBreakpoints: .instructions
                default: .document(self.canonicalPath(arguments.source))
                }
            let wanted = (arguments.breakpoints ?? []).map { $0.moved(by: 1 - self.firstLine) }
            let placed = task.setBreakpoints(wanted, of: owner)
            return BreakpointsBody(
                breakpoints: placed.map { breakpoint in
                    var breakpoint = breakpoint
                    breakpoint.line = breakpoint.line.map { $0 - 1 + self.firstLine }
                    return breakpoint
                })
        }
    }

    private func canonicalPath(_ document: DocumentPath?) -> String {
        let path = document?.path ?? ""
        return files.canonicalPath(of: path) ?? path
    }
}

extension WantedBreakpoint {
    fileprivate func moved(by lines: Int) -> WantedBreakpoint {
        var copy = self
        copy.line = line.map { $0 &+ lines }
        return copy
    }
}
