// The types of a program, each by a number.

import SerenaNetBytecode

/// A type by its number in the ``IRTypes``: comparing two is comparing two integers.
struct IRType: Hashable {
    private let number: Int32

    init(index: Int) {
        number = Int32(truncatingIfNeeded: index)
    }

    var index: Int { Int(number) }

    static let int = IRType(index: 0)
    static let float = IRType(index: 1)
    static let bool = IRType(index: 2)
    static let string = IRType(index: 3)
    static let any = IRType(index: 4)

    /// Whether values of it can stand in a text.
    var isScalar: Bool { number < 4 }
}

/// The types of a program, each once.
struct IRTypes {
    private enum Form {
        case plain, list, map, intMap, optional
    }

    /// What a type is made of, so that most questions need not look at the type itself.
    private struct Shape {
        let form: Form
        /// The type itself where it is made of no other.
        let element: IRType
    }

    private(set) var all = Self.plain
    private var shapes = Self.plainShapes

    /// The types that are made of no other, in the order of ``IRType``.
    private static let plain: [ValueType] = [.int, .float, .bool, .string, .any]
    private static let plainShapes = plain.indices.map { Shape(form: .plain, element: IRType(index: $0)) }

    subscript(type: IRType) -> ValueType { all[type.index] }

    mutating func number(of type: ValueType) -> IRType {
        switch type {
        case .int: .int
        case .float: .float
        case .bool: .bool
        case .string: .string
        case .any: .any
        case .list(let element): list(of: number(of: element))
        case .map(let element): map(of: number(of: element))
        case .intMap(let element): intMap(of: number(of: element))
        case .optional(let wrapped): optional(of: number(of: wrapped))
        }
    }

    // MARK: Types of types

    mutating func list(of element: IRType) -> IRType { made(.list, of: element) { .list($0) } }

    mutating func map(of element: IRType) -> IRType { made(.map, of: element) { .map($0) } }

    mutating func intMap(of element: IRType) -> IRType { made(.intMap, of: element) { .intMap($0) } }

    mutating func optional(of wrapped: IRType) -> IRType { made(.optional, of: wrapped) { .optional($0) } }

    /// See ``ValueType/orNull``.
    mutating func orNull(_ type: IRType) -> IRType {
        isNullable(type) ? type : optional(of: type)
    }

    private mutating func made(_ form: Form, of element: IRType, _ make: (ValueType) -> ValueType) -> IRType {
        // A program has few types, so that looking through them is faster than hashing nested ones.
        var index = Self.plain.count
        while index < shapes.count {
            if shapes[index].element == element, shapes[index].form == form { return IRType(index: index) }
            index += 1
        }
        shapes.append(Shape(form: form, element: element))
        all.append(make(all[element.index]))
        return IRType(index: all.count - 1)
    }

    // MARK: Questions

    /// What an optional holds when it is not null.
    func wrapped(_ type: IRType) -> IRType? { part(of: type, .optional) }

    /// What a list holds.
    func listElement(_ type: IRType) -> IRType? { part(of: type, .list) }

    /// What a map holds under its keys.
    func mapElement(_ type: IRType) -> IRType? {
        let shape = shapes[type.index]
        return shape.form == .map || shape.form == .intMap ? shape.element : nil
    }

    /// Whether it is a map from ints.
    func hasIntKeys(_ type: IRType) -> Bool { shapes[type.index].form == .intMap }

    /// The type of the keys of a map.
    func mapKey(_ type: IRType) -> IRType? {
        switch shapes[type.index].form {
        case .map: .string
        case .intMap: .int
        case .plain, .list, .optional: nil
        }
    }

    func isOptional(_ type: IRType) -> Bool { shapes[type.index].form == .optional }

    /// Whether a value of the type can be null.
    func isNullable(_ type: IRType) -> Bool { type == .any || isOptional(type) }

    /// With its article, for sentences.
    func spoken(_ type: IRType) -> String { self[type].spoken }

    private func part(of type: IRType, _ form: Form) -> IRType? {
        let shape = shapes[type.index]
        return shape.form == form ? shape.element : nil
    }
}
