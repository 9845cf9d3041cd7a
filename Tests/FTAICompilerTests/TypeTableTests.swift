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
        #expect(table[table.number(of: type)] == type)
        #expect(Self.types.firstIndex(of: type).map { numbers[$0] } == table.number(of: type))
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
        #expect(table[table.orNull(number)] == type.orNull)
        #expect(table[table.list(of: number)] == .list(type))
    }
}
