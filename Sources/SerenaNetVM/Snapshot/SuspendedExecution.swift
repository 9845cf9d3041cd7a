// Programs that leave the VM where they wait for their host, and come back to it, or to another.

import Instrumentation
import SerenaNetBytecode

/// A program that was left where it waits for its host.
public struct SuspendedExecution: Hashable, Sendable {
    public let taskId: String
    /// What it waits for.
    public let request: HostRequest
    /// Where it waits.
    public let location: ProgramLocation
    let state: ExecutionSnapshot

    /// All that is needed to go on, beside the program; see ``SerenaNetVM/resume(from:with:)``.
    public func snapshot() -> ExecutionSnapshot { state }
}

/// How far a program came.
public enum VMOutcome: Hashable, Sendable {
    case ended(VMExecutionResult)
    case suspended(SuspendedExecution)
}

extension SerenaNetVM {
    /// As ``execute(with:)``, but leaves the program where it waits for something that the host is not to be asked for now.
    ///
    /// - Parameter isLeft: whether the program is to be left in front of a request.
    public func execute(
        with context: VMExecutionContext, suspendingAt isLeft: @Sendable (HostRequest) -> Bool
    ) async -> VMOutcome {
        await perform(context, suspendingAt: isLeft) { (program) throws(VMError) in
            try newExecution(of: program, for: context)
        }
    }

    /// Goes on with a program that was left, in this process or another, up to its end.
    ///
    /// The program is that of the context, which must be the one that the snapshot was taken of. The inputs of the context
    /// mean nothing, and its budgets are the most that the program may use from its beginning to its end, should those that
    /// it was begun with be larger. The host is asked for what the program waits for.
    ///
    /// - Returns: ``VMError/contextCorrupted(contextId:)`` when the snapshot is not one of this program.
    public func resume(from snapshot: ExecutionSnapshot, with context: VMExecutionContext) async -> VMExecutionResult {
        switch await resume(from: snapshot, with: context, suspendingAt: { _ in false }) {
        case .ended(let result): result
        case .suspended(let left):
            VMExecutionResult(taskId: left.taskId, success: false, error: .contextCorrupted(contextId: left.taskId))
        }
    }

    /// As ``resume(from:with:)``, up to the next request that the program is to be left in front of. That it waits for now is
    /// not asked about: the host is to answer it.
    public func resume(
        from snapshot: ExecutionSnapshot, with context: VMExecutionContext,
        suspendingAt isLeft: @Sendable (HostRequest) -> Bool
    ) async -> VMOutcome {
        await perform(context, suspendingAt: isLeft) { (program) throws(VMError) in
            do throws(SnapshotError) {
                return try Execution(
                    resuming: snapshot, of: program, atMost: context.performanceRequirements, clock: clock)
            } catch {
                if case .refused(let error) = error.reason { throw error }
                throw .contextCorrupted(contextId: "\(context.taskId): \(error)")
            }
        }
    }
}

extension Execution {
    /// Goes on with a program where a snapshot was taken of it: it waits for ``pendingRequest``.
    ///
    /// - Parameters:
    ///   - program: the one that the snapshot was taken of.
    ///   - limits: the most that the program may use from its beginning to its end; its own budgets count where they are smaller.
    /// - Throws: ``SnapshotError`` when the bytes are not a state of this program, or do not fit the limits.
    public convenience init(
        resuming snapshot: ExecutionSnapshot, of program: LoadedProgram, atMost limits: PerformanceRequirements,
        clock: any EngineClock
    ) throws(SnapshotError) {
        let content = try SnapshotContent(snapshot, of: program)
        let machine = try SnapshotRestorer.machine(from: content, of: program, atMost: limits, clock: clock)
        let task = program.bytecode.tasks[content.task]
        self.init(restored: machine, task: task)
        if let error = waitAgain() { throw SnapshotError(.refused(error)) }
    }

    /// The state of a program that waits for its host, as bytes that can be kept and brought to another process.
    ///
    /// It can go on here too: nothing is changed.
    ///
    /// - Throws: ``SnapshotError`` when it does not wait, or is too large.
    public func snapshot() throws(SnapshotError) -> ExecutionSnapshot {
        guard pendingRequest != nil,
            let index = machine.program.bytecode.tasks.firstIndex(where: { $0.name == task.name })
        else { throw SnapshotError(.notSuspended) }
        return try SnapshotWriter.snapshot(of: machine, task: index)
    }
}
