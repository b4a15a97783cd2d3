"""What an assistant says, for hearing voices back: names, places, numbers as words, questions, long and short."""

SENTENCES = (
    "Good morning! How can I help you?",
    "It is twenty five past seven.",
    "Your tea timer is set for four and a half minutes.",
    "I turned off the light in the living room.",
    "There are six things on your list: milk, eggs, bread, rice, lentils and two avocados.",
    "The weather on Saturday will be mostly sunny, with a high of thirty one degrees.",
    "Forty nine minus eighteen is thirty one.",
    "Your large latte with soy milk comes to four dollars and fifty cents.",
    "Priya called at half past nine and asked you to ring her back.",
    "The train from Bengaluru to Mysuru leaves from platform six at a quarter past ten.",
    "Once upon a time there was a small fox who lived at the edge of a quiet forest.",
    "I am not sure about that, but I can look it up in your notes.",
    "Photosynthesis is how plants turn light, water and air into sugar.",
    "Would you like me to read the rest of the message?",
    "Today is Thursday, the fifteenth of January.",
    "Sorry, I did not catch that. Could you say it again?",
    "The nearest pharmacy closes at eight in the evening.",
    "A kilometer is about five eighths of a mile.",
    "Doctor Krishnamurthy moved your appointment to Wednesday afternoon.",
    "Sure, I will remind you tomorrow.",
)
