// Types by their numbers: one for each type, and the same answers that the types give.

import SerenaNetBytecode
import Testing

@testable import FTAICompiler

@Suite struct TypeTableTests {
    private static let types: [ValueType] = [
        .int, .float, .bool, .string, .any, .list(.int), .list(.list(.int)), .map(.any), .optional(.string),
        .optional(.list(.int)), .map(.optional(.float)), .list(.map(.optional(.float))),
    ]

    @Test(arguments: types)
    func aTypeHasOneNumber(type: ValueType) {
        var table = IRTypes()
        let numbers = Self.types.map { table.number(of: $0) }
        #expect(Set(numbers).count == Self.types.count)
        let number = table.number(of: type)
        #expect(table[number] == type)
        #expect(Self.types.firstIndex(of: type).map { numbers[$0] } == number)
    }

    @Test(arguments: types)
    func anAnswerIsThatOfTheType(type: ValueType) {
        var table = IRTypes()
        let number = table.number(of: type)
        #expect(number.isScalar == type.isScalar)
        #expect(table.isOptional(number) == type.isOptional)
        #expect(table.isNullable(number) == type.isNullable)
        #expect(table.wrapped(number).map { table[$0] } == type.wrapped)
        #expect(table.listElement(number).map { table[$0] } == type.listElement)
        #expect(table.mapElement(number).map { table[$0] } == type.mapElement)
        let (orNull, list) = (table.orNull(number), table.list(of: number))
        #expect(table[orNull] == type.orNull)
        #expect(table[list] == .list(type))
    }
}
