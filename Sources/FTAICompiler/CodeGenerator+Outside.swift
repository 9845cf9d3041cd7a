// Writes the bytecode of maps, of failures that are caught, and of calls that are made together.

import SerenaNetBytecode

extension CodeGenerator {
    mutating func generateMap(_ entries: [TypedEntry], into register: UInt16, _ line: UInt32) {
        let first = entries.prefix(Self.chunk / 2).flatMap { [value($0.key), value($0.value)] }
        builder.emit(VMInstruction(.makeMap, a: register, arguments: first.map(\.register)), line)
        first.forEach { builder.release($0) }
        for entry in entries.dropFirst(Self.chunk / 2) {
            let (key, value) = (value(entry.key), value(entry.value))
            builder.emit(VMInstruction(.mapSet, a: register, b: key.register, c: value.register), line)
            builder.release(key)
            builder.release(value)
        }
    }

    /// The handler stands behind the body, which jumps over it.
    mutating func generateAttempt(
        _ body: [TypedStatement], _ message: Int?, _ kind: Int?, _ handler: [TypedStatement], _ line: UInt32
    ) {
        let start = builder.position
        generate(body)
        let range = start..<builder.position
        guard !range.isEmpty else { return }
        let caught = builder.makeLabel()
        let end = builder.makeLabel()
        if builder.isReachable { builder.emitJump(.jump, to: end, line) }
        builder.addHandler(
            for: range, at: caught, message: message.map { UInt16(truncatingIfNeeded: $0) },
            kind: kind.map { UInt16(truncatingIfNeeded: $0) })
        builder.place(caught)
        generate(handler)
        builder.place(end)
    }

    /// All operands, then all calls one behind the other, so that the VM finds them together.
    mutating func generateParallel(_ requests: [TypedRequest], _ line: UInt32) {
        var calls: [VMInstruction] = []
        var held: [Operand] = []
        for request in requests {
            let operands = request.call.operands.map { value($0) }
            held += operands
            let result: UInt16
            if let local = request.local {
                result = UInt16(truncatingIfNeeded: local)
            } else {
                result = builder.acquire(request.call.type)
                held.append(Operand(register: result, isTemporary: true))
            }
            let opcode: VMOpcode = request.call.type == .any ? .callTool : .askAgent
            calls.append(VMInstruction(opcode, a: result, b: operands[0].register, c: operands[1].register))
        }
        builder.emit(VMInstruction(.together, a: UInt16(truncatingIfNeeded: calls.count)), line)
        for (call, request) in zip(calls, requests) { builder.emit(call, request.call.line) }
        held.forEach { builder.release($0) }
    }
}
