"""More ways for users to say things, for the chat model only: the transcriber need not know their words.

Same notation as world/templates_tools.py. None of them is a held-out template (dialogues.py checks).
"""

MORE: dict[str, str] = {
    "time": """
what hour do we have
which hour is it now
tell me the hour
what's the time please tell me
could you check the time
how late are we
tell me how late it is
i want to know what time it is
is it late
what does your clock say
""",
    "date": """
what's the date of today
tell me today's date
do you know the date
what day do we have today
give me the date
what's the day
i don't know what day it is
what's the current date
which day do we have
""",
    "timer": """
please count {dur}
measure {dur}
time {dur} for me
would you count down {dur}
time me for {dur}
keep track of {dur}
alert me in {dur}
notify me in {dur}
beep in {dur}
give me {dur}
i have {dur} tell me when they are over
start counting {dur}
ring in {dur}
call me in {dur}
the timer should ring in {dur}
get a timer going for {dur}
a timer of {dur} please
{dur} on the timer
make (a|an) {adjdur} timer
launch (a|an) {adjdur} timer
let a timer run for {dur}
open a timer for {dur}
could i have a timer for {dur}
i want (a|an) {adjdur} timer
set up a timer for {dur}
""",
    "timer_named": """
make a {tname} timer for {dur}
a {tname} timer for {dur} please
{dur} for the {tname}
set {dur} for the {tname}
give the {tname} {dur}
start the {tname} timer with {dur}
start {dur} for the {tname}
run the {tname} timer for {dur}
i need {dur} for the {tname}
set up a {tname} timer for {dur}
create a {tname} timer of {dur}
the {tname} takes {dur} please set a timer
""",
    "timer_cancel": """
no timer please
no more timers
i want no timer anymore
enough of the timer
abort the timer
kill the timer
drop the timer
the timer can go
throw away the timer
turn off the {tname} timer
end the {tname} timer
remove the {tname} timer
drop the {tname} timer
clear the {tname} timer please
i want to cancel the timer
that timer is not needed anymore
stop counting
make the timer stop
""",
    "timer_check": """
how far is the timer
where is the timer at
how many minutes do i still have
how much time remains
how long do i have to wait
what does the timer say
tell me about the timers
is the {tname} timer done
how long for the {tname}
what about the {tname} timer
check the {tname} timer
what's running
is any timer on
when is the timer done
when is the {tname} timer up
how many timers are there
""",
    "calc": """
what's the sum of {a} and {b} :: op=+
the sum of {a} and {b} :: op=+
what's the product of {a} and {b} :: op=*
what's the difference of {a} and {b} :: op=-
find {a} plus {b} :: op=+
find {a} times {b} :: op=*
solve {a} minus {b} :: op=-
solve {a} divided by {b} :: op=/
figure out {a} plus {b} :: op=+
figure out {a} times {b} :: op=*
please calculate {a} minus {b} :: op=-
please calculate {a} divided by {b} :: op=/
i want to know what {a} plus {b} is :: op=+
i want to know {a} minus {b} :: op=-
tell me {a} times {b} :: op=*
tell me {a} divided by {b} :: op=/
give me {a} plus {b} :: op=+
give me {a} minus {b} :: op=-
how many are {a} times {b} :: op=*
{a} and {b} makes :: op=+
take {a} and add {b} :: op=+
take {a} times {b} :: op=*
if i have {a} and add {b} how much is that :: op=+
what is {a} over {b} :: op=/
{a} multiplied by {b} :: op=*
what's {a} multiplied by {b} :: op=*
sum up {a} and {b} :: op=+
""",
    "calc_chain": """
add up {a} and {b} and {c} :: op=++
what do {a} and {b} and {c} make :: op=++
count {a} and {b} and {c} together :: op=++
sum up {a} and {b} and {c} :: op=++
{a} and {b} and {c} makes :: op=++
the sum of {a} and {b} and {c} :: op=++
what's {a} minus {b} plus {c} :: op=-+
{a} times {b} minus {c} :: op=*-
what is {a} plus {b} plus {c} :: op=++
tell me {a} plus {b} minus {c} :: op=+-
how much is {a} plus {b} plus {c} :: op=++
""",
    "calc_percent": """
find {pct} percent of {a}
please calculate {pct} percent of {a}
tell me what {pct} percent of {a} is
i need {pct} percent of {a}
figure out {pct} percent of {a}
{pct} percent from {a}
the half of {a} :: half=1
""",
    "convert": """
{amount} {from} is how many {to}
i have {amount} {from} how many {to} is that
tell me how many {to} {amount} {from} are
what's {amount} {from} converted to {to}
express {amount} {from} in {to}
show me {amount} {from} in {to}
switch {amount} {from} to {to}
from {from} to {to} {amount} {from}
please give me {amount} {from} as {to}
make {to} out of {amount} {from}
how much are {amount} {from} in {to}
how big is {amount} {from} in {to}
do you know how many {to} are in {amount} {from}
""",
    "list_add": """
{items} please onto the list
{items} belong on the list
{items} need to go on the list
{items} for the shopping list
{items} must be bought
{items} and that goes on the shopping list
{items} are missing at home
{items} we need that
write down that we need {items}
remember that we need {items}
keep in mind that we need {items}
remember to get {items}
let's get {items}
let's buy {items}
let's put {items} on the list
buy {items}
stick {items} on the list
the list needs {items}
we are low on {items}
we are running out of {items}
there's no more {items} add it to the list
put {items} on the list please
please add {items}
could you add {items} to the shopping list
i also need {items}
shopping list {items}
add to the list {items}
on the list please {items}
we have no {items}
we're almost out of {items}
make a note to buy {items}
i should buy {items}
next time we need {items}
throw {items} on the list
can you note down {items}
list add {items}
""",
    "list_remove": """
{items} are no longer needed
{items} off the list
{items} can go from the list
{items} we already have
remember that we have {items} already
let's take {items} off the list
get rid of {items} on the list
erase {items} from the list
drop {items} from the list
{items} is done
i found {items} take it off the list
no need for {items}
no need to buy {items}
forget the {items}
we have {items} already
i have bought {items}
kick {items} off the list
please delete {items} from the shopping list
please cross off {items}
don't buy {items}
""",
    "list_read": """
tell me my shopping list
tell me the list
what's there to buy
what should i buy
what do we have to buy
let me hear the list
how long is the shopping list
check the shopping list
what's still on the list
say the list
what is missing at home
read out the list
""",
    "volume": """
adjust the sound to {level}
change the volume to {level}
move the volume to {level}
volume at {level}
volume at {percent}
put the volume to {percent}
make it {percent} loud
sound at {level} percent
set the sound to {percent}
i want the volume at {level}
""",
    "volume_step": """
raise the sound :: level=up
your voice should be louder :: level=up
your voice is too soft :: level=up
use a louder voice :: level=up
lift your voice a bit :: level=up
increase the sound :: level=up
increase the loudness :: level=up
your voice is too loud :: level=down
use a softer voice :: level=down
bring your voice down :: level=down
decrease the sound :: level=down
lower the sound :: level=down
decrease the loudness :: level=down
keep your voice down :: level=down
boost the volume :: level=up
more volume :: level=up
i want it louder :: level=up
could you be louder :: level=up
speak a bit louder :: level=up
you should talk louder :: level=up
louder louder :: level=up
i can hardly hear you :: level=up
you're so quiet :: level=up
more sound please :: level=up
less volume :: level=down
softer please :: level=down
tone it down :: level=down
could you talk quieter :: level=down
i want it quieter :: level=down
talk more quietly please :: level=down
less loud please :: level=down
you're so loud :: level=down
reduce the volume :: level=down
volume to the maximum :: level=100
no sound :: level=0
""",
    "device": """
go on and switch off the {device} :: state=off
go ahead and switch the {device} on :: state=on
go ahead and switch on the {room} {device} :: state=on
come on and turn off the {device} :: state=off
please go and turn on the {device} :: state=on
try and turn the {device} off :: state=off
get up and turn off the {room} {device} :: state=off
power on the {device} :: state=on
power off the {device} :: state=off
put the {device} on in the {room} :: state=on
put on the {room} {device} :: state=on
put off the {device} in the {room} :: state=off
let the {room} {device} run :: state=on
i want the {device} on in the {room} :: state=on
i want the {device} off in the {room} :: state=off
make the {room} {device} go on :: state=on
the {device} in the {room} on please :: state=on
the {device} in the {room} off please :: state=off
the {room} {device} can go off :: state=off
please the {room} {device} on :: state=on
could you get the {device} on :: state=on
kill the {device} in the {room} :: state=off
kill the {room} {device} :: state=off
stop the {device} :: state=off
stop the {room} {device} please :: state=off
is the {room} {device} off if not turn it off :: state=off
activate the {device} :: state=on
activate the {room} {device} :: state=on
deactivate the {device} :: state=off
deactivate the {room} {device} :: state=off
i don't need the {room} {device} anymore :: state=off
we need the {device} on :: state=on
i need light in the {room} :: state=on,device=light
i can't see anything in the {room} :: state=on,device=light
""",
    "brightness": """
light in the {room} at {percent}
i want {percent} light in the {room}
i want the {room} light at {percent}
put the light to {percent} in the {room}
turn down the lights to {percent}
turn up the {room} lights to {percent}
make the lights {percent}
lights at {percent}
lights {percent} please
brightness to {percent}
brighten the {room} to {percent}
lower the {room} lights to {percent}
the {room} lights to {percent}
""",
    "weather": """
any news on the weather {day}
what will it be like outside {day}
and the weather {day}
what's {dayname} going to be like
what's going on with the weather
weather report
weather report for {dayname}
the weather for {dayname} please
i'd like to know the weather for {dayname}
what weather will we have {day}
what weather is it
is the weather good {day}
is it nice outside
will the weather be nice {day}
how does it look {day}
how does it look outside
tell me about the weather {day}
forecast for {dayname}
""",
    "weather_rain": """
rain {day}
any rain {day}
any chance of rain {day}
could it rain {day}
does it look like rain
will i get wet {day}
will it stay dry {day}
should i bring an umbrella {day}
can i go without an umbrella {day}
is it wet outside
""",
    "weather_snow": """
any snow {day}
does it snow
snow {day}
could it snow {day}
any chance of snow {day}
will we have snow {day}
is there snow outside
""",
    "weather_sun": """
is the sun out there
is the sun up in the sky
does the sun shine outside
is there sunshine {day}
any sun {day}
do we get sun {day}
does the sun come out {day}
is the sun out
is the sun out {day}
how sunny is it
will it be clear {day}
any chance of sun {day}
""",
    "weather_temp": """
temperature {day}
the temperature please
tell me the temperature
what temperature do we have
what's the temperature {day}
how many degrees are there outside
is it freezing outside
is it hot outside
how cold does it get {day}
how hot is it
how cold is it going to be {day}
should i wear a jacket {day}
should i take a jacket
do i need a warm jacket {day}
""",
    "order_cancel": """
stop my order
take back my order
delete my order
undo the order
i don't need the coffee anymore
i don't want that coffee
no coffee after all
please cancel the coffee order
cancel my coffee
could you cancel the coffee
call off the order
""",
    "hello": """
howdy
hello again
hi again
good day
hey you
hello computer
hi nice to meet you
hello it's me
i'm back
i'm home
hey are you awake
greetings
morning
hello everyone
""",
    "how_are_you": """
how do you do today
how are you feeling
are you well
are you doing okay
how is your day
how was your day
what's new
how's life
how are you this morning
you okay
everything all right
hope you're well
""",
    "who_are_you": """
what's this
what is localvoice
who's there
who's talking
whose voice is this
say your name
tell me your name
tell me who you are
do you have a real name
are you a program
are you a man or a woman
are you an assistant
what kind of thing are you
are you artificial
what are you called
""",
    "help": """
what are you able to do
what else can you do
how can i use you
give me some help
i don't know what to say
what do you offer
what's possible
show me what you can do
can you do anything useful
what are my options
which commands do you know
how does this work
what do you understand
""",
    "explain": """
how were you made
explain what you are doing
what happens when i talk to you
tell me more about how you work
how does your brain work
what is going on inside you
give me a long explanation
describe how you work
describe yourself in detail
""",
    "story": """
i need a story
a story please
story time
tell a story
tell me something long
tell me something interesting
can i hear a story
do you have a story for me
make up a story
tell the kids a story
once upon a time
another story please
""",
    "joke": """
a joke please
joke
give me a joke
i need a joke
tell a joke
one more joke
do you have a joke for me
cheer me up
entertain me
make a joke
can you be funny
i need a laugh
""",
    "thanks": """
thank you kindly
thanks so much
i thank you
thank you that was all
that's nice thank you
okay thank you
all right thanks
good thank you
thanks for that
thanks you helped me
that's very kind
very nice thanks
i appreciate it
""",
    "praise": """
you're great
you're wonderful
you're the greatest
you are the best one
excellent
wonderful
you are good
you are the greatest
you rock
that's great
that's good
that's nice
cool
how nice
good work
i'm impressed
fantastic
you are very kind
that was funny
that was quick
sounds good
""",
    "complaint": """
this is wrong
no not that
that's not it
you are not listening
you never understand me
why don't you understand
i meant something else
that was not my question
that makes no sense
you are annoying
you are useless
this doesn't work
not what i asked for
i said something else
that was a mistake
wrong answer
bad answer
""",
    "good_night": """
night night
good night everybody
i'm going to sleep
i need to sleep now
i'm tired good night
see you in the morning
off to sleep
it's bedtime
i'm in bed
until tomorrow
sleep tight
time to sleep
""",
    "bye": """
i'm off
i'm going now
i have to leave
until later
see you around
so long
have a good day
have a great day
catch you later
we are done
i'm done
that's it
that's everything
nothing else
i'm out
good bye localvoice
""",
    "mood_low": """
i feel down
i feel low today
i'm feeling blue
i'm feeling sad
i'm feeling awful
i'm not feeling good
i'm not well
i feel bad
i feel sick
i'm unhappy
i'm angry
i'm worried
i'm nervous
i'm lonely
i have a headache
my day was bad
this was a terrible day
work was hard today
i didn't sleep well
nobody likes me
life is hard
i need a break
i worked all day
""",
    "mood_good": """
i'm great
i'm very happy today
i'm so happy
everything is good
everything is fine
i'm okay
i feel good
i feel fine
i'm excited
i had a good day
i had fun today
life is good
what a beautiful day
i won a prize
i'm on vacation
i got a new job
""",
    "mood_hungry": """
i need food
i need something to eat
i'm getting hungry
we are hungry
what can i eat
what's for lunch
what shall we cook tonight
do you have an idea for dinner
any idea what to cook
i'm so thirsty
i want something to eat
what do you eat for breakfast
""",
    "love": """
you are my best friend
do you love anybody
are we friends
i hate you
do you miss me
i missed you
would you be my friend
do you have friends
do you have a girlfriend
i really like you
you are sweet
kiss me
""",
    "feelings": """
do you have a heart
do you have a body
do you have a soul
do you get bored
do you get hungry
are you tired
are you bored
are you hungry
are you lonely
do you like coffee
do you like people
what do you like
what's your favorite color
what's your favorite drink
do you have a dream
do you remember me
what do you do all day
are you smart
how smart are you
do you ever laugh
do you have a family
""",
    "age": """
how long have you been here
how long do you exist
are you old
are you young
are you new
which year were you made
what's your birthday
who is your maker
who is your boss
who programmed you
who trained you
who owns you
where were you made
where were you born
what's your home
which company made you
""",
    "privacy": """
do you spy on me
are you spying on me
are you safe
is this private
is this safe
do you save my words
do you store what i say
do you keep recordings
where does my voice go
who is listening
is anybody else listening
can others hear me
do you talk to the internet
do you use the cloud
are you offline
do you work without internet
what do you know about me
""",
    "presence": """
are you awake
are you listening to me
are you on
are you working
do you read me
is anyone there
is anybody there
is this thing on
can you understand me
testing
testing one two three
test
hello hello
still there
you there
""",
    "repeat": """
again please
say it again
repeat it
please repeat
what
what was the answer
what did you just say
excuse me
sorry i didn't get that
i did not understand you
tell me again
can you say it once more
one more time please
""",
    "stop": """
stop right there
stop this
okay be quiet
silence
silence please
hush
no more
cut it out
don't talk
you can stop
you can stop now
stop speaking
end
that will do
enough of that
okay stop it now
quit it
""",
    "wait": """
wait for me
please wait
wait there
not yet
hold it
hold on please
hang on a moment
one moment please
just wait
a moment please
give me a moment
give me some time
let me see
i need to think
i'm thinking
wait i'm not ready
stay there
""",
    "never_mind": """
forget about it
forget that
forget what i said
leave it
leave it be
let it be
skip it
i changed my mind
don't bother
it's not important
it's nothing
no it's nothing
it's fine
no forget it
oh forget it
actually forget it
i don't want anything
i don't need anything
""",
    "yes": """
yes that's it
yes exactly
exactly
right
correct
of course
sure thing
okay good
fine
i think so
absolutely
yes i do
yes you can
definitely
alright then
good
""",
    "no": """
no way
no never
never
not really
i don't think so
no i don't
no not that
no it's fine
no i'm fine
no nothing
no it's okay
of course not
absolutely not
no not today
not today
maybe later
""",
    "go_on": """
more please
more
so what happened next
what's next
what comes next
and what happened
tell me the rest
tell me the end
finish the story
i'm listening
don't stop
you can go on
please keep talking
""",
    "greet_visitor": """
say good morning
say hello everybody
say hello to everyone
say my name
greet my guests
i want to talk
can we talk
talk with me
speak to me
tell me something
tell me something nice
say something clever
what do you want to talk about
i have a guest here
this is my friend
meet my wife
""",
    "order_start": """
i want a drink
i'm ready to order
i would like to order
can i order
can i order something
i need to order
may i order
are you ready to take my order
i'd like a drink please
what do you have to drink
what do you have
which drinks can i order
what kinds of coffee do you have
do you have coffee
do you serve coffee
tell me what's on the menu
show me the menu
""",
    "timer_ask": """
i want a timer
i'd like a timer
give me a timer
timer please
make a timer
can you start a timer
could you set a timer
would you set a timer
create a timer
another timer please
""",
}

# Things that people just say. They need no tool, although some speak of things that tools are about.
STATEMENTS = """
my {relative2} is coming (tonight|tomorrow|later)
my {relative2} likes {thing2}
i like {thing2}
i don't like {thing2}
i love {thing2}
i bought a new {noun} yesterday
i saw a {noun} today
i went to {place} (last year|once|last week)
we went to the store yesterday
we had {thing2} for dinner
my {noun} is broken
my dog is (sick|hungry|asleep|old)
my cat is (sick|hungry|asleep|old)
the {noun} was (nice|great|terrible|too expensive)
the weather was (nice|terrible|great) yesterday
it was raining all day yesterday
i was at (work|school|the office|home) all day
i had a {noun} once
i have to work (tomorrow|today|tonight)
i work in an office
i'm (cooking|reading|cleaning|working|sitting in the garden)
i'm in the {room}
i'm making dinner
i'm going to the store
i'm going to {place} (soon|next week)
i think {thing2} is (nice|good|bad)
i know a good {noun}
i want a new {noun}
i want to go home
i want to go to {place}
i wonder about {thing2}
that's a nice {noun}
that's what i thought
this is a (nice|small|big) {noun}
there is a {noun} in the {room}
somebody is at the door
the kids are (asleep|at school|playing)
the coffee was (good|great|cold|too strong)
the pasta was (good|great|cold)
the food is ready
the light is nice
the movie was long
it's getting late
it's been a while
it's a secret
it's my turn
he is late again
she is my {relative2}
they are here
we are (home|late|here|ready)
we are (three|four|five) people
you know my {relative2}
you sound (nice|funny|strange)
your voice is (nice|funny|strange)
just kidding
i was joking
i was talking to somebody else
i wasn't talking to you
not you
i see
okay i understand
maybe
perhaps
who knows
oh no
oh wow
really
interesting
ha ha
oops
i don't know
i don't care
i have no idea
i have a question
i have an idea
i need you
i need a minute
i forgot
i forgot something
bless you
happy birthday
merry christmas
happy new year
congratulations
""".strip().splitlines()

STATEMENT_REPLIES = """
I see.
I see. Can I help you with something?
Interesting!
Okay.
Alright. Is there anything I can do?
Nice to know.
Thanks for telling me.
Okay. What can I do for you?
I understand.
Oh, really?
Good to know. Anything I can do for you?
That sounds interesting.
Alright. I'm here if you need me.
Okay. Just tell me if you need something.
""".strip().splitlines()

RELATIVES = "mother|brother|sister|father|friend|neighbor|boss|wife|husband|son|daughter|aunt|uncle".split("|")
THINGS = (
    "chocolate|music|rain|snow|summer|winter|dogs|cats|pizza|cheese|coffee|tea|soccer|books|movies|cooking|the sea|"
    "the mountains|long walks|old cars|flowers|games|cake|swimming|dancing|this song|this place|your voice|the garden"
).split("|")
