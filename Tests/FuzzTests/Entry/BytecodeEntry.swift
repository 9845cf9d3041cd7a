// Where libFuzzer enters: scripts/fuzz compiles this file with the targets. The package leaves it out.

import Foundation

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzBytecode(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Called by libFuzzer once, before anything else: the counts are printed when it ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    atexit { print(ProgramCount.summary) }
    return 0
}

/// libFuzzer's own mutations of bytes.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int

/// Called by libFuzzer for a new input.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let mutated = mutatedBytecode(bytes, seed: seed), mutated.count <= capacity else {
        return mutateBytes(start, count, capacity)
    }
    for (index, byte) in mutated.enumerated() { start[index] = byte }
    return mutated.count
}
