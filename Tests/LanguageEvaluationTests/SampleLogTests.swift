// The log that readers are measured on is the same in all its formats.

import Foundation
import Testing

@testable import LanguageEvaluation

@Suite struct SampleLogTests {
    @Test func allFormatsHoldTheSameRecords() throws {
        let log = SampleLog(size: 20_000)
        let ftai = String(decoding: log.ftai, as: UTF8.self)
        let json = try #require(JSONSerialization.jsonObject(with: Data(log.json)) as? [[String: Any]])
        #expect(json.count == log.records)
        for (number, record) in json.enumerated() {
            #expect(record["task"] as? String == "turn \(number)")
            #expect(ftai.contains("@task turn \(number)\n") && log.yaml.contains("- task: turn \(number)\n"))
            #expect(record["latency_ms"] as? Int == number % 900)
        }
    }
}
