"""Everyday sentences outside the household: words in the company that they keep, where word salad has none.

None of them is of a held-out template (tests/pocket/test_held_out.py compares).
"""

import random

PHRASES = """they won the race again
she won first prize at school
who won the race in london
he won a lot of money
one of them won twice
we work out at the gym every morning
let's work out a plan for the weekend
it will all work out in the end
can you work out how much that is
work out what we owe them
work out the sum of them all
please work out the price for us
could you work out how long it takes
we have to work out who pays
work out two of them and leave the rest
i'll work out the rest later
work out for yourself what that means
things didn't work out for us
my sister likes to work out with her friends
that was a hard workout
my workout takes an hour
i'd love to see that
i'd love some more
i'd love it if you came
i'd love that very much
she would love a walk in the park
we'd love to help you
they love their children
i love my brother
all you need is love
adjust the mirror before you drive
adjust your chair
please adjust the picture a little
i need to adjust my watch
it's just a joke
just a moment ago
a just war
how high did it fly
the tower is very high
high up in the mountains
that's a high price
hi there my friend
he said hi to me
for dinner we had fish and rice
dinner for two please
is this seat for me
four people came for lunch
four of us went for a walk
thanks for coming
what for
it's not for sale
i waited for an hour
i'm looking for my keys
alright then let's go
alright i believe you
everything is alright now
is that alright with you
all right we can begin
are they all right
all of the things that you know
what sort of music is that
all sorts of people
that's a strange sort of question
this sort of thing happens often
some sort of machine
do you know all of them
i don't really know
not really my kind of thing
it really is really good
are you really sure about this
do you really care about it
take care of yourself
i don't care who goes
nobody cares about that
she takes good care of the dog
cancer is a disease
the doctor talked about cancer
they study cancer and other diseases
cancel my appointment with the doctor
the concert was cancelled
the menu is on the table
may i see the menu
what's on the menu tonight
the shirt is a medium
you can have my seat
do you have a minute
do you have a dog
do you have children
have you got time
got it thanks
i got a letter today
have you got a pen
you got what you wanted
that isn't what he said
this isn't what it looks like
that's not what i want
it isn't the same
i wanted to ask you something
she wanted a new bike
he wants it now
is that what she wanted
make sure the door is closed
make sure you lock the car
make sure that he eats enough
we should go on with the story
you should go home
he should go now
that should do it
go on a trip with me
it has gone on for years
the milk is gone
gone with the wind
send my brother a card
send it to john
john sent a letter
john and mary are here
please send help
add a little salt
don't forget to add the eggs
add it up for me
add the rest later
you're the one i wanted
you're the only one here
you're the boss
he's the best player
she's the best in her class
that's the best news today
the best part comes last
begin at the beginning
let's begin the game
begin with the first page
it's about to begin
we begin at nine
a big house in the country
put your hand up
put the book on the table
put it back where it was
the other way around
no not this one the other one
not now maybe later
no not yet
not that i know of
i do not know that man
nope i don't think so
the date on the letter
what date was it
it was a blind date
the day before yesterday
today is a good day
what a day it was
which day is best for you
which of these is yours
which one did you pick
which way did they go
what hour did he come home
it takes an hour or two
our house is down the street
our team lost the final
is it ours or theirs
hours and hours of work
how far is it to the city
how fast can you run
how heavy is a whale
how old is the queen
how tall is that tree
how deep is the river
how long does a giraffe live
how many planets are there
the whale swims in the sea
a giraffe has a long neck
dinosaurs lived long ago
the moon is round and bright
the sun is shining on the sea
stars shine in the dark
rain and snow and wind
a rainbow after the storm
the volcano is still hot
tell them about your trip
tell her that i miss her
tell him a secret
can you tell them apart
explain it to me once more
explain the rules of the game
can you explain what happened
i can't explain why
who was the president then
the president spoke on television
a minister in the government
the king and the queen
she was queen of england
who wrote that book
he wrote a song about it
shakespeare wrote many plays
einstein was very smart
picasso painted pictures
beethoven could not hear
mozart wrote music as a child
columbus sailed across the ocean
lincoln was a great man
cleopatra was queen of egypt
darwin studied animals
harry potter goes to school
romeo and juliet were in love
the capital of france is paris
they moved to madrid in spain
we flew from berlin to new york
mount everest is in nepal
the nile runs through egypt
a train to texas
the weather in ireland
a holiday in italy or greece
mexico and norway are countries
people in india and australia
the population of the earth
a newton is a unit of force
gravity pulls things down
an atom is very small
quantum physics is hard
photosynthesis needs light
chemistry and algebra and history
philosophy is about questions
evolution takes millions of years
electricity is dangerous
black holes are strange
the price of bread went up
the market opens at eight
bitcoin lost half of its value
the lottery numbers came out
the election is next month
the world cup final is on sunday
my team won the cup
a chess player needs time
the championship game was great
play some jazz for us
a playlist for the party
the next episode of the podcast
an audiobook for the train
let's dance to the music
sing me a song
my neighbor has two cats
my husband is at work
my wife is cooking
his son and her daughter
the whole family is here
children play in the park
the girl with the red hat
a man and a woman
a person i once met
somebody called you
everyone was happy
i feel tired and bored
i was exhausted after the trip
she felt terrible yesterday
it was wonderful to see you
what a stupid idea
that's important to me
maybe you're right
it's possible but not easy
i was wrong about that
we laughed a lot
don't be afraid of the dark
the dog barked all night
birds fly south in winter
fish swim in the river
the bottle is half empty
a bowl of soup with bread
a pint of milk and two eggs
pears peaches and apples
carrots peas and corn
bacon and eggs for breakfast
beer or wine with dinner
noodles with broccoli
oats with nuts and honey
salad with avocados and limes
ketchup and mayonnaise
sausages on the grill
a pound of beef
a gallon of water
two quarts of oil
a tablespoon of sugar
three teaspoons of salt
a yard is three feet
a mile is longer than a kilometer
an inch is two and a half centimeters
a million is a lot
zero point five
the square root of nine
multiply both sides by two
divided into equal parts
the sum is larger than before
what comes after seven
between five and ten
more or less the same
both of them are here
neither of us knew
either this or that
above the door and below the window
behind the house
inside the box
without any help
since last week
until next summer
once upon a time
every now and then
again and again
sooner or later
better late than never
the sooner the better
by the way
of course not
never mind that now
wait for us outside
hold the door please
keep it simple
leave it to me
bring me the newspaper
carry these bags upstairs
catch the ball
pick up the phone
call me when you're there
ring the bell twice
turn around slowly
turn left at the corner
walk down the hill
run as fast as you can
stand up straight
sit down and rest
lie down on the bed
wake up it's late
open your eyes
close your book
read the next line
spell your name
write it down
draw a star
learn it by heart
think before you speak
remember what i told you
forget what he said
try it one more time
finish what you began
build a house of stones
broken glass on the floor
the glass is clean
wash your hands
the kitchen is a mess
dishes in the sink
the trash is full
a box of light bulbs
a roll of paper towels
the battery is low
the noise is too loud
speak a little slower
say it in german
what language is that
they speak spanish
the course starts in may
the prime minister of australia
merry christmas and a happy new year
happy birthday to you""".splitlines()


def phrase(rng: random.Random) -> str:
    """One of the sentences, or the end of one and the beginning of another."""
    one = rng.choice(PHRASES)
    if rng.random() < 0.7:
        return one
    other = rng.choice(PHRASES).split()
    words = one.split()
    return " ".join(words[: rng.randint(2, len(words))] + other[: rng.randint(2, len(other))])
