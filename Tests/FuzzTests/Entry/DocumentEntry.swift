// Where libFuzzer enters: scripts/fuzz compiles this file with the targets. The package leaves it out.

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzDocument(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
