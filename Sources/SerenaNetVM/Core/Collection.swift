// When a machine collects, and where its roots are.

import Instrumentation
import SerenaNetBytecode

extension Machine {
    /// Begins a cycle of the collector if one is due. To be called between two instructions.
    func collectIfDue() {
        guard heap.state.pointee.areRootsDue else { return }
        heap.pause {
            heap.beginCycle()
            shadeRegisters()
        }
    }

    /// Looks at the registers of all open calls.
    private func shadeRegisters() {
        var pointer = pc
        var frame = base
        while let function = program.function(at: pointer) {
            for offset in program.references[function] { heap.shade(frame.slot(Int(offset))) }
            // The address to return to lies behind the call, so the word before it is the call's.
            pointer = frame.load(fromByteOffset: -16, as: UnsafeRawPointer.self) - 8
            frame -= Int(frame.load(fromByteOffset: -8, as: UInt64.self) & 0xFFFF_FFFF)
            if frame == stack { break }
        }
    }

    /// After an instruction has found no memory: makes room, if that is possible, so that it can be executed once more.
    ///
    /// Whatever can fail for want of memory changes nothing before it has what it needs.
    ///
    /// - Returns: false, with the failure still set, when the program ends.
    func collectForRetry() -> Bool {
        guard case .error(.memoryExhausted) = failure else { return false }
        if heap.state.pointee.areRootsDue, heap.refusal?.requested == 0 {
            collectIfDue()
            hasRetried = true
        } else {
            // What fails directly after a collection needs more than there is.
            guard executedAtShortage != instructionsExecuted else { return false }
            executedAtShortage = instructionsExecuted
            guard collectFully() else { return false }
        }
        failure = nil
        // It will be counted when it is executed again.
        fuel += 1
        return true
    }

    /// Frees everything that the program cannot reach any more, at once. The time budget is looked at all along.
    ///
    /// - Parameter result: what the task has returned, if it has: a reference, and then all that can be reached.
    /// - Returns: false, with the failure set, when the time is up.
    func collectFully(keeping result: UInt64? = nil) -> Bool {
        let shortage = failure
        let start = heap.clock.now
        guard finishCycle() else { return false }
        heap.beginCycle()
        if let result { heap.shade(result) } else { shadeRegisters() }
        guard finishCycle() else { return false }
        heap.releaseSpares()
        heap.noteFullCollection(heap.clock.now - start)
        failure = shortage
        return true
    }

    private func finishCycle() -> Bool {
        while heap.proceed(Self.workBetweenChecks) {
            if let failure = meter.check() {
                self.failure = failure
                return false
            }
        }
        return true
    }

    /// Bytes of objects that the collector looks at between two looks at the clock.
    private static let workBetweenChecks = 256 << 10

    /// A value from the host as a slot; what the program has let go of makes room for it. Nil, with the failure set, when there is
    /// none.
    func slotForAnswer(_ value: VMValue, as type: ValueType) -> UInt64? {
        if let slot = slot(of: value, as: type) { return slot }
        guard case .error(.memoryExhausted) = failure, collectFully() else { return nil }
        failure = nil
        return slot(of: value, as: type)
    }

    /// Puts a reference into a list; see SlowOperations.swift for how it answers.
    @inline(never) func setReference(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        let index = base.int(pc.b)
        guard let list = base.list(pc.a), UInt64(bitPattern: index) < UInt64(list.count) else {
            refuseIndex(index, of: base.list(pc.a))
            return false
        }
        if heap.isMarking { heap.shade(list.slot(at: Int(index))) }
        list.setSlot(base.slot(pc.c), at: Int(index))
        return true
    }
}
