// Programs that are made from nothing but the description of the instruction set: well typed, and of no sense.

import SerenaNetBytecode

/// Numbers that follow from their seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}

/// Makes programs that the verifier accepts: every operand is chosen among those that ``VMOpcode/signature`` allows.
struct MadeProgram {
    var numbers: SeededNumbers

    static let types: [ValueType] = [
        .int, .float, .bool, .string, .any, .list(.int), .list(.float), .list(.string), .list(.any), .map(.any),
        .map(.int), .map(.string), .optional(.int), .optional(.bool), .optional(.string), .optional(.list(.int)),
        .list(.list(.int)), .list(.optional(.int)), .optional(.map(.any)), .map(.list(.any)), .list(.bool),
        .intMap(.int), .intMap(.string), .intMap(.any), .optional(.intMap(.int)), .list(.intMap(.list(.int))),
    ]

    static let constants: [BytecodeConstant] = [
        .int(.max), .int(.min), .int(-1), .int(1 << 60), .float(.nan), .float(-0.0), .float(.infinity), .float(1e300),
        .string(""), .string("é"), .string("{\"a\": [1, 2.5, null]}"), .string(String(repeating: "long ", count: 60)),
    ]

    init(seed: UInt64) {
        numbers = SeededNumbers(state: seed)
    }

    /// A program of one to three functions, which may call each other.
    mutating func make() -> FTAIBytecode {
        let count = number(1...3)
        var functions: [BytecodeFunction] = []
        for index in 0..<count { functions.append(interface(named: "f\(index)")) }
        var instructions: [VMInstruction] = []
        for index in functions.indices {
            let author = FunctionAuthor(functions: functions, index: index)
            let start = instructions.count
            instructions += author.write(&numbers)
            functions[index].code = start..<instructions.count
            functions[index].lines = (start..<instructions.count).map { UInt32($0 % 40) }
            functions[index].handlers = handlers(of: functions[index])
        }
        let tasks = functions.enumerated().map { index, function in
            TaskDeclaration(
                name: function.name, function: index,
                inputs: (0..<function.parameterCount).map { .init(name: "i\($0)", type: function.registers[$0]) })
        }
        return FTAIBytecode(
            id: "made", sourceHash: "00", instructions: instructions, functions: functions,
            constants: Self.constants, tasks: tasks,
            metadata: BytecodeMetadata(
                sourceLanguage: "none", targetVM: "SerenaNet 1", sourceFile: "made.ftai", cacheKey: "made"),
            optimizationLevel: .none)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }

    private mutating func interface(named name: String) -> BytecodeFunction {
        // The types of numbers and texts come more often, as most instructions are about them.
        let registers = (0..<number(6...20)).map { _ in
            Self.types[number(0...1) == 0 ? number(0...4) : number(0...Self.types.count - 1)]
        }
        return BytecodeFunction(
            name: name, parameterCount: number(0...3), registers: registers,
            result: number(0...2) == 0 ? nil : registers[number(0...registers.count - 1)],
            effects: [.reads, .says, .writes, .calls], code: 0..<0, lines: [])
    }

    private mutating func handlers(of function: BytecodeFunction) -> [FaultHandler] {
        let texts = function.registers.indices.filter { function.registers[$0] == .string }.map { UInt16($0) }
        return (0..<max(0, number(-2...2))).map { _ in
            let start = number(0...function.code.count - 1)
            return FaultHandler(
                range: start..<number(start + 1...function.code.count), target: number(0...function.code.count - 1),
                message: texts.randomElement(using: &numbers) ?? VMInstruction.noRegister,
                kind: number(0...1) == 0 ? VMInstruction.noRegister : texts.first ?? VMInstruction.noRegister)
        }
    }
}

/// Writes the code of one function whose interface, and those of the others, are settled.
private struct FunctionAuthor {
    let functions: [BytecodeFunction]
    let function: BytecodeFunction
    /// The registers of each type.
    private let places: [ValueType: [UInt16]]

    init(functions: [BytecodeFunction], index: Int) {
        self.functions = functions
        function = functions[index]
        places = Dictionary(grouping: function.registers.indices.map { UInt16($0) }) {
            [registers = function.registers] in
            registers[Int($0)]
        }
    }

    /// Instructions up to one that ends the function, with places to jump to.
    func write(_ numbers: inout SeededNumbers) -> [VMInstruction] {
        var code: [VMInstruction] = []
        let length = Int.random(in: 2...28, using: &numbers)
        while code.count < length {
            guard let opcode = VMOpcode.allCases.randomElement(using: &numbers) else { continue }
            if let instruction = instruction(opcode, &numbers) { code.append(instruction) }
            if opcode == .together, let last = code.last, last.opcode == .together {
                // As many requests as it announces, or the announcement goes as well.
                let requests = (0..<Int(last.a)).compactMap { _ in instruction(.askAgent, &numbers) }
                if requests.isEmpty { code.removeLast() } else { code += requests }
            }
        }
        code.append(end(&numbers))
        for index in code.indices { setTarget(of: &code[index], among: code.count, from: index, &numbers) }
        return code
    }

    private func end(_ numbers: inout SeededNumbers) -> VMInstruction {
        if Int.random(in: 0..<3, using: &numbers) == 0 { return VMInstruction(.jump) }
        return instruction(function.result == nil ? .returnNothing : .return, &numbers) ?? VMInstruction(.jump)
    }

    /// Mostly forward, as what goes back seldom comes to its end.
    private func setTarget(
        of instruction: inout VMInstruction, among count: Int, from index: Int, _ numbers: inout SeededNumbers
    ) {
        let place = instruction.opcode.operandShape.jumpPlace
        guard place >= 0 else { return }
        let first = Int.random(in: 0..<4, using: &numbers) == 0 ? 0 : min(index + 1, count - 1)
        let target = UInt16(Int.random(in: first..<count, using: &numbers))
        switch place {
        case 0: instruction.a = target
        case 1: instruction.b = target
        case 2: instruction.c = target
        default: instruction.arguments[place - 3] = target
        }
    }

    /// An instruction whose operands fit; nil when the registers, or what was drawn, do not allow one.
    private func instruction(_ opcode: VMOpcode, _ numbers: inout SeededNumbers) -> VMInstruction? {
        let signature = opcode.signature
        var element: ValueType?
        var bits: [UInt16] = []
        for kind in signature.operands {
            guard let operand = operand(kind, &element, &numbers) else { return nil }
            bits.append(operand)
        }
        var instruction = VMInstruction(opcode, a: bits[0], b: bits[1], c: bits[2], more: Array(bits.dropFirst(3)))
        if let proof = signature.proof, !provide(proof, &instruction, element, &numbers) { return nil }
        if signature.c == .argumentCount { instruction.c = UInt16(instruction.arguments.count) }
        return instruction
    }

    private func operand(_ kind: OperandKind, _ element: inout ValueType?, _ numbers: inout SeededNumbers) -> UInt16? {
        switch kind {
        case .none, .argumentCount, .jump: 0
        case .immediate: UInt16(bitPattern: Int16(Int.random(in: -3...3, using: &numbers)))
        case .constant: UInt16(MadeProgram.constants.indices.randomElement(using: &numbers) ?? 0)
        case .function: UInt16(functions.indices.randomElement(using: &numbers) ?? 0)
        case .builtin: Builtin.allCases.randomElement(using: &numbers)?.rawValue
        case .relation: Relation.allCases.randomElement(using: &numbers)?.rawValue
        case .read(let pattern), .write(let pattern): register(pattern, &element, &numbers)
        }
    }

    private func register(_ pattern: TypePattern, _ element: inout ValueType?, _ numbers: inout SeededNumbers)
        -> UInt16?
    {
        func any(_ type: ValueType?) -> UInt16? { type.flatMap { places[$0]?.randomElement(using: &numbers) } }
        /// Of the element's type if that is settled, else of any that has an element, which it then settles.
        func settle(_ inner: (ValueType) -> ValueType?, _ outer: (ValueType) -> ValueType) -> UInt16? {
            if let element { return any(outer(element)) }
            let fitting = function.registers.indices.filter { inner(function.registers[$0]) != nil }
            guard let found = fitting.randomElement(using: &numbers) else { return nil }
            element = inner(function.registers[found])
            return UInt16(found)
        }
        switch pattern {
        case .int: return any(.int)
        case .float: return any(.float)
        case .bool: return any(.bool)
        case .string: return any(.string)
        case .any: return any(.any)
        case .mapOfAny: return any(.map(.any))
        case .element: return settle({ $0 }, { $0 })
        case .listOfElement: return settle({ if case .list(let inner) = $0 { inner } else { nil } }, { .list($0) })
        case .mapOfElement: return settle({ if case .map(let inner) = $0 { inner } else { nil } }, { .map($0) })
        case .intMapOfElement:
            return settle({ if case .intMap(let inner) = $0 { inner } else { nil } }, { .intMap($0) })
        case .optionalElement:
            return settle({ if case .optional(let inner) = $0 { inner } else { nil } }, { .optional($0) })
        case .nullable:
            return function.registers.indices.filter { function.registers[$0].isNullable }
                .randomElement(using: &numbers).map { UInt16($0) }
        case .fromSignature: return 0
        }
    }

    /// Sets what the operands alone do not say; false when the registers do not allow it.
    private func provide(
        _ proof: InstructionProof, _ instruction: inout VMInstruction, _ element: ValueType?,
        _ numbers: inout SeededNumbers
    ) -> Bool {
        func any(_ type: ValueType) -> UInt16? { places[type]?.randomElement(using: &numbers) }
        func all(_ types: [ValueType]) -> [UInt16]? {
            let found = types.compactMap(any)
            return found.count == types.count ? found : nil
        }
        let count = Int.random(in: 0...5, using: &numbers)
        switch proof {
        case .interfaceOfFunction:
            let callee = functions[Int(instruction.b)]
            return set(all(Array(callee.registers.prefix(callee.parameterCount))), callee.result, any, &instruction)
        case .interfaceOfBuiltin:
            let builtin = Builtin(rawValue: instruction.b)
            let first = builtin?.isGeneric == true ? function.registers.randomElement(using: &numbers) : nil
            guard let signature = builtin?.signature(for: first) else { return false }
            return set(all(signature.parameters), signature.result, any, &instruction)
        case .resultOfFunction: return set([], function.result, any, &instruction) && function.result != nil
        case .noResultOfFunction: return function.result == nil
        case .typeOfConstant: return MadeProgram.constants[Int(instruction.b)].type == element
        case .argumentsAreTexts: return set(all(Array(repeating: .string, count: count)), &instruction)
        case .argumentsHaveTexts:
            let types: [ValueType] = [.int, .float, .bool, .string]
            return set(all((0..<count).map { types[($0 + count) % 4] }), &instruction)
        case .argumentsAreElements:
            return set(element.flatMap { all(Array(repeating: $0, count: count)) }, &instruction)
        case .argumentsAreEntries, .argumentsAreIntEntries:
            let key: ValueType = proof == .argumentsAreEntries ? .string : .int
            let entries = element.map { element in (0..<count * 2).map { $0 % 2 == 0 ? key : element } }
            return set(entries.flatMap(all), &instruction)
        case .resultMayBeNull: return set([], element?.orNull, any, &instruction)
        case .resultIsOptionalText: return set([], .optional(.string), any, &instruction)
        case .requestsFollow:
            instruction.a = UInt16(Int.random(in: 1...3, using: &numbers))
            return places[.string] != nil
        }
    }

    private func set(_ arguments: [UInt16]?, _ instruction: inout VMInstruction) -> Bool {
        guard let arguments else { return false }
        instruction.arguments = arguments
        return true
    }

    /// Arguments, and a register for a result if there is one.
    private func set(
        _ arguments: [UInt16]?, _ result: ValueType?, _ register: (ValueType) -> UInt16?,
        _ instruction: inout VMInstruction
    ) -> Bool {
        guard let place = result.map(register) ?? .some(VMInstruction.noRegister) else { return false }
        instruction.a = place
        return set(arguments, &instruction)
    }
}
