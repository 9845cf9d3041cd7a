// The fuzz target of the JSON reader: whatever the bytes are, reading ends with a value or a diagnostic that has a place.
// It is compiled together with Sources/FTAI by scripts/fuzz.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let source = FTAISource(file: "fuzz.json", bytes: bytes)
    do throws(Diagnostic) {
        let value = try JSONValue.read(source)
        let text = value.text()
        let again = try JSONValue.read(FTAISource(file: "fuzz.json", text: text))
        precondition(again.text() == text)
        let document = try FTAIDocument(json: source)
        let written = FTAISerializer.serialize(document)
        precondition(FTAIParser(mode: .lenient).parse(ftaiContent: written).document?.withoutRanges == document)
    } catch {
        precondition(error.line >= 1 && error.column >= 1 && error.line <= source.lineStarts.count)
    }
    return 0
}
