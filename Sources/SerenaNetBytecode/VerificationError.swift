// Why a program may not run.

/// The first rule that a program breaks, and where.
public struct VerificationError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case registerOutside(register: UInt16, count: Int)
        case registerType(register: UInt16, expected: String, found: ValueType)
        case constantOutside(constant: UInt16, count: Int)
        case constantType(constant: UInt16, register: ValueType)
        case functionOutside(function: Int, count: Int)
        case unknownBuiltin(UInt16)
        case unknownRelation(UInt16)
        case jumpOutside(target: UInt16, count: Int)
        case argumentCount(expected: Int, found: Int)
        /// `c` is not the number of arguments, or there are arguments where none belong.
        case argumentList(announced: UInt16, found: Int)
        case unusedOperand(UInt16)
        /// A call names a register for the result of a function that has none, or a return gives back nothing or something
        /// against the function's signature.
        case resultMismatch
        /// The last instruction lets control run out of the function.
        case noEnd
        case noCode
        /// The code of the functions overlaps, leaves a gap, or lies outside the program.
        case codeRange
        case lineCount(expected: Int, found: Int)
        /// An instruction or an inlined call belongs to an inlined call that is not there.
        case inlinedCalls
        case effects(declared: EffectSet, found: EffectSet)
        case typeTooDeep
        case optionalInOptional
        case tooMany(what: String, count: Int, limit: Int)
        case parameterCount(Int)
        /// The inputs of a task are not the parameters of its function.
        case taskInputs(task: String)
        case defaultValue(task: String, input: String)
        case duplicateName(String)
        /// A handler protects instructions that are not there.
        case handlerRange
    }

    /// The function or task; nil when the rule is about the program as a whole.
    public let function: String?
    /// Counted from the first instruction of the function; nil when the rule is not about one instruction.
    public let instruction: Int?
    public let reason: Reason

    public var description: String {
        let place = [function.map { "function \($0)" }, instruction.map { "instruction \($0)" }].compactMap { $0 }
        return (place + ["\(reason)"]).joined(separator: ", ")
    }
}

extension VerificationError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .registerOutside(let register, let count): "register r\(register) is not one of \(count)"
        case .registerType(let register, let expected, let found): "r\(register) is \(found), not \(expected)"
        case .constantOutside(let constant, let count): "constant k\(constant) is not one of \(count)"
        case .constantType(let constant, let register): "constant k\(constant) is not \(register)"
        case .functionOutside(let function, let count): "function \(function) is not one of \(count)"
        case .unknownBuiltin(let code): "there is no built-in \(code)"
        case .unknownRelation(let code): "\(code) is no relation between numbers"
        case .jumpOutside(let target, let count): "a jump to \(target) leaves the \(count) instructions"
        case .argumentCount(let expected, let found): "\(found) arguments instead of \(expected)"
        case .argumentList(let announced, let found): "\(announced) arguments are announced, \(found) follow"
        case .unusedOperand(let bits): "an unused operand is \(bits), not 0"
        case .resultMismatch: "the result does not agree with the function's signature"
        case .noEnd: "control runs out of the function after its last instruction"
        case .noCode: "there is no code"
        case .codeRange: "the code of the functions does not cover the program once"
        case .lineCount(let expected, let found): "\(found) source lines for \(expected) instructions"
        case .inlinedCalls: "the inlined calls do not agree with the instructions"
        case .effects(let declared, let found): "declared \(declared), but the code has the effects \(found)"
        case .typeTooDeep: "a type is nested deeper than \(ValueType.maximumDepth)"
        case .optionalInOptional: "an optional stands directly in an optional"
        case .tooMany(let what, let count, let limit): "\(count) \(what), more than \(limit)"
        case .parameterCount(let count): "\(count) parameters do not fit the registers"
        case .taskInputs(let task): "the inputs of task \(task) are not its function's parameters"
        case .defaultValue(let task, let input): "the default of \(input) in task \(task) does not fit its type"
        case .handlerRange: "a handler protects instructions that do not exist"
        case .duplicateName(let name): "the name \(name) is taken twice"
        }
    }
}
