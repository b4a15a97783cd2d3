"""Sentences that need a tool. One line is one template; "~" marks a held-out one.

`(a|b|)` is a choice, `{slot}` is filled from fillers.py, `:: key=value` adds arguments that the words imply.
"""

TOOLS: dict[str, str] = {
    "time": """
what time is it (now|please|)
what's the time (now|please|)
tell me the time (please|)
(can|could) you tell me the time
do you know what time it is
do you have the time
what is the time right now
time please
current time
how late is it (now|)
(hey|okay|) what time is it
i need to know the time
check the time (for me|)
what time do we have
what does the clock say
give me the time
what time is it right now (please|)
~could you tell me what time it is
~what's the current time
~what hour is it
~please check what time it is
~got the time
""",
    "date": """
what's the date (today|)
what is today's date
what day is it (today|)
what is the date (today|)
tell me the date (please|)
which day is it (today|)
do you know what day it is
(can|could) you tell me the date
what's today
what day of the week is it
today's date please
is it (monday|tuesday|wednesday|thursday|friday|saturday|sunday) today
what month is it
what is the day today
give me today's date
tell me what day it is
~what date is it today
~could you tell me what day it is
~which date do we have
~what day of the week is today
~i forgot what day it is
""",
    "timer": """
set a timer for {dur} (please|)
set a timer for {dur}
set (a|an) {adjdur} timer (please|)
start a timer for {dur}
start (a|an) {adjdur} timer
timer for {dur}
{adjdur} timer (please|)
(can|could) you set a timer for {dur}
(can|could) you start (a|an) {adjdur} timer
please set a timer for {dur}
i need a timer for {dur}
i need (a|an) {adjdur} timer
put {dur} on the (timer|clock)
remind me in {dur}
wake me up in {dur}
let me know in {dur}
let me know when {dur} are over
set the timer to {dur}
count down {dur}
count down from {dur}
(give me|make) a timer (for|of) {dur}
tell me when {dur} are (up|over)
i want a timer for {dur}
set another timer for {dur}
create a timer for {dur}
could you remind me in {dur}
(hey|okay) set a timer for {dur}
~would you set a timer for {dur}
~i'd like a timer for {dur}
~run a timer for {dur}
~begin (a|an) {adjdur} timer
~please time {dur}
~set me a timer for {dur} please
~can i get (a|an) {adjdur} timer
~ping me in {dur}
""",
    "timer_named": """
set a {tname} timer for {dur}
set a timer for {dur} for the {tname}
set a timer for the {tname} for {dur}
start a {tname} timer for {dur}
(can|could) you set a {tname} timer for {dur}
set a {dur} timer called {tname}
set a timer called {tname} for {dur}
{tname} timer for {dur}
{tname} timer {dur}
start a timer named {tname} for {dur}
i need a {tname} timer for {dur}
please set a {tname} timer for {dur}
set the {tname} timer to {dur}
make a {tname} timer of {dur}
the {tname} needs {dur} (set a timer|start a timer)
~could you start a {tname} timer for {dur}
~put {dur} on the {tname} timer
~begin a {tname} timer of {dur}
~i want a timer for the {tname} {dur} please
""",
    "timer_cancel": """
cancel the timer
cancel my timer (please|)
stop the timer
delete the timer
turn off the timer
turn the timer off
remove the timer
cancel the {tname} timer
stop the {tname} timer
delete the {tname} timer
(can|could) you cancel the timer
(can|could) you stop the {tname} timer
please cancel the timer
forget the timer
forget the {tname} timer
i don't need the timer anymore
i don't need the {tname} timer anymore
end the timer
clear the timer
~switch the timer off
~get rid of the timer
~please stop my timer
~could you delete the {tname} timer
~get rid of the {tname} timer
~no more timer please
""",
    "timer_check": """
how much time is left
how much time is left on the timer
how long is left on the timer
how long until the timer (rings|goes off|is done)
how many minutes are left
check the timer
check my timers
what timers do i have
which timers are running
are there any timers (running|)
is there a timer running
how's the timer doing
how much longer
how much time do i have left
when does the timer ring
what's left on the timer
how much time is left on the {tname} timer
how long does the {tname} timer have left
time left
show me the timers
~how much longer does the timer run
~is my timer still running
~when will the timer go off
~tell me how much time is left
~do i have any timers running
~what's the status of my timer
""",
    "calc": """
what's {a} plus {b} :: op=+
what is {a} plus {b} :: op=+
{a} plus {b} :: op=+
how much is {a} plus {b} :: op=+
what's {a} minus {b} :: op=-
what is {a} minus {b} :: op=-
{a} minus {b} :: op=-
how much is {a} minus {b} :: op=-
what's {a} times {b} :: op=*
what is {a} times {b} :: op=*
{a} times {b} :: op=*
how much is {a} times {b} :: op=*
what's {a} divided by {b} :: op=/
what is {a} divided by {b} :: op=/
{a} divided by {b} :: op=/
how much is {a} divided by {b} :: op=/
calculate {a} (plus|and) {b} :: op=+
calculate {a} minus {b} :: op=-
calculate {a} times {b} :: op=*
calculate {a} divided by {b} :: op=/
(can|could) you calculate {a} times {b} :: op=*
(can|could) you tell me what {a} plus {b} is :: op=+
(can|could) you tell me what {a} minus {b} is :: op=-
add {a} and {b} :: op=+
add {a} to {b} :: op=+
subtract {a} from {b} :: op=-r
take {a} away from {b} :: op=-r
multiply {a} by {b} :: op=*
multiply {a} and {b} :: op=*
divide {a} by {b} :: op=/
what do you get when you (add|sum) {a} and {b} :: op=+
what do i get when i multiply {a} by {b} :: op=*
what's {dec} times {c} :: op=*c
what is {dec} plus {c} :: op=+c
(tell me|do you know) what {a} times {b} is :: op=*
~what does {a} plus {b} make :: op=+
~how much do {a} and {b} make :: op=+
~compute {a} times {b} :: op=*
~please work out {a} minus {b} :: op=-
~what would {a} divided by {b} be :: op=/
~i need to know {a} times {b} :: op=*
~work out {a} plus {b} :: op=+
""",
    "calc_chain": """
what's {a} plus {b} plus {c} :: op=++
what is {a} plus {b} minus {c} :: op=+-
{a} plus {b} plus {c} :: op=++
what's {a} times {b} plus {c} :: op=*+
how much is {a} minus {b} minus {c} :: op=--
calculate {a} plus {b} times {c} :: op=+*
~add {a} and {b} and {c} :: op=++
~how much is {a} times {b} minus {c} :: op=*-
""",
    "calc_percent": """
what's {pct} percent of {a}
what is {pct} percent of {a}
{pct} percent of {a}
how much is {pct} percent of {a}
calculate {pct} percent of {a}
(can|could) you tell me {pct} percent of {a}
(give|tell) me {pct} percent of {a}
what are {pct} percent of {a}
what's half of {a} :: half=1
how much is half of {a} :: half=1
what is half of {a} :: half=1
~work out {pct} percent of {a}
~could you calculate {pct} percent of {a}
~what would {pct} percent of {a} be
""",
    "convert": """
how many {to} are {amount} {from}
how many {to} is {amount} {from}
how many {to} are in {amount} {from}
how much is {amount} {from} in {to}
what is {amount} {from} in {to}
what's {amount} {from} in {to}
convert {amount} {from} to {to}
convert {amount} {from} into {to}
(can|could) you convert {amount} {from} to {to}
{amount} {from} in {to}
{amount} {from} to {to}
turn {amount} {from} into {to}
change {amount} {from} to {to}
tell me {amount} {from} in {to}
(calculate|compute) {amount} {from} in {to}
i need {amount} {from} in {to}
how many {to} do {amount} {from} make
please convert {amount} {from} to {to}
~how many {to} would {amount} {from} be
~what are {amount} {from} in {to}
~give me {amount} {from} in {to}
~could you turn {amount} {from} into {to}
""",
    "list_add": """
add {items} to (the|my) (list|shopping list)
put {items} on (the|my) (list|shopping list)
(can|could) you add {items} to (the|my) list
(can|could) you put {items} on (the|my) shopping list
please add {items} to my shopping list
add {items}
we need {items}
we're out of {items}
i need to buy {items}
we need to buy {items}
(put|write) down {items}
i need {items} on the list
write {items} on the (list|shopping list)
add {items} to the grocery list
remember to buy {items}
i have to get {items} from the store
also add {items} to the list
put {items} on there
i want to buy {items}
~could you write {items} on the list
~please put {items} on my list
~we ran out of {items}
~let's add {items} to the shopping list
~note that we need {items}
~{items} should go on the shopping list
""",
    "list_remove": """
remove {items} from (the|my) (list|shopping list)
take {items} off (the|my) (list|shopping list)
delete {items} from (the|my) list
(can|could) you remove {items} from the list
(can|could) you take {items} off the shopping list
we don't need {items} (anymore|)
i already have {items}
i bought {items}
i already got {items}
remove {items}
cross {items} off the list
cross off {items}
please remove {items} from the list
scratch {items} from the list
take off {items}
~could you delete {items} from my shopping list
~strike {items} from the list
~please take {items} off my list
~{items} can come off the list
""",
    "list_read": """
what's on (the|my) (list|shopping list)
what is on (the|my) (list|shopping list)
read (the|my) (list|shopping list)
read me (the|my) (list|shopping list)
show me (the|my) (list|shopping list)
tell me what's on the list
what do i need to buy
what do we need (from the store|)
(can|could) you read (the|my) list
is there anything on the (list|shopping list)
list please
what's on my grocery list
go through the shopping list
what did i put on the list
read the list back to me
~could you read me the shopping list
~what do i have on my list
~please read my shopping list
~what are we buying
~what items are on the list
""",
    "volume": """
set the volume to {level}
set the volume to {percent}
volume {level}
volume {percent}
turn the volume to {percent}
(can|could) you set the volume to {percent}
put the volume at {level}
change the volume to {percent}
set volume to {level} (please|)
make the volume {percent}
~please set the volume at {percent}
~volume to {percent} please
~adjust the volume to {level}
""",
    "volume_step": """
turn it up :: level=up
turn up the volume :: level=up
turn the volume up :: level=up
louder (please|) :: level=up
volume up :: level=up
speak louder (please|) :: level=up
(can|could) you speak louder :: level=up
make it louder :: level=up
i can't hear you :: level=up
talk louder :: level=up
a bit louder (please|) :: level=up
turn it up a bit :: level=up
speak up (please|) :: level=up
you are too quiet :: level=up
turn it down :: level=down
turn down the volume :: level=down
turn the volume down :: level=down
quieter (please|) :: level=down
volume down :: level=down
speak more quietly :: level=down
(can|could) you speak more quietly :: level=down
make it quieter :: level=down
you are too loud :: level=down
that's too loud :: level=down
a bit quieter (please|) :: level=down
not so loud (please|) :: level=down
lower the volume :: level=down
raise the volume :: level=up
mute :: level=0
mute the volume :: level=0
full volume :: level=100
~increase the volume :: level=up
~could you talk a little louder :: level=up
~please raise your voice :: level=up
~decrease the volume :: level=down
~could you be a little quieter :: level=down
~please lower your voice :: level=down
""",
    "device": """
turn on the {device} :: state=on
turn the {device} on :: state=on
turn on the {room} {device} :: state=on
turn the {room} {device} on :: state=on
turn on the {device} in the {room} :: state=on
turn the {device} on in the {room} :: state=on
switch on the {device} :: state=on
switch on the {room} {device} :: state=on
switch the {device} on :: state=on
switch on the {device} in the {room} :: state=on
(can|could) you turn on the {device} (please|) :: state=on
(can|could) you turn on the {room} {device} :: state=on
(can|could) you switch on the {device} in the {room} :: state=on
please turn on the {room} {device} :: state=on
please turn the {device} on :: state=on
{room} {device} on :: state=on
{device} on (please|) :: state=on
i want the {room} {device} on :: state=on
start the {device} (please|) :: state=on
in the {room} turn on the {device} :: state=on
turn off the {device} :: state=off
turn the {device} off :: state=off
turn off the {room} {device} :: state=off
turn the {room} {device} off :: state=off
turn off the {device} in the {room} :: state=off
turn the {device} off in the {room} :: state=off
switch off the {device} :: state=off
switch off the {room} {device} :: state=off
switch the {device} off :: state=off
switch off the {device} in the {room} :: state=off
(can|could) you turn off the {device} (please|) :: state=off
(can|could) you turn off the {room} {device} :: state=off
(can|could) you switch off the {device} in the {room} :: state=off
please turn off the {room} {device} :: state=off
please turn the {device} off :: state=off
{room} {device} off :: state=off
{device} off (please|) :: state=off
shut off the {device} :: state=off
shut off the {device} in the {room} :: state=off
i want the {room} {device} off :: state=off
in the {room} turn off the {device} :: state=off
it's (too|so) dark in the {room} :: state=on,device=light
it's (too|so) dark in here :: state=on,device=light
lights (on|on please) :: state=on,device=light
lights (off|out) :: state=off,device=light
~would you turn on the {device} in the {room} :: state=on
~would you switch the {device} off :: state=off
~get the {room} {device} on please :: state=on
~i need the {device} on in the {room} :: state=on
~could you shut off the {room} {device} :: state=off
~make sure the {device} is off in the {room} :: state=off
~the {room} {device} should be off :: state=off
~please switch the {room} {device} on :: state=on
~go ahead and turn off the {device} :: state=off
""",
    "brightness": """
dim the lights to {percent}
dim the {room} light to {percent}
dim the {room} lights to {percent}
set the light to {percent}
set the lights to {percent}
set the {room} light to {percent}
set the {room} lights to {percent}
set the brightness to {percent}
set the brightness in the {room} to {percent}
set the light in the {room} to {percent}
(can|could) you dim the lights to {percent}
(can|could) you set the {room} light to {percent}
make the {room} light {percent} (bright|)
brightness {percent}
brightness {percent} in the {room}
put the {room} lights at {percent}
turn the {room} light (down|up) to {percent}
turn the lights (down|up) to {percent}
light to {percent}
{room} light at {percent}
lights to half :: percent=50
set the {room} light to half :: percent=50
full brightness :: percent=100
full brightness in the {room} :: percent=100
~would you dim the {room} lights to {percent}
~adjust the light in the {room} to {percent}
~bring the lights down to {percent}
~change the {room} brightness to {percent}
~i want the lights at {percent}
""",
    "weather": """
what's the weather (like|)
how's the weather
what's the weather like {day}
how's the weather {day}
what's the weather {day}
what is the weather {day}
how will the weather be {day}
what will the weather be like {day}
weather {day}
weather for {dayname}
what's the forecast
what's the forecast for {dayname}
tell me the weather (please|)
tell me the weather for {dayname}
(can|could) you tell me the weather (for|) {dayname}
(can|could) you check the weather
give me the weather for {dayname}
weather please
what does the weather look like {day}
do you know what the weather is like
do you know what the weather will be like {day}
what's it like outside
check the weather for {dayname}
~give me the forecast for {dayname}
~could you check the weather for {dayname}
~how's it looking outside
~how is the weather going to be {day}
~what kind of weather do we get {day}
~please tell me the weather {day}
""",
    "weather_rain": """
will it rain {day}
is it going to rain {day}
do i need an umbrella
do i need an umbrella {day}
should i take an umbrella
should i take an umbrella {day}
is it raining
is it raining outside
does it rain {day}
will there be rain {day}
~will i need an umbrella {day}
~is there going to be rain {day}
~do you think it will rain {day}
""",
    "weather_snow": """
will it snow {day}
is it going to snow {day}
is it snowing
is it snowing outside
will there be snow {day}
~do you think it will snow {day}
~are we getting snow {day}
""",
    "weather_sun": """
will it be sunny {day}
is it sunny (outside|)
is it going to be sunny {day}
will the sun shine {day}
will we have sun {day}
~is the sun shining
~are we going to have sunshine {day}
""",
    "weather_temp": """
how warm is it (outside|)
how cold is it (outside|)
how warm will it be {day}
how cold will it be {day}
what's the temperature
what's the temperature outside
what will the temperature be {day}
how hot will it get {day}
do i need a jacket
do i need a jacket {day}
how many degrees is it
is it cold outside
is it warm outside
will it be cold {day}
will it be warm {day}
~how warm is it going to be {day}
~how many degrees will we have {day}
~do i need a coat {day}
~is it chilly outside
""",
    "order_cancel": """
cancel my order
cancel the order
cancel the coffee order
cancel the coffee
(can|could) you cancel my order
please cancel my order
i don't want the coffee anymore
forget my order
forget the order
i changed my mind cancel the order
never mind the coffee
i'd like to cancel my order
drop the order
~would you cancel the order please
~i want to cancel my coffee
~please drop my order
~i don't want my order anymore
""",
}

# How a follow-up changes what was said before. The dialogue generator puts them after something they can refer to.
FOLLOW_UPS: dict[str, str] = {
    "weather_again": """
and {dayname}
and {day}
what about {dayname}
how about {dayname}
and what about {dayname}
and for {dayname}
and how is it {day}
what about {day}
~and how about {dayname}
~then what about {dayname}
~and will it be better {day}
""",
    "timer_change": """
no i meant {dur}
i meant {dur}
make it {dur}
make that {dur}
sorry {dur}
no {dur}
actually {dur}
actually make it {dur}
no wait {dur}
change it to {dur}
no make it {dur}
{dur} i mean
~sorry i meant {dur}
~no make that {dur}
~could you make it {dur}
""",
    "timer_another": """
and another one for {dur}
and one for {dur}
another one for {dur}
and a second one for {dur}
and one more for {dur}
one more for {dur}
and another timer for {dur}
~plus one for {dur}
~also one for {dur}
""",
    "timer_it_cancel": """
cancel it
cancel that
cancel it please
no cancel it
delete it
turn it off
actually cancel it
cancel that one
please cancel it
i don't need it anymore
~you can cancel it
~oh cancel that please
~no delete that
""",
    "timer_it_check": """
how long is left
how much is left
how much longer does it need
how long does it have left
when is it done
how long until it rings
how much time is left on it
~when will it ring
~how long is that now
~how much time does it have
""",
    "device_other_room": """
and the {room}
and in the {room}
and the one in the {room}
in the {room} too
also in the {room}
the {room} too
what about the {room}
and the same in the {room}
~the {room} as well
~same for the {room}
~and do the {room} too
""",
    "device_other": """
and the {device}
and the {device} too
the {device} too
also the {device}
and the {device} please
and what about the {device}
~the {device} as well
~and do the {device} too
""",
    "device_off": """
turn it off again
turn it off
now turn it off
and off again
off again please
switch it off
switch it off again
turn that off
please turn it off again
~now switch it off again
~okay turn it back off
~could you turn it off again
""",
    "device_on": """
turn it on again
turn it back on
now turn it on
and on again
switch it on again
turn that on
turn it on please
~now switch it back on
~please turn it on again
""",
    "brightness_other": """
a bit more make it {percent}
make it {percent}
no {percent}
now {percent}
and now {percent}
{percent} please
no make it {percent}
actually {percent}
~better make it {percent}
~change it to {percent}
""",
    "brightness_room": """
and {percent} in the {room}
and the {room} to {percent}
in the {room} {percent}
~and in the {room} {percent} please
~the {room} to {percent} too
""",
    "calc_more": """
and plus {c} :: op=+
plus {c} :: op=+
and minus {c} :: op=-
minus {c} :: op=-
times {c} :: op=*
and times {c} :: op=*
and divided by {c} :: op=/
divided by {c} :: op=/
add {c} to that :: op=+
and that times {c} :: op=*
multiply that by {c} :: op=*
divide that by {c} :: op=/
~take away {c} :: op=-
~now times {c} :: op=*
~and that plus {c} :: op=+
""",
    "convert_other": """
and {amount} {from}
and {amount}
what about {amount} {from}
how about {amount}
what about {amount}
~and for {amount} {from}
~and how about {amount}
""",
    "convert_to": """
and in {to}
what is that in {to}
how much is that in {to}
and how many {to} is that
~what would that be in {to}
~and what's that in {to}
""",
    "list_add_more": """
and {items}
and {items} too
also {items}
and also {items}
{items} too
oh and {items}
and {items} please
plus {items}
~and we also need {items}
~oh also {items}
~{items} as well please
""",
    "list_add_correct": """
no i meant {items}
sorry i meant {items}
no not that {items}
actually {items} instead
~no make that {items}
~i meant {items} instead
""",
    "list_it_remove": """
remove it again
take it off again
no remove that
take that off the list
delete that again
remove that again please
~scratch that off again
~no take it off
""",
    "volume_more": """
a bit more
more
even more
a little more
and a bit more
still more
again
one more time
~just a bit more
~some more please
""",
    "order_size": """
make it a {size}
make it {size}
make that a {size}
make that {size}
make it a {size} one
actually make it a {size}
actually make it {size} please
no make it a {size}
no make it {size}
can you make it a {size}
could you make that {size}
change it to {size}
change the size to {size}
{size} please
{size} instead
actually {size}
i meant {size}
no {size}
i'd like it {size}
~sorry make it {size}
~let's make it {size}
~better make that a {size}
~i said {size}
""",
    "order_shots": """
make it a {shots}
make that a {shots}
actually a {shots}
with a {shots}
can you make it a {shots}
could i have a {shots}
no a {shots}
{shots} please
i meant a {shots}
~let's make it a {shots}
~change it to a {shots}
~sorry a {shots} please
""",
    "order_roast": """
make it a {roast}
make it {roast}
actually make it {roast}
{roast} please
can i have {roast}
could you make it {roast}
with {roast} please
no {roast}
i meant {roast}
change it to {roast}
~let's make it {roast}
~better make it a {roast}
~i'd prefer {roast}
""",
    "order_milk": """
with {milk}
with {milk} please
and {milk}
and {milk} please
add {milk}
can you add {milk}
with {milk} instead
can i have {milk} instead
i'd like {milk} with that
put {milk} in it
no with {milk}
actually with {milk}
make it with {milk}
i meant with {milk}
~could i get {milk} in that
~please add {milk}
~oh and {milk} in it
~use {milk} instead
""",
    "order_sugar": """
with {sugar}
with {sugar} please
and {sugar}
and {sugar} please
add {sugar}
can you add {sugar}
with {sugar} instead
can i have {sugar} in it
i'd like {sugar} with that
put {sugar} in it
actually with {sugar}
make it with {sugar}
and with {sugar}
~could i get {sugar} in that
~please add {sugar}
~oh and {sugar} in it
""",
    "order_drink": """
make it {drink:an}
make that {drink:an}
actually make it {drink:an}
no {drink:an}
no make it {drink:an}
i meant {drink:an}
sorry {drink:an}
{drink:an} instead
can i have {drink:an} instead
change it to {drink:an}
actually i want {drink:an}
~sorry i meant {drink:an}
~let's make it {drink:an}
~i'd rather have {drink:an}
""",
    "order_two": """
make it {size:a} {drink} with {milk}
make it {size:a} {roast}
make it {size:a} with {sugar}
make that {size:a} and with {milk}
no make it {size:a} {drink}
{size:a} {drink} instead
actually {roast} and with {milk}
can you make it {size} and add {sugar}
no i said {size:a} {drink}
~sorry make it {size:a} {drink} with {sugar}
~actually make that {size:a} {roast} with {milk}
""",
    "order_it_cancel": """
cancel it
cancel that
actually cancel it
cancel that order
no cancel that
i don't want it anymore
please cancel it
on second thought cancel it
~you can cancel that
~oh cancel that please
~i changed my mind cancel it
""",
}
