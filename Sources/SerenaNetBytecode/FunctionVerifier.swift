// The pass over the instructions of one function.

/// Verifies the code of one function. Its interface, and those of all others, have been verified before.
struct FunctionVerifier {
    let program: FTAIBytecode
    let function: BytecodeFunction
    private let code: ArraySlice<VMInstruction>
    private let operands: OperandCheck

    init(program: FTAIBytecode, function: BytecodeFunction) {
        self.program = program
        self.function = function
        code = program.instructions(of: function)
        operands = OperandCheck(function, constants: program.constants.count, places: code.count)
    }

    /// - Parameter looksFirst: whether instructions whose operands ``OperandCheck`` knows to be sound are spared the
    ///   rules for operands. It makes no difference but to the time.
    func verify(looksFirst: Bool = true) throws(VerificationError) {
        let (words, effects) = try code.withUnsafeBufferPointer { (code) throws(VerificationError) in
            try OperandRules.all.withUnsafeBufferPointer { (rules) throws(VerificationError) in
                try verifyInstructions(code, rules, looksFirst: looksFirst)
            }
        }
        try verifyEnd()
        for handler in function.handlers { try verify(handler) }
        guard words <= BytecodeLimits.functionWords else {
            throw refuse(.tooMany(what: "words of code", count: words, limit: BytecodeLimits.functionWords))
        }
        guard function.effects.isSuperset(of: effects) else {
            throw refuse(.effects(declared: function.effects, found: effects))
        }
    }

    /// Instructions and rules are looked at where they lie, as copies would take longer than most comparisons.
    ///
    /// - Parameter rules: by opcode.
    /// - Returns: what the instructions take, in words, and the effects that they have.
    private func verifyInstructions(
        _ code: UnsafeBufferPointer<VMInstruction>, _ rules: UnsafeBufferPointer<OperandRules>, looksFirst: Bool
    ) throws(VerificationError) -> (words: Int, effects: EffectSet) {
        var (words, effects) = (0, EffectSet.pure)
        guard let first = code.baseAddress, let firstRule = rules.baseAddress else { return (words, effects) }
        for index in code.indices {
            let instruction = first + index
            let rule = firstRule + Int(instruction.pointee.opcode.rawValue)
            do throws(Refusal) {
                if !looksFirst || !operands.accepts(instruction, rule) {
                    try verify(instruction.pointee, at: index)
                } else if let proof = rule.pointee.proof {
                    try prove(proof, of: instruction.pointee, at: index, element: nil)
                }
                let isCall = instruction.pointee.opcode == .call
                effects.formUnion(
                    isCall ? program.functions[try callee(instruction.pointee.b)].effects : rule.pointee.effect)
            } catch {
                throw VerificationError(function: function.name, instruction: index, reason: error.reason)
            }
            words += instruction.pointee.wordCount
        }
        return (words, effects)
    }

    /// Every path ends when the last instruction does not let control fall past it: jumps stay inside.
    private func verifyEnd() throws(VerificationError) {
        guard code.last?.opcode.operandShape.flow == .ends else {
            throw VerificationError(function: function.name, instruction: code.count - 1, reason: .noEnd)
        }
    }

    private func refuse(_ reason: VerificationError.Reason) -> VerificationError {
        VerificationError(function: function.name, instruction: nil, reason: reason)
    }

    // MARK: One instruction

    /// A broken rule, before its place is added.
    private struct Refusal: Error {
        let reason: VerificationError.Reason

        init(_ reason: VerificationError.Reason) {
            self.reason = reason
        }
    }

    private func verify(_ instruction: VMInstruction, at index: Int) throws(Refusal) {
        let signature = instruction.opcode.operandShape
        var element: ValueType?
        try verify(signature.a, instruction.a, of: instruction, element: &element)
        try verify(signature.b, instruction.b, of: instruction, element: &element)
        try verify(signature.c, instruction.c, of: instruction, element: &element)
        if !signature.takesArguments, signature.more + instruction.arguments.count > 0 {
            guard instruction.arguments.count == signature.more else {
                let announced = UInt16(truncatingIfNeeded: signature.more)
                throw Refusal(.argumentList(announced: announced, found: instruction.arguments.count))
            }
            for (kind, bits) in zip(instruction.opcode.operandKinds.more, instruction.arguments) {
                try verify(kind, bits, of: instruction, element: &element)
            }
        }
        if let proof = signature.proof { try prove(proof, of: instruction, at: index, element: element) }
    }

    /// What the operands alone do not say, see ``InstructionProof``.
    private func prove(
        _ proof: InstructionProof, of instruction: VMInstruction, at index: Int, element: ValueType?
    ) throws(Refusal) {
        switch proof {
        case .interfaceOfFunction: try verifyCall(instruction)
        case .interfaceOfBuiltin: try verifyBuiltin(instruction)
        case .resultOfFunction: try verifyReturn(instruction)
        case .noResultOfFunction: if function.result != nil { throw Refusal(.resultMismatch) }
        case .typeOfConstant: try verifyConstant(instruction)
        case .argumentsAreTexts: for argument in instruction.arguments { try require(argument, is: .string) }
        case .argumentsHaveTexts: for argument in instruction.arguments { try requireText(argument) }
        case .argumentsAreElements: try verifyMakeList(instruction, element: element)
        case .argumentsAreEntries: try verifyMakeMap(instruction, key: .string, element: element)
        case .argumentsAreIntEntries: try verifyMakeMap(instruction, key: .int, element: element)
        case .resultMayBeNull: if let element { try require(instruction.a, is: element.orNull) }
        case .resultIsOptionalText: try require(instruction.a, is: .optional(.string))
        case .requestsFollow: try verifyTogether(instruction, at: index)
        }
    }

    private func verify(_ kind: OperandKind, _ bits: UInt16, of instruction: VMInstruction, element: inout ValueType?)
        throws(Refusal)
    {
        switch kind {
        case .none: if bits != 0 { throw Refusal(.unusedOperand(bits)) }
        case .read(let pattern), .write(let pattern): try verify(register: bits, matches: pattern, element: &element)
        case .immediate: break
        case .constant:
            if Int(bits) >= program.constants.count {
                throw Refusal(.constantOutside(constant: bits, count: program.constants.count))
            }
        case .jump: if Int(bits) >= code.count { throw Refusal(.jumpOutside(target: bits, count: code.count)) }
        case .function: _ = try callee(bits)
        case .builtin: if Builtin(rawValue: bits) == nil { throw Refusal(.unknownBuiltin(bits)) }
        case .relation: if Relation(rawValue: bits) == nil { throw Refusal(.unknownRelation(bits)) }
        case .argumentCount:
            if Int(bits) != instruction.arguments.count {
                throw Refusal(.argumentList(announced: bits, found: instruction.arguments.count))
            }
        }
    }

    private func verify(register: UInt16, matches pattern: TypePattern, element: inout ValueType?) throws(Refusal) {
        if pattern == .fromSignature { return }
        let type = try type(of: register)
        func bind(_ found: ValueType, as expected: (ValueType) -> ValueType) throws(Refusal) {
            if let element, element != found {
                throw Refusal(.registerType(register: register, expected: "\(expected(element))", found: type))
            }
            element = found
        }
        switch (pattern, type) {
        case (.int, .int), (.float, .float), (.bool, .bool), (.string, .string), (.any, .any), (.mapOfAny, .map(.any)),
            (.nullable, .optional), (.nullable, .any):
            break
        case (.element, _): try bind(type) { $0 }
        case (.listOfElement, .list(let inner)): try bind(inner) { .list($0) }
        case (.mapOfElement, .map(let inner)): try bind(inner) { .map($0) }
        case (.intMapOfElement, .intMap(let inner)): try bind(inner) { .intMap($0) }
        case (.optionalElement, .optional(let inner)): try bind(inner) { .optional($0) }
        default: throw Refusal(.registerType(register: register, expected: pattern.name, found: type))
        }
    }

    private func type(of register: UInt16) throws(Refusal) -> ValueType {
        guard Int(register) < function.registers.count else {
            throw Refusal(.registerOutside(register: register, count: function.registers.count))
        }
        return function.registers[Int(register)]
    }

    private func require(_ register: UInt16, is expected: ValueType) throws(Refusal) {
        let found = try type(of: register)
        if found != expected {
            throw Refusal(.registerType(register: register, expected: "\(expected)", found: found))
        }
    }

    private func requireText(_ register: UInt16) throws(Refusal) {
        switch try type(of: register) {
        case .int, .float, .bool, .string: break
        case let found: throw Refusal(.registerType(register: register, expected: "a type with a text", found: found))
        }
    }

    private func callee(_ index: UInt16) throws(Refusal) -> Int {
        guard Int(index) < program.functions.count else {
            throw Refusal(.functionOutside(function: Int(index), count: program.functions.count))
        }
        return Int(index)
    }

    private func verifyCall(_ instruction: VMInstruction) throws(Refusal) {
        let callee = try callee(instruction.b)
        let parameters = program.functions[callee].registers.prefix(program.functions[callee].parameterCount)
        try verify(instruction.arguments, fit: parameters)
        if let result = program.functions[callee].result {
            try require(instruction.a, is: result)
        } else if instruction.a != VMInstruction.noRegister {
            throw Refusal(.resultMismatch)
        }
    }

    private func verifyBuiltin(_ instruction: VMInstruction) throws(Refusal) {
        guard let builtin = Builtin(rawValue: instruction.b) else {
            throw Refusal(.unknownBuiltin(instruction.b))
        }
        var first: ValueType?
        if let register = instruction.arguments.first { first = try type(of: register) }
        guard let signature = builtin.signature(for: first) else {
            let expected = builtin.signature.parameters.count
            throw Refusal(.argumentCount(expected: expected, found: instruction.arguments.count))
        }
        try verify(instruction.arguments, fit: signature.parameters[...])
        try require(instruction.a, is: signature.result)
    }

    private func verify(_ arguments: [UInt16], fit parameters: ArraySlice<ValueType>) throws(Refusal) {
        guard arguments.count == parameters.count else {
            throw Refusal(.argumentCount(expected: parameters.count, found: arguments.count))
        }
        for (argument, parameter) in zip(arguments, parameters) { try require(argument, is: parameter) }
    }

    private func verifyReturn(_ instruction: VMInstruction) throws(Refusal) {
        guard let result = function.result else { throw Refusal(.resultMismatch) }
        try require(instruction.a, is: result)
    }

    private func verifyMakeList(_ instruction: VMInstruction, element: ValueType?) throws(Refusal) {
        guard let element else { return }
        for argument in instruction.arguments { try require(argument, is: element) }
    }

    private func verifyMakeMap(_ instruction: VMInstruction, key: ValueType, element: ValueType?) throws(Refusal) {
        guard let element else { return }
        guard instruction.arguments.count.isMultiple(of: 2) else {
            throw Refusal(
                .argumentCount(expected: instruction.arguments.count + 1, found: instruction.arguments.count))
        }
        for (index, argument) in instruction.arguments.enumerated() {
            try require(argument, is: index.isMultiple(of: 2) ? key : element)
        }
    }

    /// What is asked for together must follow, so that the VM can read it.
    private func verifyTogether(_ instruction: VMInstruction, at index: Int) throws(Refusal) {
        let requests = code.dropFirst(index + 1).prefix { $0.opcode == .callTool || $0.opcode == .askAgent }.count
        guard (1...max(1, requests)).contains(Int(instruction.a)), requests > 0 else {
            throw Refusal(.argumentCount(expected: Int(instruction.a), found: requests))
        }
    }

    /// Every register has its type throughout the function and begins as zero, which is a value of every type. So a
    /// handler needs no more proof than that its places and registers exist and take texts.
    private func verify(_ handler: FaultHandler) throws(VerificationError) {
        guard handler.range.lowerBound >= 0, !handler.range.isEmpty, handler.range.upperBound <= code.count else {
            throw refuse(.handlerRange)
        }
        guard (0..<code.count).contains(handler.target) else {
            throw refuse(.jumpOutside(target: UInt16(clamping: handler.target), count: code.count))
        }
        do throws(Refusal) {
            for register in [handler.message, handler.kind] where register != VMInstruction.noRegister {
                try require(register, is: .string)
            }
        } catch {
            throw refuse(error.reason)
        }
    }

    private func verifyConstant(_ instruction: VMInstruction) throws(Refusal) {
        let register = try type(of: instruction.a)
        if program.constants[Int(instruction.b)].type != register {
            throw Refusal(.constantType(constant: instruction.b, register: register))
        }
    }
}

extension TypePattern {
    /// How a message calls the types that fit.
    fileprivate var name: String {
        switch self {
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .string: "string"
        case .element: "a value"
        case .listOfElement: "a list"
        case .mapOfElement: "a map"
        case .intMapOfElement: "a map from ints"
        case .any: "any"
        case .mapOfAny: "a map of any"
        case .optionalElement, .nullable: "an optional"
        case .fromSignature: "what the signature says"
        }
    }
}
