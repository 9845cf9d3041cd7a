// Failures that a program catches.

import SerenaNetBytecode

extension Machine {
    /// Goes on at the handler that protects the current instruction, or one of the calls on the way to it.
    ///
    /// Budgets, cancellation and memory cannot be caught: they are the caller's decision, not the program's.
    ///
    /// - Returns: false, with everything as it was, when nothing catches the failure.
    func recover() -> Bool {
        guard case .fault(let fault) = failure, let kind = fault.name else { return false }
        var pointer = pc
        var frame = base
        var size = frameSize
        var frames = 0
        while true {
            if let (handler, code) = program.handler(at: pointer) {
                failure = nil
                pc = code
                base = frame
                frameSize = size
                depth -= frames
                return store(fault.description, in: handler.message) && store(kind, in: handler.kind)
                    && account(for: (frames + 1) * Self.workPerFrame)
            }
            let link = frame.load(fromByteOffset: -8, as: UInt64.self)
            // The address to return to lies behind the call, so the word before it is the call's.
            pointer = frame.load(fromByteOffset: -16, as: UnsafeRawPointer.self) - 8
            size = Int(link & 0xFFFF_FFFF)
            frame -= size
            guard frame != stack else { return false }
            frames += 1
        }
    }

    /// What it costs to look for a handler in one frame, in bytes copied.
    private static let workPerFrame = 256

    private func store(_ text: String, in register: UInt16) -> Bool {
        if register == VMInstruction.noRegister || store(text, at: base + Int(register) * 8) { return true }
        return collectFully() && store(text, at: base + Int(register) * 8)
    }
}
