// What is known of a function while it is translated.

import SerenaNetBytecode

/// The function that is being translated, and how far its translation has come.
struct FunctionScope {
    /// A piece of code that stands behind the function's own.
    enum Stub: Hashable {
        case load(Int)
        case refuel(Int)
        case interpret(Int, executed: Int)
        case failed(Int, executed: Int)
    }

    /// How an instruction leaves the count of what was executed.
    enum Flow {
        /// It has still to be counted.
        case next
        /// It has been counted.
        case settled
        /// Control does not go on behind it.
        case ended
    }

    let code: [VMInstruction]
    let types: [ValueType]
    let frameSize: Int
    /// For each instruction the word of the program's code at which it begins.
    let words: [Int]
    /// Whether control can come to an instruction from elsewhere than the instruction before.
    let isEntry: [Bool]
    let pins: LoopPins
    /// Where stubs go when they have said why.
    let exit: CodeLabel

    var index = 0
    /// Instructions executed since fuel was last spent.
    var pending = 0
    var isReachable = true
    /// The loop whose pins are loaded; −1 for none.
    private(set) var loop = -1
    private(set) var stubs: [(stub: Stub, label: CodeLabel)] = []

    private var labels: [CodeLabel?]
    private var stubLabels: [Stub: CodeLabel] = [:]
    private var integers: [IntegerRegister?]
    private var floats: [FloatRegister?]
    /// A register of the VM that scratch 0 holds, outside of loops.
    private var held: UInt16?

    static let empty = FunctionScope()

    private init() {
        (code, types, words, isEntry, labels, integers, floats) = ([], [], [], [], [], [], [])
        frameSize = 0
        pins = LoopPins(code: [], types: [], integerPins: [], floatPins: [])
        exit = CodeLabel(index: 0)
    }

    init(
        _ program: LoadedProgram, function index: Int, exit: CodeLabel, integerPins: [IntegerRegister],
        floatPins: [FloatRegister]
    ) {
        let function = program.bytecode.functions[index]
        code = Array(program.bytecode.instructions(of: function))
        types = function.registers
        frameSize = FunctionEntry.frameSize(of: function)
        var words: [Int] = []
        var next = program.firstWords[index]
        var isEntry = [Bool](repeating: false, count: code.count + 1)
        isEntry[0] = true
        for (index, instruction) in code.enumerated() {
            words.append(next)
            next += instruction.wordCount
            if let target = instruction.jumpTarget { isEntry[target] = true }
            if instruction.opcode == .call || instruction.leavesTheLoop || instruction.looksAtFuelBehind {
                isEntry[index + 1] = true
            }
        }
        for handler in function.handlers { isEntry[handler.target] = true }
        self.words = words
        self.isEntry = isEntry
        self.exit = exit
        pins = LoopPins(code: code, types: types, integerPins: integerPins, floatPins: floatPins)
        labels = [CodeLabel?](repeating: nil, count: code.count)
        integers = [IntegerRegister?](repeating: nil, count: types.count)
        floats = [FloatRegister?](repeating: nil, count: types.count)
    }

    // MARK: Places

    mutating func label(_ instruction: Int, make: () -> CodeLabel) -> CodeLabel {
        if let label = labels[instruction] { return label }
        let label = make()
        labels[instruction] = label
        return label
    }

    mutating func label(of stub: Stub, make: () -> CodeLabel) -> CodeLabel {
        if let label = stubLabels[stub] { return label }
        let label = make()
        stubLabels[stub] = label
        stubs.append((stub, label))
        return label
    }

    // MARK: Pins

    mutating func enter(loop: Int) {
        guard loop != self.loop else { return }
        if self.loop >= 0 {
            for (register, _) in pins.loops[self.loop].integers { integers[Int(register)] = nil }
            for (register, _) in pins.loops[self.loop].floats { floats[Int(register)] = nil }
        }
        if loop >= 0 {
            for (register, pin) in pins.loops[loop].integers { integers[Int(register)] = pin }
            for (register, pin) in pins.loops[loop].floats { floats[Int(register)] = pin }
        }
        self.loop = loop
        held = nil
    }

    func pin(_ register: UInt16) -> IntegerRegister? { integers[Int(register)] }
    func floatPin(_ register: UInt16) -> FloatRegister? { floats[Int(register)] }

    // MARK: What scratch 0 holds

    func isHeld(_ register: UInt16) -> Bool { held == register }

    /// Scratch 0 holds `register`, which is no pin, as memory does.
    mutating func hold(_ register: UInt16) {
        held = loop < 0 ? register : nil
    }

    /// Memory has changed under `register`.
    mutating func forget(_ register: UInt16) {
        if held == register { held = nil }
    }

    mutating func forget() { held = nil }
}
