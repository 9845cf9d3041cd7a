// What the templates ask of a processor.
//
// A frame's base, the fuel, and the block of memory that machine code shares with the machine (``MachineCodeState``) have
// registers of the processor to themselves. `scratch` registers are the templates' own, for the time of one instruction. What
// remains can hold the VM's registers throughout a loop, the `pins`.

import SerenaNetBytecode

/// A general register of the processor, by its number in instructions.
struct IntegerRegister: Hashable {
    let number: UInt8

    init(_ number: UInt8) { self.number = number }
}

/// A floating-point register of the processor, by its number in instructions.
struct FloatRegister: Hashable {
    let number: UInt8

    init(_ number: UInt8) { self.number = number }
}

/// How two integers stand to each other.
enum IntegerCondition {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

    var opposite: IntegerCondition {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
    }

    /// What a relation means for integers, of which any two can be compared.
    init(_ relation: Relation) {
        switch relation {
        case .less: self = .less
        case .equal: self = .equal
        case .lessOrEqual: self = .lessOrEqual
        case .greater, .notLessOrEqual: self = .greater
        case .greaterOrEqual, .notLess: self = .greaterOrEqual
        case .notEqual: self = .notEqual
        }
    }
}

enum FloatOperation {
    case add, subtract, multiply, divide
}

/// The fixed pieces of code that every translated task has once.
struct CodeEntrances {
    /// Called by the machine with the shared block and the place to go to.
    let enter: CodeLabel
    /// Back to the machine: scratch 0 holds the distance of the instruction from the beginning of the program's code, scratch
    /// 1 a ``MachineCodeEnd``, scratch 2 the size of the frame.
    let exit: CodeLabel
    /// Executes the instruction at an address by ``Machine/performSlowly(_:_:)``; the answer comes in scratch 0.
    let slow: CodeLabel
    /// Lets the machine grant the next instructions, with scratch 0 and 2 as for ``exit``. Comes back if there are some; all
    /// registers but those of the frame's base and the shared block are changed then.
    let refuel: CodeLabel
}

/// An assembler with the operations that templates are made of. Results may go to a register that is an operand as well.
///
/// Offsets are in bytes. A *slot* is 8 bytes of the frame, by its offset from the frame's base. Unless it says so, no operation
/// changes a scratch register or a pin that it does not name.
protocol CodeAssembler {
    var buffer: CodeBuffer { get set }

    static var scratch0: IntegerRegister { get }
    static var scratch1: IntegerRegister { get }
    static var scratch2: IntegerRegister { get }
    static var floatScratch0: FloatRegister { get }
    static var floatScratch1: FloatRegister { get }
    static var pins: [IntegerRegister] { get }
    static var floatPins: [FloatRegister] { get }
    /// What one call takes of the thread's stack.
    static var bytesPerCall: Int { get }

    init()

    // MARK: Moving
    mutating func load(_ to: IntegerRegister, slot: Int)
    mutating func store(_ from: IntegerRegister, slot: Int)
    mutating func load(_ to: FloatRegister, slot: Int)
    mutating func store(_ from: FloatRegister, slot: Int)
    mutating func move(_ to: IntegerRegister, _ from: IntegerRegister)
    mutating func move(_ to: FloatRegister, _ from: FloatRegister)
    /// The bits of a float.
    mutating func moveBits(_ to: IntegerRegister, _ from: FloatRegister)
    mutating func moveBits(_ to: FloatRegister, _ from: IntegerRegister)
    mutating func constant(_ to: IntegerRegister, _ value: UInt64)

    // MARK: Integers. Those that overflow jump, and leave the result open
    mutating func add(_ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel)
    mutating func subtract(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel)
    mutating func multiply(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel)
    mutating func add(_ to: IntegerRegister, _ left: IntegerRegister, immediate: Int32, overflow: CodeLabel?)
    mutating func negate(_ to: IntegerRegister, _ from: IntegerRegister, overflow: CodeLabel)
    /// Toward zero. Divisors of 0 and −1 are refused. `left` may be scratch 0 or a pin, `right` scratch 1 or a pin; scratch 0
    /// and 2 are changed.
    mutating func divide(_ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel)
    /// With the sign of the divisor; everything else as ``divide(_:_:_:refuse:)``.
    mutating func remainder(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel)
    /// 1 for 0 and 0 for 1.
    mutating func flip(_ to: IntegerRegister, _ from: IntegerRegister)
    /// Sets bits, all within the lowest four.
    mutating func setBits(_ to: IntegerRegister, _ from: IntegerRegister, _ bits: UInt8)
    mutating func set(
        _ to: IntegerRegister, _ left: IntegerRegister, _ condition: IntegerCondition, _ right: IntegerRegister)

    // MARK: Floats
    mutating func perform(
        _ operation: FloatOperation, _ to: FloatRegister, _ left: FloatRegister, _ right: FloatRegister)
    mutating func negate(_ to: FloatRegister, _ from: FloatRegister)
    mutating func convert(_ to: FloatRegister, _ from: IntegerRegister)
    /// 1 where the relation holds, else 0.
    mutating func set(_ to: IntegerRegister, _ left: FloatRegister, _ relation: Relation, _ right: FloatRegister)

    // MARK: Objects
    mutating func load(_ to: IntegerRegister, field: Int, of object: IntegerRegister)
    mutating func store(_ from: IntegerRegister, field: Int, of object: IntegerRegister)
    mutating func load(_ to: IntegerRegister, element: IntegerRegister, of list: IntegerRegister)
    mutating func store(_ from: IntegerRegister, element: IntegerRegister, of list: IntegerRegister)
    mutating func load(_ to: FloatRegister, element: IntegerRegister, of list: IntegerRegister)
    /// Jumps when `index`, as a number without sign, is not below the number in the field.
    mutating func jump(ifOutside index: IntegerRegister, field: Int, of object: IntegerRegister, to label: CodeLabel)

    // MARK: Jumps
    mutating func jump(_ label: CodeLabel)
    mutating func jump(
        if left: IntegerRegister, _ condition: IntegerCondition, _ right: IntegerRegister, to label: CodeLabel)
    mutating func jump(
        if left: IntegerRegister, _ condition: IntegerCondition, immediate: Int32, to label: CodeLabel)
    mutating func jump(if left: FloatRegister, _ relation: Relation, _ right: FloatRegister, to label: CodeLabel)

    // MARK: Fuel
    mutating func spend(_ instructions: Int)
    /// Jumps if there is fuel left.
    mutating func spend(_ instructions: Int, thenJump label: CodeLabel)
    /// Leaves in the processor's flags whether fuel is left, for ``beginFunction(refuel:)``.
    mutating func spendForCall(_ instructions: Int)

    // MARK: Calls
    /// Jumps when the stack ends before `frameEnd` bytes from the base, or there are as many calls as there may be.
    mutating func requireRoom(_ frameEnd: Int, refuse: CodeLabel)
    /// Sets slots to zero.
    mutating func clear(slots: Range<Int>)
    /// Writes the header of a frame whose registers begin at the slot `offset`.
    mutating func link(at offset: Int, returnAddress: UInt64, frameSize: Int, result: Int)
    mutating func moveBase(_ bytes: Int)
    mutating func call(_ label: CodeLabel)
    mutating func `return`()
    /// Where calls of a function arrive; goes on to `refuel` when no fuel is left.
    mutating func beginFunction(refuel: CodeLabel)
    /// See ``CodeEntrances/slow``.
    mutating func callSlowly(_ instruction: UInt64, _ entrances: CodeEntrances)
    /// Puts into scratch 0 what a function without result has in the place of one: what is there already.
    mutating func keepResult()
    /// See ``CodeEntrances/refuel``.
    mutating func callForFuel(_ entrances: CodeEntrances)

    mutating func emit(_ entrances: CodeEntrances)
    /// Writes all distances into the code.
    ///
    /// - Returns: nil when a jump is too far, or a label was never bound.
    func finish() -> [UInt8]?
}
