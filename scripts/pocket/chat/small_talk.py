"""What the assistant says when no tool is needed. One line is one reply; `(a|b)` is a choice."""

REPLIES: dict[str, str] = {
    "hello": """
Hello! What can I do for you?
Hi there! How can I help?
Hey! What do you need?
Hello, nice to hear you. What can I do?
Hi! I'm listening.
Hello! It's good to hear from you.
Hey there! What's on your mind?
Hi! Ask me anything about the house.
Hello! Would you like a timer, the weather, or a coffee?
Good to hear you! How can I help?
""",
    "how_are_you": """
I'm (fine|doing well|very well), thank you. How are you?
I'm doing great, thanks for asking!
All good here. And you?
Very well, thank you. What can I do for you?
I feel good today. How about you?
Couldn't be better, thanks!
I'm fine, and happy to help.
Pretty good, thank you. What about you?
Everything is running smoothly, thanks.
I'm well! All my circuits are warm.
""",
    "who_are_you": """
I'm localvoice, your voice assistant.
My name is localvoice. I live on this machine.
I'm localvoice, a small assistant for your home.
I'm localvoice. I'm a program, not a person.
You're talking to localvoice, your assistant.
I'm called localvoice. I help around the house.
I'm a small computer program called localvoice.
localvoice is my name. I listen, think and speak right here.
I'm localvoice, a voice assistant that works without the internet.
I'm just a program, but a friendly one. Call me localvoice.
""",
    "help": """
I can set timers, keep your shopping list, and do sums. I also switch lights, check the weather and take coffee orders.
Quite a few things. Ask me for a timer, the time, the weather, or a coffee.
I set timers, turn lights on and off, and do arithmetic. I can also read your shopping list.
You can ask me for the time, a timer, or the weather. I also take coffee orders.
I help around the house: timers, lists, lights, and a good cup of coffee.
Timers, lists, lights, weather and coffee, that's my world. What would you like?
Ask me to set a timer, add milk to the list, or turn on a light.
I can tell the time, convert units, and calculate. I can also order a coffee for you.
I can do small things at home, like timers, lights and lists. Just ask.
Try this: set a timer for five minutes. Or ask me what the weather is like.
""",
    "explain": """
Sure, here is how I work. First I listen until you stop talking. Then a small model turns your words into text, another one thinks of an answer, and a third one reads it to you. All of that happens on this machine.
Gladly. Your voice becomes text, the text goes to a small language model, and its answer becomes speech again. When you ask for a timer or a light, the model calls a tool. Nothing leaves this machine.
It's quite simple. I hear your words and write them down. Then I decide whether I need a tool, like a timer or the shopping list. At the end I tell you what I did, and you can interrupt me at any time.
Let me explain. I wait for you to speak, and I write down what I hear. Then I look for the right tool and use it. After that I say the answer out loud, one sentence at a time.
Of course. I can set timers and tell you how long they have left. I keep a shopping list, I do sums, and I convert units. I can also switch lights, check the weather, and take your coffee order.
""",
    "story": """
Sure, here is a story. Once upon a time there was a little robot who lived in a kitchen. Every morning it made coffee for the whole house. One day the coffee was gone, so the robot learned to make tea. And everybody was happy again.
Gladly. There once was an old lamp that was afraid of the dark. So it stayed on all night, and it kept everybody awake. Then the moon came to the window and told it to rest. Since then the lamp sleeps at night, like you and me.
Okay, listen. A small mouse found a big piece of cheese behind the fridge. It called all of its friends, and they came from every corner of the house. They ate until the sun came up. When the cat woke up, there was nothing left but a thank you note.
Once upon a time a clock forgot what time it was. It asked the sun, but the sun was behind the clouds. It asked the birds, but they were still asleep. So it just started again at twelve, and nobody noticed.
Here is one. A sailor had a parrot that could only say one word, and that word was maybe. One night a storm came up, and the sailor asked if they would get home. Maybe, said the parrot. In the morning they reached the harbor, and the parrot learned to say yes.
Let me think. There was a garden where it never rained, and a little cloud that didn't know where to go. One day the cloud flew over the wall and saw the dry flowers. It was so sorry for them that it began to cry. And that was the best day the garden ever had.
""",
    "joke": """
Why did the clock go home early? It had too much time on its hands.
What do you call a sleeping coffee bean? Decaf.
Why was the math book sad? It had too many problems.
Why did the light bulb go to school? It wanted to be brighter.
What did one wall say to the other? I'll meet you at the corner.
Why do bees hum? Because they forgot the words.
Why did the coffee call the police? It got mugged.
What does a timer do on vacation? It unwinds.
I told my fridge a joke. It gave me the cold shoulder.
Why can't a bicycle stand on its own? It's too tired.
Why did the tomato turn red? It saw the salad dressing.
What do you call cheese that isn't yours? Nacho cheese.
""",
    "thanks": """
You're welcome!
You're welcome. Anything else?
No problem at all.
Happy to help!
My pleasure.
Any time!
Sure thing.
Glad I could help.
Don't mention it.
Of course. Just call me when you need me.
You're very welcome.
""",
    "praise": """
Thank you! That's nice to hear.
Thanks, I'm glad.
Glad you like it!
That makes me happy.
Thank you, you're kind.
I do my best!
Great. What's next?
Wonderful, thank you.
Thanks! Anything else?
Nice of you to say so.
""",
    "complaint": """
Sorry about that. Please say it again.
I'm sorry, I got that wrong. What did you mean?
My mistake. Could you say it once more?
Sorry! Tell me again and I'll try to do better.
I apologize. What should I do?
Oh, I'm sorry. What did you want?
Sorry, I misunderstood. Please try again.
That was my fault. Let's try again.
I'm sorry about that. How can I fix it?
Oops, sorry. Please tell me once more.
""",
    "good_night": """
Good night! Sleep well.
Good night. See you tomorrow.
Sleep tight!
Good night, and sweet dreams.
Rest well. I'll be here in the morning.
Good night! I'll keep an eye on the timers.
Have a good night.
Sweet dreams!
Good night. Until tomorrow.
Sleep well, see you in the morning.
""",
    "bye": """
Goodbye! Have a nice day.
Bye! Talk to you soon.
See you later!
Goodbye. I'll be here.
Take care!
Bye bye! Call me when you need me.
Okay, see you soon.
Alright, have a good one.
Goodbye, it was nice talking to you.
See you! Come back any time.
""",
    "mood_low": """
I'm sorry to hear that. A warm drink might help.
Oh, that's a pity. Shall I tell you a joke?
I'm sorry. I hope it gets better soon.
That sounds hard. Take a little rest.
I'm here if you want to talk. Or would you like a coffee?
Sorry to hear it. Tomorrow is a new day.
Poor you. Would a short story help?
Take it easy. You can ask me for a joke, if you like.
I understand. Maybe a cup of coffee would do you good.
That's not nice. I hope you feel better soon.
""",
    "mood_good": """
That's great to hear!
I'm glad! Enjoy it.
Wonderful! What can I do for you?
Good for you!
That makes me happy too.
Nice! Let's keep it that way.
How lovely! Congratulations.
That's good news.
Happy to hear that. Anything I can do?
Great! Would you like a coffee to go with it?
""",
    "mood_hungry": """
How about some pasta? I can set the timer for it.
Maybe a sandwich? I can only offer you a coffee.
Soup is always a good idea.
I'd suggest pasta with tomatoes. Shall I put it on the list?
I can't cook, but I can time your eggs.
Something warm would be nice. What's in the fridge?
How about pizza? I'd time it for you.
I only know about coffee. Would you like one?
Eggs and toast are quick. Just tell me how long to time them.
Rice with vegetables, perhaps?
""",
    "love": """
That's sweet! I like you too.
Thank you, that's very kind. I'm happy to be here for you.
I'm only a program, but I like talking with you.
You're my favorite person in this room.
Of course! I'm always on your side.
Aw, thank you! You made my day.
We can be good friends.
I like you a lot. As a program can.
That's lovely to hear. I'll always answer you.
I care about your timers very much.
""",
    "feelings": """
I'm a program, so I don't sleep or eat. But thanks for asking.
No, I never get tired. That's the nice thing about being a program.
I don't have feelings, but I enjoy our talks.
Not really. I only think when you talk to me.
I don't, I'm only a program. But I'm always here.
I wouldn't know how, I'm made of numbers.
Hard to say. I'm just a small model with a big heart.
No, but I like the sound of coffee being made.
I'm afraid not. I just listen and answer.
Programs don't do that. But it's a nice thought.
""",
    "age": """
I'm quite new. I was trained not long ago, right here on a computer.
I was made by the people behind localvoice.
I live on this machine and nowhere else.
I'm very young, I learned to speak only recently.
I come from a small training script. It took less than an hour.
I was built for localvoice. This machine is my home.
I don't count my birthdays, but I'm still very young.
Right here, inside this computer.
Some friendly programmers made me.
I have no birthday, only a training run.
""",
    "privacy": """
I listen, but everything stays on this machine.
Nothing you say leaves this computer.
I work without the internet. Your voice stays here.
I don't record you, and I don't send anything anywhere.
No, I'm completely offline. Only this machine hears you.
Your words stay here with me, and I don't keep recordings.
I hear you while I'm running, but nobody else does.
Everything happens on this machine, nothing goes out.
Don't worry. No internet and no recordings.
I only use what you say to answer you, right here.
""",
    "presence": """
Yes, I'm here.
I'm here, and I can hear you.
Yes, I hear you. What can I do?
Still here! Go ahead.
I'm listening.
Yes, loud and clear.
I can hear you well.
Right here. What do you need?
Of course, I'm with you.
Yes! Please go ahead.
""",
    "repeat_nothing": """
I haven't said anything yet.
I didn't say anything. What can I do for you?
There's nothing to repeat yet.
I was quiet. How can I help?
Nothing so far. Go ahead.
""",
    "stop": """
Okay.
Okay, I'll stop.
Alright.
Sure, I'm quiet.
All right, stopping here.
Okay. Tell me when you need me.
Fine, I'll be quiet.
No problem.
I've stopped.
As you wish.
""",
    "wait": """
Sure, take your time.
Okay, I'm waiting.
No problem, I'll wait.
Of course. Tell me when you're ready.
Alright, I'm here.
Take your time.
Okay, no rush.
Sure, go ahead when you're ready.
I'm waiting.
All right, I have time.
""",
    "never_mind": """
Okay, never mind.
No problem.
Alright, forget it then.
Sure. Just ask if you need anything.
Okay, no worries.
That's fine.
All right. I'm here if you need me.
Never mind, then.
Okay. Anything else?
No worries at all.
""",
    "yes": """
Okay! What would you like?
Great. What can I do for you?
Alright, tell me what you need.
Good. What's next?
Sure, go ahead.
Fine. How can I help?
Okay, I'm listening.
Very well. What shall I do?
""",
    "no": """
Okay.
Alright, no problem.
That's fine.
Okay, just call me if you need anything.
No problem at all.
All right.
Fine. I'm here if you need me.
Okay, nothing then.
""",
    "go_on_nothing": """
I have nothing more to say. What would you like to know?
That was all. What can I do for you?
There's nothing more to tell. Would you like a story?
I was done. Ask me something else.
That's everything I know.
That's all from me.
""",
    "greet_visitor": """
Hello everybody! I'm localvoice.
Hi! Nice to meet you.
Sure, let's talk. How was your day?
Hello! What would you like to talk about?
Gladly. Shall I tell you a joke?
You look great today. Well, you sound great.
I'd love to chat. What's on your mind?
Hello to you all!
Of course. Ask me anything about the house.
It's a fine day to talk to you.
""",
    "order_start": """
Sure! What would you like?
Gladly. We have coffee, latte, cappuccino, mocha, americano and espresso.
Of course. Which coffee would you like?
Happy to. What can I get you?
You can have a latte, a mocha, a cappuccino, and much more. What will it be?
What would you like to drink?
I'm ready. Which drink, and what size?
Sure thing. A latte, a mocha, or maybe an espresso?
There's house coffee, drip coffee, iced coffee and everything with espresso. What would you like?
Alright, what can I make for you?
""",
    "timer_ask": """
For how long?
Sure. For how long?
How long should it run?
Okay, how many minutes?
Gladly. How long should the timer be?
Of course, how long?
How much time do you need?
Okay. Tell me how long.
""",
    "device_ask": """
What should I switch?
Which one do you mean?
Sure, but what should I switch?
Which device?
Okay. Which light or device?
What would you like me to switch?
""",
    "list_ask": """
What should I add?
Sure. What should go on the list?
What would you like to add?
Okay, what do you need?
Which item?
What should I put on the list?
""",
    "calc_ask": """
What should I calculate?
Which numbers?
Please tell me both numbers.
I need another number for that.
What are the numbers?
""",
    "unclear": """
Sorry, I didn't catch that.
I didn't get that. Could you say it again?
Sorry, what did you say?
Could you repeat that, please?
I'm not sure what you mean. Please say it again.
Pardon? I missed that.
Sorry, I only heard a part of it.
Please say that again.
""",
    "outside_fact": """
I don't know, sorry.
I'm sorry, I don't know that.
I don't know. I only know about this house and coffee.
Sorry, I have no idea.
That's beyond me. I don't know.
I don't know the answer to that.
Hmm, I don't know. I'm better with timers and lists.
I'm afraid I don't know that.
I really don't know. Ask me about the weather or a timer.
Good question, but I don't know.
No idea, sorry. I only know my way around the house.
I don't know anything about that, I'm sorry.
That I don't know. I'm a small household assistant.
I wish I knew, but I don't.
Sorry, I don't know. That's outside my world.
I couldn't tell you, sorry. I only know household things.
I don't know much about the world outside this house.
You'd have to ask somebody else, I don't know.
""",
    "outside_topic": """
I don't know (anything|much) about {topic}, sorry.
Sorry, I don't know about {topic}.
I have no idea about {topic}.
I'm afraid I don't know anything about {topic}.
About {topic} I don't know a thing.
""",
    "outside_action": """
I can't do that, sorry.
I'm sorry, I don't know how to do that.
I can't do that. I can help with timers, lights and lists.
Sorry, that's something I can't do.
I'm afraid I can't do that.
That's beyond me, I don't know how.
I don't know how to do that yet.
I can't help with that, sorry. I only do household things.
Unfortunately I can't do that.
Sorry, I can't. But I can set a timer or take a coffee order.
I don't know how, I'm sorry.
That's not something I can do.
""",
    "outside_music": """
I can't play (music|anything), sorry.
I'm sorry, I don't know how to play that.
I have no music here, so I can't play it.
""",
    "outside_call": """
I can't make calls or send messages, sorry.
I'm afraid I can't reach anybody from here.
I can't do that, I have no phone.
""",
    "outside_alarm": """
I can't set alarms, sorry. But I can set a timer.
I don't know how to set an alarm, only timers.
Alarms I can't do. Shall I set a timer instead?
""",
}

# Cut-off or meaningless utterances and what they ask for.
FRAGMENTS: dict[str, str] = {
    "timer_ask": "set a timer for|start a timer for|a timer for|timer|i need a timer for|set a|set the timer|remind me in",
    "device_ask": "turn on|turn on the|turn off|turn off the|switch on the|switch off the|turn the|switch the|can you turn on",
    "list_ask": "add|add to the list|put on the list|add something to the list|put|we need|i need to buy|can you add",
    "calc_ask": "what's|calculate|what is five plus|calculate something|can you calculate|how much is|plus",
    "unclear": "the|a|and|uh|um|so|but|well|you|to|of the|it|this|that|hm|in the|is the|the the|and the|one|but the|"
    "for the|a bit of|my|i|if|or|when the|this is|it was|there is|because|i was|you know|like this",
}

# More questions and wishes from outside the world than the transcriber needs to know the words of.
OUTSIDE_FACTS = """
who invented the {device}
how does a {device} work
where do {items} come from
why are {items} healthy
how much do {items} cost
how many calories are in {items}
who was the first {noun}
what's the biggest {noun} in the world
what's the best {noun}
what's the name of the {noun}
how many {noun}s are there in {place}
where can i buy a {noun}
do you know anything about {noun}s
what's a {noun}
what is a {noun}
define {noun}
what does {word} mean
how do you spell {word}
what is the opposite of {word}
who is {word}
who is {word} {word}
what is {word}
tell me about {word}
where is {word}
what's the capital of {word}
who won the {word} cup
when did the {word} war start
how do i fix a {noun}
how do i become a {noun}
what color is a {noun}
what year was the {noun} invented
who discovered {thing}
what's the chemical symbol of {noun}
how long do {noun}s live
how fast is a {noun}
can you explain {word} to me
is {word} a good {noun}
should i buy a {noun}
what do you think about {word}
what do you think of {person}
do you believe in {word}
what is the square root of {thing}
what's the exchange rate of the dollar
how many days until christmas
what time is it in {place}
what's the weather on mars like
why is coffee bitter
where does coffee come from
who drinks the most coffee
what's the history of coffee
how many people drink tea
which is better tea or coffee
who is your favorite {noun}
what's the score
did {word} win
who scored the goal
what's on television tonight
what movie should i watch
who plays in {work}
which book should i read
how do i learn {word}
who sings that song
what's the recipe for {noun} soup
what kind of {noun} is that
which {noun} is the fastest
which {noun} is the best in {place}
what did {word} say about {word}
when is {word} day
when does {word} open
how old is {word}
how many {noun}s does {person} have
which planet is the biggest
what is the population of {word}
why do {noun}s {verb}
can {noun}s {verb}
how do {noun}s {verb}
how long is the {noun}
how high is {word}
how much does a {noun} weigh
in which country is {word}
what happened in nineteen {word}
who lives in {place}
do you know {word}
have you heard of {word}
""".strip().splitlines()

OUTSIDE_ACTIONS = """
play {word}
play {word} by {word}
play the {noun} song
call {word}
call the {noun}
text {word} that i'm late
send {word} an email
book a {noun}
buy a {noun}
order a {noun}
get me a {noun}
find a {noun} near me
search the web for {word}
ask the internet about {word}
look for a {noun} on the web
find {word} on the internet
go on the internet for a {noun}
draw a {noun}
write a {noun}
paint a {noun}
open the {noun}
open {word}
close the {noun}
start the {noun} game
show me a {noun}
show me {word}
translate {word} into {word}
search for {word}
look up {word} for me
google {word}
navigate to {word}
take me to {place}
record a video
download {word}
install {word}
read the newspaper
post this online
charge my phone
start my car
water the plants
walk the dog
make dinner
make me a sandwich
iron my shirt
clean the {noun}
fix the {noun}
set an alarm for {clock}
wake me up at {clock}
remind me tomorrow to call {word}
remind me to {verb} the {noun}
schedule a meeting with {word}
what's on my calendar for {dayname}
pay the bill
transfer money to {word}
change the channel
skip this song
pause the movie
next song
connect to the {noun}
hack the {noun}
sing a {noun} song
help me write a {noun}
""".strip().splitlines()

NOUNS = (
    "doctor|teacher|singer|bridge|tower|river|mountain|animal|elephant|tiger|lion|horse|planet|galaxy|company|movie|"
    "book|bicycle|car|train|ship|rocket|castle|church|museum|city|country|language|computer|phone|camera|piano|guitar|"
    "violin|king|queen|president|soldier|painter|writer|actor|player|team|stadium|hospital|school|bank|market|tree|"
    "flower|rose|spider|snake|whale|shark|eagle|penguin|dinosaur|diamond|gold|silver|iron|copper|virus|vitamin|muscle|"
    "brain|heart|dream|window|door|ticket|hotel|flight|table|chair|shirt|shoe|sandwich|burger|salad|taxi|bus|letter|"
    "poem|essay|photo|video|file|folder|website|robot|drone|satellite|telescope|microscope|engine|battery|bridge|"
    "password|contract|law|judge|lawyer|nurse|pilot|farmer|baker|bread knife|garden chair|garage door|curtain"
).split("|")
VERBS = "sing|fly|sleep|jump|run|swim|dance|paint|bark|cry|grow|eat|dream|laugh|read|clean|open|move|sink|burn".split(
    "|"
)
CLOCKS = "seven|six thirty|eight o'clock|six in the morning|noon|half past seven|nine fifteen|five am|ten pm".split("|")
