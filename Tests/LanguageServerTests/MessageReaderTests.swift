// Messages in pieces, and what is none.

import Testing

@testable import LanguageServer

@Suite struct MessageReaderTests {
    private static let two = Array("Content-Length: 2\r\n\r\n{}content-type: x\r\nCONTENT-LENGTH:3\r\n\r\n[1]".utf8)

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func messagesArriveInPiecesOfAnySize(size: Int) throws {
        var reader = MessageReader()
        var messages: [MessageReader.Message] = []
        var rest = Self.two[...]
        while !rest.isEmpty {
            messages += try reader.receive(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(messages == [.content(Array("{}".utf8)), .content(Array("[1]".utf8))])
    }

    @Test(arguments: [1, 5, 1_000])
    func whatIsTooLargeIsPassedOver(size: Int) throws {
        var reader = MessageReader(limit: 4)
        var messages: [MessageReader.Message] = []
        var rest = Array("Content-Length: 9\r\n\r\n123456789Content-Length: 2\r\n\r\n{}".utf8)[...]
        while !rest.isEmpty {
            messages += try reader.receive(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(messages == [.tooLarge(9), .content(Array("{}".utf8))])
    }

    @Test(arguments: [
        ("Content-Type: x\r\n\r\n", FramingError.lengthMissing), ("Content-Length: -1\r\n\r\n", .lengthMissing),
        ("Content-Length: two\r\n\r\n", .lengthMissing), ("\r\n\r\n", .lengthMissing),
        ("Content-Length: 99999999999999999999\r\n\r\n", .lengthMissing),
        (String(repeating: "x", count: 5_000), .headerTooLong),
    ])
    func whatHasNoLengthEndsTheConversation(header: String, error: FramingError) {
        var reader = MessageReader()
        #expect(throws: error) { try reader.receive(header.utf8) }
    }
}
