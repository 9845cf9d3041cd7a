// The fuzz target of the JSON reader: whatever the bytes are, reading ends with a value or a diagnostic that has a place, and both
// who read JSON take the same texts.

@testable import FTAI
import SerenaNetBytecode

func fuzzJSON(_ bytes: [UInt8]) {
    let source = FTAISource(file: "fuzz.json", bytes: bytes)
    do throws(Diagnostic) {
        let value = try JSONValue.read(source)
        checkValue(of: value.text(isCompact: bytes.count % 2 == 0))
        let text = value.text()
        let again = try JSONValue.read(FTAISource(file: "fuzz.json", text: text))
        precondition(again.text() == text)
        let document = try FTAIDocument(json: source)
        let written = FTAISerializer.serialize(document)
        precondition(FTAIParser(mode: .lenient).parse(ftaiContent: written).document?.withoutRanges == document)
    } catch {
        precondition(error.line >= 1 && error.column >= 1 && error.line <= source.lineStarts.count)
        if error.code == .jsonMalformed, let text = String(validating: bytes, as: UTF8.self) {
            precondition((try? VMValue(json: text)) == nil)
        }
    }
}

/// What is JSON is a value of the VM, unless it is too deep or too large for one, and reads back as the same.
private func checkValue(of text: String) {
    do throws(JSONError) {
        let value = try VMValue(json: text)
        let again = try VMValue(json: value.json)
        precondition(again == value)
    } catch {
        precondition(error.kind == .tooDeep || error.reason.contains("too large"))
    }
}
