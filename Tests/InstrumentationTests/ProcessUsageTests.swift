// What the process is seen to use, when it uses it on purpose.

import Foundation
import Instrumentation
import Testing

@Suite struct ProcessUsageTests {
    @Test func computingTakesProcessorTime() {
        let before = ProcessUsage.current().cpu
        var value = 1.0
        let end = Date().addingTimeInterval(0.05)
        while Date() < end { value = (value + 1).squareRoot() }
        #expect(ProcessUsage.current().cpu > before && value > 0)
    }

    #if os(Linux)
        @Test func memoryThatIsTouchedIsResident() throws {
            let before = try #require(ProcessUsage.current().residentBytes)
            let block = [UInt8](repeating: 1, count: 64 << 20)
            let after = try #require(ProcessUsage.current().residentBytes)
            #expect(after - before > 48 << 20)
            #expect(block.last == 1)
        }

        @Test func openFilesAreCounted() throws {
            let before = try #require(ProcessUsage.openDescriptors())
            let handles = (0..<50).compactMap { _ in FileHandle(forReadingAtPath: "/dev/null") }
            let after = try #require(ProcessUsage.openDescriptors())
            #expect(handles.count == 50 && after >= before + 40)
            for handle in handles { try handle.close() }
        }
    #endif
}
