// Layout changes white space and nothing else; the reference of tasks says what is in a document.

import FTAI
import Testing

@Suite struct LayoutTests {
    private func laidOut(_ text: String) throws -> String {
        DocumentLayout.text(of: try #require(FTAIParser(mode: .lenient).parse(ftaiContent: text).document))
    }

    @Test func codeIsIndentedByItsBlocks() throws {
        let text = """
            @ftai v2.0   lang:en // header


            // a remark
            @task tip // the task
            phrases: [ "tip",  b ]
              @do
            if a > 1   // why
                    say "if {count([1, 2])} end" // [(
            else if b
              say f(1,
            [2,
            3],
            4)


            else
            for x in xs
            while true
            break
            end
            end
            end
            return
            @end
            @end
            """
        let expected = """
            @ftai v2.0 lang:en // header

            // a remark
            @task tip // the task
              phrases: ["tip", b]
              @do
                if a > 1   // why
                  say "if {count([1, 2])} end" // [(
                else if b
                  say f(1,
                    [2,
                      3],
                    4)

                else
                  for x in xs
                    while true
                      break
                    end
                  end
                end
                return
              @end
            @end

            """
        #expect(try laidOut(text) == expected)
        #expect(try laidOut(expected) == expected)
    }

    @Test func onlyWholeWordsOpenAndCloseBlocks() throws {
        let text = """
            @ftai v2.0

            @task t
              @do
                for1(2)
                end2 = 1
                if true
                  else3(1)
                  end_4 = 2
                end
              @end
            @end

            """
        #expect(try laidOut(text) == text)
    }

    @Test(arguments: 0..<20)
    func layingOutTwiceChangesNothingAndKeepsEveryWord(seed: Int) throws {
        var generator = DocumentGenerator(seed: UInt64(9_000 + seed))
        for _ in 0..<10 {
            let text = FTAISerializer.serialize(generator.document())
            let once = try laidOut(text)
            #expect(try laidOut(once) == once)
            #expect(once.split(whereSeparator: \.isWhitespace) == text.split(whereSeparator: \.isWhitespace))
        }
    }

    static let declarations = [
        ("@input m:map<string, int>", "| `m` | `map<string, int>` | must be given |"),
        (
            "@input k: map<int, list<string>> [1: [\"x\"]]",
            "| `k` | `map<int, list<string>>` | `[1: [\"x\"]]` |"
        ),
        ("@input f:float  15.0", "| `f` | `float` | `15.0` |"),
        ("@input s:string? at 10:30 < noon", "| `s` | `string?` | `at 10:30 < noon` |"),
        ("@output r:map<int, string>", "Gives `r`, `map<int, string>`."),
    ]

    @Test(arguments: declarations)
    func typesMayHoldBlanks(declaration: String, line: String) throws {
        let text = "@ftai v2.0\n@task t\n  \(declaration)\n  @do\n  @end\n@end\n"
        let document = try #require(FTAIParser().parse(ftaiContent: text).document)
        #expect(TaskReference.markdown(of: document, file: "a.ftai").split(separator: "\n").contains(line[...]))
    }

    @Test func theReferenceTellsWhatTasksAreFor() throws {
        let text = """
            @ftai v2.0
            @document Tips & more
              author: Ann
            @end
            @task tip
              description: Works out a <tip>.
              phrases: ["tip on {bill:float}", "a|b"]
              effects: says
              @input bill:float
              @input rate:float 15.0
              @input note:string?
              @output tip:float
              @do
                return bill
              @end
            @end
            """
        let document = try #require(FTAIParser().parse(ftaiContent: text).document)
        #expect(
            TaskReference.markdown(of: document, file: "x/tips.ftai") == """
                # Tips &amp; more

                - **author**: Ann

                ## tip

                Works out a &lt;tip>.

                Ask for it with:

                - `tip on {bill:float}`
                - `a\\|b`

                | input | type | when it is not given |
                | --- | --- | --- |
                | `bill` | `float` | must be given |
                | `rate` | `float` | `15.0` |
                | `note` | `string?` | null |

                Gives `tip`, `float`.

                - **effects**: says

                """)
        #expect(
            TaskReference.markdown(of: FTAIDocument(), file: "x/empty.ftai")
                == "# empty.ftai\n\nThis document has no tasks.\n")
    }
}
