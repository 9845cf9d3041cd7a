// A log of turns, the same in three formats: what the readers of documents are measured on.

/// Records of a log, as FTAI, JSON and YAML.
struct SampleLog {
    /// Bytes of each format for the same records.
    let ftai: [UInt8]
    let json: [UInt8]
    let yaml: String
    let records: Int

    /// - Parameter size: of the FTAI text, in bytes, reached by the last record.
    init(size: Int) {
        var ftai = Self.head
        var json = "["
        var yaml = ""
        var count = 0
        while ftai.utf8.count < size {
            ftai += Self.ftai(count)
            json += (count > 0 ? "," : "") + Self.json(count)
            yaml += Self.yaml(count)
            count += 1
        }
        self.ftai = Array(ftai.utf8)
        self.json = Array((json + "]").utf8)
        self.yaml = yaml
        records = count
    }

    static let head = "@ftai v2.0 lang:en\n\n@document Turns\n  owner: bench\n@end\n"

    static func ftai(_ number: Int) -> String {
        """

        @task turn \(number)
          transcript: "what is a fifteen percent tip on \(number) dollars"
          latency_ms:int \(number % 900)
          confidence:float 0.\(number % 1000)
          understood:bool true
          words: [what, is, a, tip, "on, \(number)", dollars]
          agent: assistant // chosen by the router
          - heard at \(number).250 seconds
          - spoken by the first user of the machine
          The answer was begun before the user had finished.
          @memory episode
            key: turn-\(number)
            value: some text that is remembered for later
          @end
        @end

        """
    }

    private static func json(_ number: Int) -> String {
        """
        {"task":"turn \(number)","transcript":"what is a fifteen percent tip on \(number) dollars",\
        "latency_ms":\(number % 900),"confidence":0.\(number % 1000),"understood":true,\
        "words":["what","is","a","tip","on, \(number)","dollars"],"agent":"assistant",\
        "notes":["heard at \(number).250 seconds","spoken by the first user of the machine"],\
        "text":"The answer was begun before the user had finished.",\
        "memory":{"title":"episode","key":"turn-\(number)","value":"some text that is remembered for later"}}
        """
    }

    private static func yaml(_ number: Int) -> String {
        """
        - task: turn \(number)
          transcript: "what is a fifteen percent tip on \(number) dollars"
          latency_ms: \(number % 900)
          confidence: 0.\(number % 1000)
          understood: true
          words: [what, is, a, tip, "on, \(number)", dollars]
          agent: assistant # chosen by the router
          notes:
            - heard at \(number).250 seconds
            - spoken by the first user of the machine
          text: The answer was begun before the user had finished.
          memory:
            title: episode
            key: turn-\(number)
            value: some text that is remembered for later

        """
    }
}
