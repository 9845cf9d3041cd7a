// JSON is read as RFC 8259 says, and everything else is refused with its place.

import SerenaNetBytecode
import Testing

@Suite struct JSONTests {
    static let good: [(text: String, value: VMValue)] = [
        ("null", .null), (" true\n", .bool(true)), ("-0", .int(0)), ("9223372036854775807", .int(.max)),
        ("9223372036854775808", .float(0x1p63)), ("1e2", .float(100)), ("-0.5E-1", .float(-0.05)),
        ("\"\\u0041\\ud83e\\udd8a\\/\\b\"", .string("A🦊/\u{8}")), ("[]", .list([])),
        ("[1,[2]]", .list([.int(1), .list([.int(2)])])),
        ("{\"b\":1,\"a\":2,\"b\":3}", .map([.init(key: "b", value: .int(3)), .init(key: "a", value: .int(2))])),
    ]

    @Test(arguments: good)
    func readsWhatIsJSON(text: String, value: VMValue) throws {
        let read = try VMValue(json: text)
        #expect(read == value)
        #expect(try VMValue(json: read.json) == read)
    }

    @Test(arguments: [
        ("", 0), ("nul", 0), ("[1,]", 3), ("[1 2]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("01", 0), ("1.", 0),
        ("+1", 0),
        ("\"a", 2), ("\"\n\"", 1), ("\"\\x\"", 1), ("\"\\ud83e\"", 1), ("\"\\udd8a\"", 1), ("1 2", 2), ("NaN", 0),
        ("1e999", 0), ("[", 1), ("{\"a\"", 4),
    ])
    func refusesEverythingElse(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try VMValue(json: text) }
        #expect(error?.offset == offset)
    }

    @Test func depthIsBounded() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try VMValue(json: deepest)
        #expect(throws: JSONError.self) { try VMValue(json: "[" + deepest + "]") }
        #expect(throws: JSONError.self) { try VMValue(json: String(repeating: "[", count: 100_000)) }
    }

    @Test func writesWhatAReaderTakesForSpecial() {
        #expect(VMValue.string("\"\\\n\r\t\u{1}\u{1F}\u{7F}é🦊").json == #""\"\\\n\r\t\u0001\u001f"# + "\u{7F}é🦊\"")
    }

    @Test(arguments: [
        VMValue.string(String(repeating: "x", count: 100_000)), .list(Array(repeating: .bool(true), count: 25_000)),
    ])
    func writingIsInterruptedSoonAfterThatIsWanted(value: VMValue) {
        var told = 0
        var writer = JSONWriter { bytes in
            told += bytes
            return told < 20_000
        }
        let isWritten = writer.write(value)
        #expect(!isWritten)
        #expect((20_000..<30_000).contains(writer.bytes.count))
    }

    @Test func everyCutAndEveryChangeIsReadOrRefused() {
        let bytes = Array(#"{"a":[1,-2.5e3,true,null,"é\u00e9\n"],"b":{"c":[]}}"#.utf8)
        for length in bytes.indices { _ = try? VMValue(json: String(decoding: bytes[..<length], as: UTF8.self)) }
        var numbers = SeededNumbers(state: 5)
        for _ in 0..<3_000 {
            var damaged = bytes
            damaged[Int.random(in: bytes.indices, using: &numbers)] = UInt8.random(in: 0...127, using: &numbers)
            guard let value = try? VMValue(json: String(decoding: damaged, as: UTF8.self)) else { continue }
            #expect((try? VMValue(json: value.json)) == value)
        }
    }
}
