// Instructions that are several in one.

import SerenaNetBytecode

/// What looking for a key gave.
enum KeySearch {
    case found, missing
    /// The reason stands in ``Machine/failure``.
    case failed
}

/// How numbers stand to each other, as bits of ``Relation``.
enum NumberOrder {
    @inline(__always) static func bits(_ left: Int64, _ right: Int64) -> Int {
        (left < right ? 1 : 0) | (left == right ? 2 : 0) | (left > right ? 4 : 0)
    }

    @inline(__always) static func bits(_ left: Double, _ right: Double) -> Int {
        let order = (left < right ? 1 : 0) | (left == right ? 2 : 0) | (left > right ? 4 : 0)
        return order == 0 ? 8 : order
    }
}

/// Pieces of the interpreter's loop. Each answers whether the loop goes on; if it does not, `exit` says why.
enum Piece {
    /// Goes `distance` words on, and looks at the fuel.
    @inline(__always) static func jump(
        _ pc: inout UnsafeRawPointer, _ distance: Int, _ horizon: inout Horizon, _ exit: inout MachineExit
    ) -> Bool {
        let target = pc + distance &* 8
        horizon.follow(from: pc, to: target)
        pc = target
        if !horizon.isReached(at: pc) { return true }
        exit = .refuel
        return false
    }

    /// The same if a condition holds; else goes on to the next word.
    @inline(__always) static func jump(
        if condition: Bool, _ pc: inout UnsafeRawPointer, _ distance: Int,
        _ horizon: inout Horizon, _ exit: inout MachineExit
    ) -> Bool {
        if condition { return jump(&pc, distance, &horizon, &exit) }
        pc += 8
        return true
    }

    /// Goes behind an instruction that looked for a key, or where it says if there is none.
    @inline(__always) static func follow(
        _ search: KeySearch, _ pc: inout UnsafeRawPointer, _ horizon: inout Horizon, _ exit: inout MachineExit
    ) -> Bool {
        search != .failed && jump(&pc, search == .missing ? pc.distance(0) : 2, &horizon, &exit)
    }

    /// Writes the result of an instruction of one word that cannot fail.
    @inline(__always) static func set(
        _ value: Bool, _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) {
        base.set(pc.a, value)
        pc += 8
    }

    @inline(__always) static func set(
        _ value: Int64, _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) {
        base.set(pc.a, value)
        pc += 8
    }

    @inline(__always) static func set(
        _ value: Double, _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) {
        base.set(pc.a, value)
        pc += 8
    }

    @inline(__always) static func set(
        _ value: UInt64, _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer
    ) {
        base.set(pc.a, value)
        pc += 8
    }

    /// Goes behind an instruction of so many words, which counts as one.
    @inline(__always) static func pass(_ words: Int, _ pc: inout UnsafeRawPointer, _ horizon: inout Horizon) {
        pc += words &* 8
        horizon.extend(by: words &- 1)
    }

    /// Writes the result of an instruction of one word, unless it overflowed.
    @inline(__always) static func store(
        _ result: (partialValue: Int64, overflow: Bool), _ pc: inout UnsafeRawPointer,
        _ base: UnsafeMutableRawPointer, _ exit: inout MachineExit
    ) -> Bool {
        if result.overflow {
            exit = .overflow
            return false
        }
        base.set(pc.a, result.partialValue)
        pc += 8
        return true
    }

    @inline(__always) static func mulAdd(
        _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer, _ horizon: inout Horizon,
        _ exit: inout MachineExit
    ) -> Bool {
        let (product, overflow) = base.int(pc.b).multipliedReportingOverflow(by: base.int(pc.c))
        let (sum, overflowOfSum) = base.int(pc.argument(0)).addingReportingOverflow(product)
        if overflow || overflowOfSum {
            exit = .overflow
            return false
        }
        base.set(pc.a, sum)
        pass(2, &pc, &horizon)
        return true
    }

    @inline(__always) static func addJump(
        _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer, _ step: Int64, _ horizon: inout Horizon,
        _ exit: inout MachineExit
    ) -> Bool {
        let (result, overflow) = base.int(pc.b).addingReportingOverflow(step)
        if overflow {
            exit = .overflow
            return false
        }
        base.set(pc.a, result)
        guard NumberOrder.bits(result, base.int(pc.argument(1))) & pc.argument(0) != 0 else {
            pass(2, &pc, &horizon)
            return true
        }
        return jump(&pc, pc.distance(2), &horizon, &exit)
    }

    @inline(__always) static func loopStep(
        _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer, _ horizon: inout Horizon,
        _ exit: inout MachineExit
    ) -> Bool {
        let index = base.int(pc.a)
        guard index < base.int(pc.b) else {
            pass(2, &pc, &horizon)
            return true
        }
        let (next, overflow) = index.addingReportingOverflow(Int64(pc.signedC))
        if overflow {
            exit = .overflow
            return false
        }
        base.set(pc.a, next)
        return jump(&pc, pc.distance(0), &horizon, &exit)
    }
}

extension Machine {
    @inline(__always) func loopGet(
        _ pc: inout UnsafeRawPointer, _ base: UnsafeMutableRawPointer, _ horizon: inout Horizon,
        _ exit: inout MachineExit
    ) -> Bool {
        let last = base.int(pc.c)
        guard last < base.int(pc.argument(0)) else {
            Piece.pass(2, &pc, &horizon)
            return true
        }
        let index = last &+ 1
        guard let list = base.list(pc.b), UInt64(bitPattern: index) < UInt64(list.count) else {
            refuseIndex(index, of: base.list(pc.b))
            return false
        }
        base.set(pc.c, index)
        base.set(pc.a, list.slot(at: Int(index)))
        return Piece.jump(&pc, pc.distance(1), &horizon, &exit)
    }

    @inline(never) func mapGetOrJump(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> KeySearch {
        guard let map = base.map(pc.b) else { return .missing }
        // Mostly the key is the very text under which the value was set, and stands at the first place.
        if let entry = map.firstEntry(under: base.slot(pc.c)) {
            base.set(pc.a, entry.slot(16))
            return .found
        }
        guard let entry = find(base.text(pc.c), in: map) else { return failure == nil ? .missing : .failed }
        base.set(pc.a, map.value(at: entry))
        return .found
    }
}
