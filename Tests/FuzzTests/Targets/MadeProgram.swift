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

    /// Who writes the functions of the next programs, and for how many: settling their types takes as long as writing them.
    private var authors: [FunctionAuthor] = []
    private var programsLeft = 0
    private static let programsOfAuthors = 16

    /// A program of one to three functions, which may call each other.
    mutating func make() -> FTAIBytecode {
        if programsLeft == 0 {
            let functions = (0..<number(1...3)).map { interface(named: "f\($0)") }
            authors = functions.indices.map { FunctionAuthor(functions: functions, index: $0) }
            programsLeft = Self.programsOfAuthors
        }
        programsLeft -= 1
        var functions: [BytecodeFunction] = []
        var instructions: [VMInstruction] = []
        for author in authors {
            let start = instructions.count
            instructions += author.write(&numbers)
            var function = author.function
            function.code = start..<instructions.count
            function.lines = (start..<instructions.count).map { UInt32($0 % 40) }
            function.handlers = handlers(of: function)
            functions.append(function)
        }
        return FTAIBytecode(
            id: "made", sourceHash: "00", instructions: instructions, functions: functions,
            constants: Self.constants, tasks: authors.map(\.task),
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

/// What is looked up for every instruction, computed once.
private enum Vocabulary {
    static let opcodes = VMOpcode.allCases
    static let builtins = Builtin.allCases
    static let relations = Relation.allCases
    static let operands = opcodes.map(\.signature.operands)
}

/// Writes the code of one function whose interface, and those of the others, are settled.
private struct FunctionAuthor {
    let functions: [BytecodeFunction]
    let function: BytecodeFunction
    let task: TaskDeclaration
    /// The registers of each type.
    private let places: [ValueType: [UInt16]]
    /// The registers with what they hold: themselves, elements, or what an optional is around.
    private let values, lists, maps, intMaps, optionals: [(register: UInt16, element: ValueType)]
    private let nullables: [UInt16]

    init(functions: [BytecodeFunction], index: Int) {
        self.functions = functions
        let function = functions[index]
        self.function = function
        task = TaskDeclaration(
            name: function.name, function: index,
            inputs: (0..<function.parameterCount).map { .init(name: "i\($0)", type: function.registers[$0]) })
        let registers = function.registers.indices.map { UInt16($0) }
        places = Dictionary(grouping: registers) { function.registers[Int($0)] }
        func holding(_ inner: (ValueType) -> ValueType?) -> [(register: UInt16, element: ValueType)] {
            registers.compactMap { register in inner(function.registers[Int(register)]).map { (register, $0) } }
        }
        values = holding { $0 }
        lists = holding { if case .list(let inner) = $0 { inner } else { nil } }
        maps = holding { if case .map(let inner) = $0 { inner } else { nil } }
        intMaps = holding { if case .intMap(let inner) = $0 { inner } else { nil } }
        optionals = holding { if case .optional(let inner) = $0 { inner } else { nil } }
        nullables = registers.filter { function.registers[Int($0)].isNullable }
    }

    /// Instructions up to one that ends the function, with places to jump to.
    func write(_ numbers: inout SeededNumbers) -> [VMInstruction] {
        var code: [VMInstruction] = []
        let length = Int.random(in: 2...28, using: &numbers)
        while code.count < length {
            guard let opcode = Vocabulary.opcodes.randomElement(using: &numbers) else { continue }
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
        // The last goes back in any case, but not to itself, which would be all that is left of the run.
        let isForward = index + 1 < count && Int.random(in: 0..<4, using: &numbers) > 0
        let first = isForward ? index + 1 : 0
        let target = UInt16(Int.random(in: first..<(isForward ? count : max(1, index)), using: &numbers))
        switch place {
        case 0: instruction.a = target
        case 1: instruction.b = target
        case 2: instruction.c = target
        default: instruction.arguments[place - 3] = target
        }
    }

    /// An instruction whose operands fit; nil when the registers, or what was drawn, do not allow one.
    private func instruction(_ opcode: VMOpcode, _ numbers: inout SeededNumbers) -> VMInstruction? {
        let shape = opcode.operandShape
        var element: ValueType?
        var instruction = VMInstruction(opcode)
        for (place, kind) in Vocabulary.operands[Int(opcode.rawValue)].enumerated() {
            guard let bits = operand(kind, &element, &numbers) else { return nil }
            switch place {
            case 0: instruction.a = bits
            case 1: instruction.b = bits
            case 2: instruction.c = bits
            default: instruction.arguments.append(bits)
            }
        }
        if let proof = shape.proof, !provide(proof, &instruction, element, &numbers) { return nil }
        if shape.takesArguments { instruction.c = UInt16(instruction.arguments.count) }
        return instruction
    }

    private func operand(_ kind: OperandKind, _ element: inout ValueType?, _ numbers: inout SeededNumbers) -> UInt16? {
        switch kind {
        case .none, .argumentCount, .jump: 0
        case .immediate: UInt16(bitPattern: Int16(Int.random(in: -3...3, using: &numbers)))
        case .constant: UInt16(MadeProgram.constants.indices.randomElement(using: &numbers) ?? 0)
        case .function: UInt16(functions.indices.randomElement(using: &numbers) ?? 0)
        case .builtin: Vocabulary.builtins.randomElement(using: &numbers)?.rawValue
        case .relation: Vocabulary.relations.randomElement(using: &numbers)?.rawValue
        case .read(let pattern), .write(let pattern): register(pattern, &element, &numbers)
        }
    }

    private func register(_ pattern: TypePattern, _ element: inout ValueType?, _ numbers: inout SeededNumbers)
        -> UInt16?
    {
        func any(_ type: ValueType?) -> UInt16? { type.flatMap { places[$0]?.randomElement(using: &numbers) } }
        /// Of the element's type if that is settled, else of any that fits, which then settles it.
        func settle(
            _ fitting: [(register: UInt16, element: ValueType)], _ outer: (ValueType) -> ValueType
        ) -> UInt16? {
            if let element { return any(outer(element)) }
            guard let found = fitting.randomElement(using: &numbers) else { return nil }
            element = found.element
            return found.register
        }
        switch pattern {
        case .int: return any(.int)
        case .float: return any(.float)
        case .bool: return any(.bool)
        case .string: return any(.string)
        case .any: return any(.any)
        case .mapOfAny: return any(.map(.any))
        case .element: return settle(values) { $0 }
        case .listOfElement: return settle(lists) { .list($0) }
        case .mapOfElement: return settle(maps) { .map($0) }
        case .intMapOfElement: return settle(intMaps) { .intMap($0) }
        case .optionalElement: return settle(optionals) { .optional($0) }
        case .nullable: return nullables.randomElement(using: &numbers)
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
