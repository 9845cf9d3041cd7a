// Arithmetic on ints as the VM does it.

import SerenaNetBytecode

enum IntegerArithmetic {
    /// Nil for what is an error when it runs, and for operations that are none of ints.
    static func result(of opcode: VMOpcode, _ a: Int64, _ b: Int64) -> Int64? {
        let result: (partialValue: Int64, overflow: Bool)
        switch opcode {
        case .addInt, .addIntImmediate: result = a.addingReportingOverflow(b)
        case .subInt: result = a.subtractingReportingOverflow(b)
        case .mulInt: result = a.multipliedReportingOverflow(by: b)
        case .divInt: result = a.dividedReportingOverflow(by: b)
        case .negInt: result = Int64(0).subtractingReportingOverflow(a)
        case .modInt:
            guard b != 0 else { return nil }
            // The remainder has the sign of the divisor; -1 would overflow in the division.
            let remainder = b == -1 ? 0 : a % b
            return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
        default: return nil
        }
        return result.overflow ? nil : result.partialValue
    }
}
