"""What the assistant says after its tools answered. One line is one reply; `(a|b)` is a choice, `{slot}` is filled."""

REPLIES: dict[str, str] = {
    "error": """
I can't do that, {why}.
Sorry, {why}.
That didn't work, {why}.
I'm sorry, {why}.
I'm afraid {why}.
Sorry, that's not possible: {why}.
I tried, but {why}.
Hm, {why}.
Unfortunately {why}.
It didn't work: {why}.
""",
    "time": """
It's {result}.
It's {result} now.
The time is {result}.
Right now it's {result}.
It is {result}.
It's exactly {result}.
We have {result}.
My clock says {result}.
Sure, it's {result}.
{result}.
""",
    "date": """
It's {result}.
Today is {result}.
Today's {result}.
It is {result}.
We have {result}.
Today it's {result}.
Sure, it's {result}.
It's {result} today.
That would be {result}.
{result}.
""",
    "date_yes": """
Yes, today is {result}.
Yes, it's {result}.
That's right, it's {result}.
Yes, it is {weekday}.
Right, today is {weekday}.
""",
    "date_no": """
No, today is {result}.
No, it's {result}.
Not today, it's {weekday}.
No, it's {weekday}.
No, today is {weekday}.
""",
    "month": """
It's {month}.
We have {month}.
This is {month}.
It's {month}, {result} to be exact.
""",
    "timer": """
(Okay|Sure|Alright), {dur}(, starting now| from now|).
Timer set for {dur}.
Your timer is set for {dur}.
Okay, {dur}. I'll let you know.
Sure, the timer is running for {dur}.
I've set a timer for {dur}.
{Dur}, starting now.
Done, the timer is set for {dur}.
Of course. {Dur} on the clock.
I'll ring in {dur}.
Okay, I'll call you in {dur}.
Started. You have {dur}.
""",
    "timer_named": """
(Okay|Sure), {dur} for the {name}.
{Name} timer set for {dur}.
Your {name} timer is set for {dur}.
Okay, the {name} timer runs for {dur}.
Sure, I'll tell you about the {name} in {dur}.
I've set the {name} timer for {dur}.
Done. {Dur} for the {name}.
The {name} timer is running, {dur}.
Alright, {dur} on the {name} timer.
The {name} gets {dur}.
""",
    "timer_changed": """
(Okay|Sure|Alright), {dur} instead.
No problem, {dur} now.
Changed. The timer is set for {dur}.
Sorry! {Dur} it is.
Okay, I've changed it to {dur}.
Done, the new timer runs for {dur}.
Corrected, {dur}.
The timer is now set for {dur}.
""",
    "timer_cancel": """
(Okay|Sure), I've {result}.
I've {result}.
Done, I {result}.
Okay, I {result}.
Alright, {timer} is cancelled.
Okay, {timer} is gone.
{Timer} is cancelled.
Sure, {timer} is off.
{Timer} is off.
Alright, I {result}.
""",
    "no_timer": """
There is no timer running.
No timer is running right now.
You have no timer running.
There's no timer at the moment.
I see no timer running.
No timers at the moment.
""",
    "timer_check": """
There are {result}.
You have {result}.
{Result}.
There's still some time, {result}.
Still {result}.
I see {result}.
Right now, {result}.
It says {result}.
Let me see. {Result}.
""",
    "calc": """
That's {result}.
That makes {result}.
It's {result}.
The answer is {result}.
{sum} is {result}.
{sum} makes {result}.
That comes to {result}.
{result}.
I get {result}.
It comes to {result}.
""",
    "convert": """
That's {result}.
{source} is {result}.
It's {result}.
{source} makes {result}.
That makes {result}.
{source} comes to {result}.
You get {result}.
That would be {result}.
It comes to {result}.
{Result}.
""",
    "list_add": """
(Okay|Sure), {items} {is} on the list.
I've added {items}.
Added {items} to your list.
{Items} {is} on the list now.
Done, I've added {items}.
Okay, I'll remember {items}.
I've put {items} on the list.
Noted: {items}.
Alright, {items} added.
Your list now has {items}.
""",
    "list_add_more": """
Okay, {items} too.
Sure, {items} as well.
I've added {items} too.
Added {items}.
And {items}, noted.
Okay, I've put {items} on the list too.
{Items} too, done.
""",
    "list_corrected": """
Okay, {items} instead.
Sorry! I've put {items} on the list instead.
Changed, {items} {is} on the list now.
No problem, now it's {items}.
Corrected, the list has {items}.
Alright, {items} instead.
""",
    "list_remove": """
(Okay|Sure), I've removed {items}.
Removed {items}.
{Items} {is} off the list.
I've taken {items} off the list.
Done, {items} {is} gone.
Okay, no more {items}.
I've crossed off {items}.
Alright, {items} removed.
Okay, {items} {is} off the list.
Gone: {items}.
""",
    "list_missing": """
{Result}.
I looked, but {result}.
Sorry, {result}.
Hm, {result}.
Nothing to do, {result}.
""",
    "list_read": """
You have {items} on your list.
There's {items} on the list.
On your list: {items}.
You need {items}.
Your list says {items}.
It's {items}.
The list has {items}.
Let me see: {items}.
You wanted to buy {items}.
Here it is: {items}.
""",
    "list_empty": """
Your list is empty.
The list is empty.
There's nothing on your list.
Nothing, your list is empty.
Nothing on the list right now.
It's empty.
""",
    "volume": """
(Okay|Sure), {level}.
Volume is at {level}.
The volume is {level} now.
Okay, I'm at {level} now.
Set to {level}.
Alright, {level} it is.
Done, the volume is at {level}.
Is this better? I'm at {level}.
Volume set to {level}.
Now it's {level}.
""",
    "device": """
(Okay|Sure), the {thing} is {state}.
The {thing} is {state} (now|).
Done, the {thing} is {state}.
Okay, {thing} {state}.
I've turned {state} the {thing}.
I've switched the {thing} {state}.
Alright, the {thing} is {state} now.
{Thing} {state}.
There you go, the {thing} is {state}.
Of course. The {thing} is {state}.
""",
    "brightness": """
(Okay|Sure), the {thing} is at {level}.
The {thing} is at {level} (now|).
Okay, {thing} at {level}.
I've set the {thing} to {level}.
Done, {level}.
{Thing} at {level}.
Alright, the {thing} is at {level} now.
Set to {level}.
The {thing} is now at {level}.
There you go, {level}.
""",
    "weather": """
Expect {sky}, {temp}{when}.
It's {sky}{when}, {temp}.
{Sky}{when}, at {temp}.
The forecast says {sky}, {temp}{when}.
There will be {sky}{when}, {temp}.
I see {sky}{when} and {temp}.
{Sky} and {temp}{when}.
It looks like {sky}{when}, around {temp}.
We get {sky}{when}, with {temp}.
{Sky}{when}, about {temp}.
""",
    "weather_adjective": """
It's {sky}{when}, {temp}.
It will be {sky}{when}, {temp}.
{Sky}{when}, at {temp}.
The forecast says {sky}, {temp}{when}.
{Sky} and {temp}{when}.
It looks {sky}{when}, around {temp}.
{Sky}{when}, about {temp}.
Expect it to be {sky}{when}, {temp}.
""",
    "weather_yes": """
Yes, {sky}{when}, {temp}.
Yes, I see {sky}{when}.
Yes. {Sky} and {temp}{when}.
It looks like it: {sky}, {temp}.
Yes, it says {sky}{when}.
""",
    "weather_no": """
No, {sky}{when}, {temp}.
No, it says {sky}{when}.
No. {Sky} and {temp}{when}.
It doesn't look like it: {sky}, {temp}.
No, I see {sky}{when}.
""",
    "weather_yes_adjective": """
Yes, it's {sky}{when}, {temp}.
Yes, it will be {sky}{when}.
Yes, it looks {sky}{when}, {temp}.
Yes. The forecast says {sky}{when}.
It looks like it: {sky}, {temp}.
""",
    "weather_no_adjective": """
No, it's {sky}{when}, {temp}.
No, it will be {sky}{when}.
No, it looks {sky}{when}, {temp}.
No. The forecast says {sky}{when}.
It doesn't look like it: {sky}, {temp}.
""",
    "umbrella_yes": """
Yes, take an umbrella, I see {sky}{when}.
Better take one: {sky}, {temp}.
Yes, you'll need it. {Sky}{when}.
An umbrella is a good idea, it says {sky}{when}.
Yes, {sky}{when}.
""",
    "umbrella_no": """
No, you won't need it. {Sky}{when}.
No umbrella needed: {sky}, {temp}.
No, it says {sky}{when}.
You can leave it at home. {Sky}{when}.
No, {sky}{when}.
""",
    "temp": """
It's {temp}{when}.
{Temp}{when}.
Around {temp}{when}.
About {temp}{when}, and {sky}.
The temperature is {temp}{when}.
I see {temp}{when}.
It says {temp}{when}.
""",
    "jacket_yes": """
Yes, take a jacket. It's {temp}{when}.
Better take one, it's {temp}{when}.
Yes, it's only {temp}{when}.
A jacket is a good idea: {temp}{when}.
""",
    "jacket_no": """
No, it's {temp}{when}.
You won't need one, it's {temp}{when}.
No jacket needed: {temp}{when}.
I don't think so, it's {temp}{when}.
""",
    "temp_yes": """
Yes, it's {temp}{when}.
Yes, {temp}{when}.
Quite, it's {temp}{when}.
I'd say so: {temp}{when}.
""",
    "temp_no": """
No, it's {temp}{when}.
Not really, {temp}{when}.
No, {temp}{when}.
I wouldn't say so: {temp}{when}.
""",
    "order": """
(Okay|Sure|Alright), {an} {order}.
One {order}, coming up.
{An} {order}, coming right up.
Your {order} is on its way.
Okay, one {order}.
I've ordered {an} {order}.
Got it: {an} {order}.
Sure thing, {an} {order}.
Done. {An} {order} for you.
With pleasure. One {order}.
{An} {order}. It won't take long.
""",
    "change": """
(Okay|Sure|Alright), now it's {an} {order}.
Changed. That's {an} {order}.
No problem, {an} {order}.
Okay, {an} {order}.
{An} {order} it is.
I've changed it to {an} {order}.
Got it, {an} {order} then.
Sure, that makes {an} {order}.
Done, it's {an} {order} now.
Alright: {an} {order}.
""",
    "order_cancel": """
(Okay|Sure), your order is cancelled.
I've cancelled your order.
Your order is cancelled.
Done, the order is cancelled.
No problem, I've cancelled it.
Okay, no coffee then.
The order is cancelled.
Alright, it's cancelled.
Cancelled. Tell me if you want something else.
""",
}
