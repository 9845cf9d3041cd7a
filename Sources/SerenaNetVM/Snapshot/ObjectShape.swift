// What an object of the heap holds, as the types of the program tell.

import SerenaNetBytecode

/// The shape of an object, which is the same wherever it is referred to from: the types of two registers that can hold one
/// object differ at most in `?`.
enum ObjectShape: Hashable {
    case text
    /// One number or truth of this type.
    case box(ValueType)
    case list(ValueType)
    case map(ValueType)
    case intMap(ValueType)

    /// What a slot of `type` refers to when it is not null; nil for types whose slots are no references, and for `any`,
    /// where the tag of the slot tells.
    init?(of type: ValueType) {
        switch type {
        case .int, .float, .bool, .any: return nil
        case .string: self = .text
        case .list(let element): self = .list(element)
        case .map(let element): self = .map(element)
        case .intMap(let element): self = .intMap(element)
        case .optional(let inner):
            guard inner.isReference else {
                self = .box(inner)
                return
            }
            guard let shape = ObjectShape(of: inner) else { return nil }
            self = shape
        }
    }

    /// What a slot of `any` with this tag refers to; nil for a tag of what stands in the slot itself.
    init?(tag: UInt64) {
        switch tag {
        case ReferenceTag.int: self = .box(.int)
        case ReferenceTag.float: self = .box(.float)
        case ReferenceTag.text: self = .text
        case ReferenceTag.list: self = .list(.any)
        case ReferenceTag.map: self = .map(.any)
        default: return nil
        }
    }

    /// The fewest bytes that one element, or the content of a box, takes in a snapshot.
    var smallestElement: Int {
        switch self {
        case .text: 1
        case .box, .list: 8
        case .map, .intMap: 16
        }
    }
}

/// The shapes that objects of a program can have, numbered in an order that follows from the program.
struct ObjectShapes {
    private(set) var all: [ObjectShape] = []
    private var numbers: [ObjectShape: UInt16] = [:]

    init(of bytecode: FTAIBytecode) {
        for shape in [.text, .box(.int), .box(.float), .box(.bool), .list(.any), .map(.any)] as [ObjectShape] {
            add(shape)
        }
        for function in bytecode.functions {
            for register in function.registers {
                var next: ValueType? = register
                while let type = next {
                    if let shape = ObjectShape(of: type) { add(shape) }
                    next = type.element
                }
            }
        }
    }

    /// There are fewer than 65,536, as types are nested ``SerenaNetBytecode/ValueType/maximumDepth`` deep at most.
    private mutating func add(_ shape: ObjectShape) {
        guard numbers[shape] == nil else { return }
        numbers[shape] = UInt16(truncatingIfNeeded: all.count)
        all.append(shape)
    }

    func number(of shape: ObjectShape) -> UInt16? { numbers[shape] }
}
