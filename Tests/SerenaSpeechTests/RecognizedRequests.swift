// Requests as recognisers write them: digits, misheard words, fillers, missing articles.

import SerenaSpeech

enum RecognizedRequests {
    struct Request: Sendable, CustomStringConvertible {
        let transcript: String
        let intent: String
        let parameters: [String: SlotValue]

        var description: String { transcript }

        init(_ transcript: String, _ intent: String, _ parameters: [String: SlotValue] = [:]) {
            self.transcript = transcript
            self.intent = intent
            self.parameters = parameters
        }
    }

    static let all = social + arithmetic + memory + stage

    private static let social: [Request] = [
        Request("Hello, Serena.", "greeting"),
        Request("Hello Sarina", "greeting"),
        Request("Good morning, Serena!", "greeting"),
        Request("good mourning", "greeting"),
        Request("Um, hello.", "greeting"),
        Request("Hi, Serene.", "greeting"),
        Request("Good evening, Sirena.", "greeting"),
        Request("Please introduce yourself.", "introduction"),
        Request("Introduce your self to the audience.", "introduction"),
        Request("Serena, please introduce yourself to the audience", "introduction"),
        Request("Can you introduce yourself, please?", "introduction"),
        Request("introduced yourself", "introduction"),
        Request("Who are you?", "introduction"),
        Request("So, um, who are you?", "introduction"),
        Request("Tell us who you are.", "introduction"),
        Request("Thank you.", "thanks"),
        Request("Thank you very much, Serena.", "thanks"),
        Request("Thanks a lot!", "thanks"),
        Request("Thank you so much.", "thanks"),
        Request("Goodbye, Serena.", "goodbye"),
        Request("Good bye.", "goodbye"),
        Request("Say goodbye to the audience, please.", "goodbye"),
        Request("Good night, Serena.", "goodbye"),
    ]

    private static let arithmetic: [Request] = [
        Request("What's a 15% tip on $84?", "tip", ["rate": .float(15), "bill": .float(84)]),
        Request(
            "What is a fifteen percent tip on eighty four dollars?", "tip", ["rate": .float(15), "bill": .float(84)]),
        Request("Serena, what is a 15 percent tip on 84 dollars?", "tip", ["rate": .float(15), "bill": .float(84)]),
        Request("What's the 15% tip on $84.50?", "tip", ["rate": .float(15), "bill": .float(84.5)]),
        Request("um what is a 12.5% tip on $1,200", "tip", ["rate": .float(12.5), "bill": .float(1200)]),
        Request(
            "What is a fifteen percent dip on eighty four dollars", "tip", ["rate": .float(15), "bill": .float(84)]),
        Request("What's 15% tip on 84?", "tip", ["rate": .float(15), "bill": .float(84)]),
        Request("How much is a 20% tip on $60?", "tip", ["rate": .float(20), "bill": .float(60)]),
        Request(
            "What is a 15% tip on eighty-four dollars and fifty cents?", "tip",
            ["rate": .float(15), "bill": .float(84.5)]),
        Request("Tip on forty two dollars.", "tip", ["bill": .float(42)]),
        Request(
            "Could you tell me what is a ten percent tip on one hundred and twenty dollars", "tip",
            ["rate": .float(10), "bill": .float(120)]),
        Request("What is 12 times 12?", "multiply", ["a": .int(12), "b": .int(12)]),
        Request("What's seven times eight?", "multiply", ["a": .int(7), "b": .int(8)]),
        Request("what is twelve time thirteen", "multiply", ["a": .int(12), "b": .int(13)]),
        Request("What is 25 multiplied by 4?", "multiply", ["a": .int(25), "b": .int(4)]),
        Request("Multiply 6 by 7.", "multiply", ["a": .int(6), "b": .int(7)]),
        Request("Okay, now multiply six by seven, please.", "multiply", ["a": .int(6), "b": .int(7)]),
        Request(
            "If I invest $1,000 at 5% for 10 years, what do I get?", "compound",
            ["amount": .float(1000), "rate": .float(5), "years": .int(10)]),
        Request(
            "If I invest one thousand dollars at five percent for ten years, what do I have?", "compound",
            ["amount": .float(1000), "rate": .float(5), "years": .int(10)]),
        Request(
            "If I safe 500 dollars at 3.5% for 20 years, what do I get?", "compound",
            ["amount": .float(500), "rate": .float(3.5), "years": .int(20)]),
        Request(
            "How much is 2000 dollars at 4% after 12 years?", "compound",
            ["amount": .float(2000), "rate": .float(4), "years": .int(12)]),
        Request("How many prime numbers are there below 100?", "primes", ["limit": .int(100)]),
        Request("How many prime numbers are below one thousand?", "primes", ["limit": .int(1000)]),
        Request("How many prime number are there under a hundred?", "primes", ["limit": .int(100)]),
        Request("Um, how many prime numbers are there up to 50?", "primes", ["limit": .int(50)]),
        Request("Split $120 between four people.", "splitBill", ["bill": .float(120), "people": .int(4)]),
        Request("Split one hundred twenty dollars among 5", "splitBill", ["bill": .float(120), "people": .int(5)]),
        Request("Convert 20 degrees Celsius to Fahrenheit.", "convertTemperature", ["degrees": .float(20)]),
        Request("Convert 20° Celsius to Fahrenheit", "convertTemperature", ["degrees": .float(20)]),
        Request("Convert minus five degrees Celsius to Farenheit", "convertTemperature", ["degrees": .float(-5)]),
    ]

    private static let memory: [Request] = [
        Request(
            "Remember that my favorite city is Lisbon.", "remember",
            ["topic": .string("favorite city"), "fact": .string("Lisbon")]),
        Request(
            "Please remember that my lucky number is 42.", "remember",
            ["topic": .string("lucky number"), "fact": .string("42")]),
        Request(
            "Serena, remember that my dog's name is Captain Flint.", "remember",
            ["topic": .string("dog's name"), "fact": .string("Captain Flint")]),
        Request(
            "remembered that my favourite city is New York", "remember",
            ["topic": .string("favourite city"), "fact": .string("New York")]),
        Request(
            "Remember that my talk is about patience, Serena.", "remember",
            ["topic": .string("talk"), "fact": .string("about patience")]),
        Request("What is my favorite city?", "recall", ["topic": .string("favorite city")]),
        Request("What's my lucky number?", "recall", ["topic": .string("lucky number")]),
        Request("Do you remember my favourite city?", "recall", ["topic": .string("favourite city")]),
        Request("Serena, what did I say my favorite city is?", "recall", ["topic": .string("favorite city")]),
    ]

    private static let stage: [Request] = [
        Request("Turn the lights on.", "lights", ["state": .bool(true)]),
        Request("Turn the stage lights off, please.", "lights", ["state": .bool(false)]),
        Request("turn to lights off", "lights", ["state": .bool(false)]),
        Request("Explain how you work.", "explain"),
        Request("How do you work?", "explain"),
        Request("Tell us how you work.", "explain"),
        Request("How many gloves are in a golf bag?", "golf"),
        Request("How many clubs are there in a golf back?", "golf"),
        Request("Count down from 5.", "countdown", ["start": .int(5)]),
        Request("Countdown from ten.", "countdown", ["start": .int(10)]),
        Request("Hey Serena, count down from three.", "countdown", ["start": .int(3)]),
        Request("Start a countdown from 10.", "countdown", ["start": .int(10)]),
    ]
}
