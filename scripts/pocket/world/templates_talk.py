"""Sentences that need no tool: small talk, interruptions, the start of an order, and questions outside the world."""

TALK: dict[str, str] = {
    "hello": """
hello
hi
hey
hello there
hi there
hey there
good morning
good afternoon
good evening
hello localvoice
hi localvoice
hello assistant
~hey localvoice
~a very good morning
~hello my friend
""",
    "how_are_you": """
how are you
how are you (today|doing)
how are you doing today
how's it going
how do you feel
how do you do
are you okay
what's up
hello how are you
hi how are you (today|)
how have you been
is everything okay with you
~how are things
~and how are you
~hey how are you doing
""",
    "who_are_you": """
who are you
what are you
what's your name
what is your name
do you have a name
tell me about yourself
are you a robot
are you human
are you a computer
are you a person
who am i talking to
what should i call you
are you real
introduce yourself
~what do they call you
~are you a machine
~who is this
~could you introduce yourself
""",
    "help": """
what can you do
what can i ask you
how can you help me
what do you know
help
help me
can you help me
what are you good for
what can you help me with
what are your skills
i need help
what can i say
~what things can you do
~tell me what you can do
~what sort of things do you know
""",
    "explain": """
explain how you work
how do you work
tell me how you work
can you explain what you do
explain everything you can do
how do you understand me
tell me everything you can do
~explain to me how you work
~could you tell me how you work
""",
    "story": """
tell me a story
tell me a short story
can you tell me a story
tell us a story
i want to hear a story
read me a story
tell me a bedtime story
tell me a long story
~could you tell me a story please
~do you know a story
~please tell us a short story
""",
    "joke": """
tell me a joke
can you tell me a joke
make me laugh
tell us a joke
do you know a joke
say something funny
tell me another joke
another joke please
do you know any jokes
i want to hear a joke
~how about a joke
~could you tell a joke
~tell me something funny
""",
    "thanks": """
thank you
thanks
thank you very much
thanks a lot
thank you so much
great thank you
thanks that's all
okay thanks
perfect thanks
thanks for your help
cool thank you
that's great thank you
~many thanks
~wonderful thank you
~thank you for your help
""",
    "praise": """
great
perfect
very good
well done
you are great
good job
nice
awesome
i like you
you are funny
you are very smart
that was helpful
that's right
~you did well
~you're the best
~that was good
""",
    "complaint": """
that's wrong
that was wrong
you are wrong
you don't understand me
that's not what i said
that's not what i meant
i didn't say that
you are stupid
that is not right
you got it wrong
no that's wrong
~you misunderstood me
~that isn't what i wanted
~this is not correct
""",
    "good_night": """
good night
goodnight
i'm going to bed
i'm going to sleep now
sleep well
see you tomorrow
have a good night
~good night localvoice
~time for bed
~i'm off to bed
""",
    "bye": """
goodbye
bye
bye bye
see you later
see you
talk to you later
have a nice day
i have to go
that's all
that's all for now
that would be all
~i'm leaving now
~see you soon
~take care
""",
    "mood_low": """
i'm tired
i'm sad
i had a bad day
i'm bored
i'm stressed
i don't feel well
i feel lonely
i'm so tired today
today was terrible
~i'm feeling down
~i had a long day
~i'm exhausted
""",
    "mood_good": """
i'm happy
i'm fine
i'm good
i had a great day
i'm doing well
i feel great
today is a good day
it's my birthday
~i'm in a good mood
~i'm doing great today
""",
    "mood_hungry": """
i'm hungry
i'm thirsty
i'm starving
what should i eat
what should i cook
~i could eat something
~what's for dinner
""",
    "love": """
i love you
do you love me
will you marry me
do you like me
are you my friend
~can we be friends
~do you care about me
""",
    "feelings": """
do you sleep
do you dream
do you get tired
do you eat
are you happy
do you have feelings
are you alive
can you think
do you like music
do you drink coffee
~do you ever sleep
~can you feel anything
~are you ever sad
""",
    "age": """
how old are you
when were you born
when is your birthday
what's your age
who made you
who built you
where are you from
where do you live
where are you
~who created you
~where do you come from
""",
    "privacy": """
are you listening
are you always listening
do you record me
are you recording this
do you send my voice anywhere
are you online
do you need the internet
who can hear me
~do you keep what i say
~does anybody else hear this
~are you connected to the internet
""",
    "presence": """
are you there
are you still there
can you hear me
hello are you there
do you hear me
do you understand me
anybody there
~are you with me
~hello can you hear me
~did you hear me
""",
    "repeat": """
what did you say
can you repeat that
say that again
repeat that please
pardon
sorry what
could you say that again
i didn't hear that
what was that
once more please
~come again
~please repeat what you said
~i didn't catch that
""",
    "stop": """
stop
stop it
stop talking
be quiet
quiet
enough
okay stop
please stop
stop please
that's enough
okay that's enough
shut up
okay okay
~stop now
~please be quiet
~alright that's enough
""",
    "wait": """
wait
wait a moment
wait a second
hold on
one moment
just a moment
hang on
give me a second
wait please
one second
let me think
~wait a minute
~hold on a second
~just a second please
""",
    "never_mind": """
never mind
forget it
oh never mind
it's okay never mind
no never mind
it doesn't matter
don't worry about it
nothing
actually never mind
not important
~ah forget about it
~okay never mind that
~never mind i'm fine
""",
    "yes": """
yes
yeah
yes please
sure
okay
yes that's right
that's correct
all right
~yep
~yes of course
""",
    "no": """
no
no thanks
no thank you
nope
not now
no that's fine
no that's all
~no not really
~no i'm good
""",
    "go_on": """
go on
continue
please continue
tell me more
keep going
and then
what happened then
~carry on
~please go on
""",
    "greet_visitor": """
say hello to my friend
say hi to everybody
say something
say hello
talk to me
let's talk
let's chat
~say something nice
~chat with me
""",
    "order_start": """
i'd like to order something
i want to order a drink
can i place an order
i want to place an order
i'd like something to drink
take my order please
can you take my order
what coffee do you have
what drinks do you have
what can i order
what's on the menu
which coffees can i get
~could i order a drink
~i'd like to place an order
~do you have a menu
""",
    "timer_ask": """
set a timer
start a timer
i need a timer
can you set a timer
set a timer please
~could you start a timer please
~please start a timer
""",
}

OUTSIDE: dict[str, str] = {
    "outside_fact": """
who won {game}
who won {game} last year
who is going to win {game}
what's the capital of {place}
what is the capital of {place}
who is the president of {place}
how many people live in {place}
where is {place}
how far is {place}
what language do they speak in {place}
tell me about {place}
tell me something about {place}
who was {person}
who is {person}
how old is {person}
when was {person} born
when did {person} die
tell me about {person}
where does {person} live
what is {person} famous for
what is {thing}
what's {thing}
explain {thing} to me
how does {thing} work
tell me about {thing}
who invented {thing}
what causes {thing}
how tall is {big}
how big is {big}
how old is {big}
how deep is {big}
how heavy is {big}
who wrote {work}
who painted {work}
what is {work} about
when was {work} written
why is the sky blue
what's the meaning of life
how do airplanes fly
why do cats purr
how many stars are there
what happened in {place}
what's in the news
what's the news (today|)
what's the stock price of apple
is there life on mars
how do i get to {place}
what does {thing} mean
how do you say hello in french
what's the best restaurant (in|near) {place}
what's the traffic like
when does the train leave
when does the store open
how much does a car cost
how much money do i have
what's my name
where are my keys
what should i wear
who is at the door
~which team won {game}
~what do you know about {place}
~what do you know about {person}
~do you know who {person} is
~can you explain {thing}
~what's the population of {place}
~how high is {big}
~who is the author of {work}
~which river flows through {place}
~what did {person} do
~why do dogs bark
~how long does it take to get to {place}
~what is the history of {place}
~when did the war end
~how is {thing} made
""",
    "outside_action": """
play {music}
can you play {music}
play {music} in the {room}
put on {music}
i want to hear {music}
call {relative}
call {relative} please
can you call {relative}
send a message to {relative}
text {relative}
write an email to {relative}
book a flight to {place}
book a table for two
book a hotel in {place}
order a pizza
order me a taxi
buy me tickets for {place}
open the door
lock the front door
set an alarm for seven
set an alarm for tomorrow morning
wake me up at six
add a meeting to my calendar
what's on my calendar
take a picture
show me a picture of {place}
search the internet for {thing}
look up {thing}
translate this into spanish
vacuum the {room}
clean the {room}
feed the cat
close the window
open the blinds
drive me home
read my emails
write a poem about {thing}
sing a song
sing for me
~could you play {music}
~would you call {relative}
~please send {relative} a message
~find me a flight to {place}
~reserve a table at a restaurant
~set the alarm for six thirty
~look for {thing} on the internet
~translate hello into german
~wash the car
~make a phone call
~what's my next appointment
""",
}
