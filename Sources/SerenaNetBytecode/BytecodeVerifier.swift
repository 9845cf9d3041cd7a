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
        for function in program.functions { try verifyInterface(of: function) }
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
    private static func verifyInterface(of function: BytecodeFunction) throws(VerificationError) {
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
        let order = functions.indices.sorted { functions[$0].code.lowerBound < functions[$1].code.lowerBound }
        for function in order.lazy.map({ functions[$0] }) {
            guard function.code.lowerBound == end, function.code.upperBound <= program.instructions.count else {
                throw VerificationError(function: function.name, instruction: nil, reason: .codeRange)
            }
            end = function.code.upperBound
        }
        guard end == program.instructions.count else {
            throw VerificationError(function: nil, instruction: nil, reason: .codeRange)
        }
    }

    private static func verifyTasks(of program: FTAIBytecode) throws(VerificationError) {
        if program.tasks.count > 1 {
            var names = Set<String>(minimumCapacity: program.tasks.count)
            for task in program.tasks where !names.insert(task.name.lowercased()).inserted {
                throw VerificationError(function: task.name, instruction: nil, reason: .duplicateName(task.name))
            }
        }
        for task in program.tasks { try verify(task, of: program) }
    }

    private static func repeatedName(of inputs: [TaskDeclaration.Input]) -> String? {
        guard inputs.count > 8 else {
            // Sooner done than a set is made.
            return inputs.indices.first { index in
                inputs[..<index].contains { $0.name == inputs[index].name }
            }.map { inputs[$0].name }
        }
        var names = Set<String>(minimumCapacity: inputs.count)
        return inputs.first { !names.insert($0.name).inserted }?.name
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
        if let name = repeatedName(of: task.inputs) { throw refuse(.duplicateName(name)) }
        for input in task.inputs {
            if let value = input.defaultValue, !value.fits(input.type) {
                throw refuse(.defaultValue(task: task.name, input: input.name))
            }
        }
    }
}
