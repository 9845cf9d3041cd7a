// Proof, before the first instruction runs, that a program cannot reach what does not belong to it.

/// Checks a program against the rules that the VM relies on and does not check again while it runs.
///
/// Proven are: every register, constant, function, built-in and jump target exists; every operand has the type that
/// ``VMOpcode/signature`` asks for; no control path leaves a function but through a return; calls agree with what they
/// call; the declared effects include those of the code. Not proven, because it depends on values: bounds of lists,
/// division, null, depth of calls, time and memory. One pass over the code, linear in its size.
public enum BytecodeVerifier {
    /// - Throws: ``VerificationError``, naming the function, the instruction and the first rule that is broken.
    public static func verify(_ program: FTAIBytecode) throws(VerificationError) {
        try limit("functions", program.functions.count, to: BytecodeLimits.functions)
        try limit("constants", program.constants.count, to: BytecodeLimits.constants)
        for function in program.functions { try verifyInterface(of: function, in: program) }
        try verifyCodeRanges(of: program)
        for function in program.functions {
            try FunctionVerifier(program: program, function: function).verify()
        }
        try verifyTasks(of: program)
    }

    private static func limit(_ what: String, _ count: Int, to limit: Int, in function: String? = nil)
        throws(VerificationError)
    {
        guard count <= limit else {
            throw VerificationError(
                function: function, instruction: nil, reason: .tooMany(what: what, count: count, limit: limit))
        }
    }

    /// Everything about a function that other functions rely on when they call it.
    private static func verifyInterface(of function: BytecodeFunction, in program: FTAIBytecode)
        throws(VerificationError)
    {
        // First, as nobody may count the instructions of a range that reaches from one end of the numbers to the other.
        guard function.code.lowerBound >= 0, function.code.upperBound <= program.instructions.count else {
            throw VerificationError(function: function.name, instruction: nil, reason: .codeRange)
        }
        try limit("registers", function.registers.count, to: BytecodeLimits.registers, in: function.name)
        guard (0...function.registers.count).contains(function.parameterCount) else {
            throw VerificationError(
                function: function.name, instruction: nil, reason: .parameterCount(function.parameterCount))
        }
        for type in function.registers { try verify(type, in: function.name) }
        if let result = function.result { try verify(result, in: function.name) }
        guard !function.code.isEmpty else {
            throw VerificationError(function: function.name, instruction: nil, reason: .noCode)
        }
        guard function.lines.count == function.code.count else {
            throw VerificationError(
                function: function.name, instruction: nil,
                reason: .lineCount(expected: function.code.count, found: function.lines.count))
        }
        guard function.hasValidScopes else {
            throw VerificationError(function: function.name, instruction: nil, reason: .inlinedCalls)
        }
    }

    private static func verify(_ type: ValueType, in function: String) throws(VerificationError) {
        if type.depth > ValueType.maximumDepth {
            throw VerificationError(function: function, instruction: nil, reason: .typeTooDeep)
        }
        if type.nestsOptionals {
            throw VerificationError(function: function, instruction: nil, reason: .optionalInOptional)
        }
    }

    private static func verifyCodeRanges(of program: FTAIBytecode) throws(VerificationError) {
        var end = 0
        let functions = program.functions
        var order = Array(functions.indices)
        // The compiler writes them in this order; a file may have them in another.
        if !zip(functions, functions.dropFirst()).allSatisfy({ $0.code.lowerBound <= $1.code.lowerBound }) {
            order.sort { functions[$0].code.lowerBound < functions[$1].code.lowerBound }
        }
        for index in order {
            let code = functions[index].code
            guard code.lowerBound == end else {
                throw VerificationError(function: functions[index].name, instruction: nil, reason: .codeRange)
            }
            end = code.upperBound
        }
        guard end == program.instructions.count else {
            throw VerificationError(function: nil, instruction: nil, reason: .codeRange)
        }
    }

    private static func verifyTasks(of program: FTAIBytecode) throws(VerificationError) {
        var names = SeenNames()
        for task in program.tasks {
            guard names.insert(task.name.lowercased()) else {
                throw VerificationError(function: task.name, instruction: nil, reason: .duplicateName(task.name))
            }
        }
        for task in program.tasks { try verify(task, of: program) }
    }

    private static func verify(_ task: TaskDeclaration, of program: FTAIBytecode) throws(VerificationError) {
        func refuse(_ reason: VerificationError.Reason) -> VerificationError {
            VerificationError(function: task.name, instruction: nil, reason: reason)
        }
        guard program.functions.indices.contains(task.function) else {
            throw refuse(.functionOutside(function: task.function, count: program.functions.count))
        }
        let function = program.functions[task.function]
        guard task.inputs.lazy.map(\.type).elementsEqual(function.registers.prefix(function.parameterCount)) else {
            throw refuse(.taskInputs(task: task.name))
        }
        var names = SeenNames()
        for input in task.inputs {
            guard names.insert(input.name) else { throw refuse(.duplicateName(input.name)) }
            if let value = input.defaultValue, !value.fits(input.type) {
                throw refuse(.defaultValue(task: task.name, input: input.name))
            }
        }
    }
}

/// Names that must not repeat.
private struct SeenNames {
    // Mostly there are a few: looking through them is faster than hashing.
    private var few: [String] = []
    private var many: Set<String> = []
    private static let limit = 8

    /// - Returns: whether the name is new.
    mutating func insert(_ name: String) -> Bool {
        if few.contains(name) { return false }
        if few.count == Self.limit { return many.insert(name).inserted }
        few.append(name)
        return true
    }
}
