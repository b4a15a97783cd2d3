/* Rings on C11 atomics: the writer publishes with a release store of `head`, the reader frees with one of `tail`. */
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "edge.h"

#define SMALL 256         /* slots of the rings for commands, acks and gaps */
#define BLOCK 512         /* frames converted at once on a stream with several channels */
#define MOST_INPUTS 8     /* beyond them the microphone's channels are averaged without a look */
#define LOOK_S 0.3        /* the loudness of the channels is that of about so long */
#define MUCH_QUIETER 0.125f /* of the average, as a ratio of power to the loudest channel's: it cancels its channels */
#define ALIKE 0.7f        /* from here on it does not; unrelated noise in two channels has 0.5 */
#define LATEST_S 3600.0   /* a computer that slept for a night is no later than this */
#define RELEASE_S 0.005   /* a sudden end fades from its last sample this long, or it would click */
#define PA_INPUT_OVERFLOW 0x2UL
#define PA_OUTPUT_UNDERFLOW 0x4UL

typedef _Atomic uint64_t count;

typedef struct {
    count head, tail;
} ends;

typedef struct {
    uint64_t at, frames; /* before position `at` of the capture ring, `frames` of the stream are missing */
} gap;

struct edge_state {
    double rate_hz;
    int inputs, outputs;
    ends play, capture, commands, acks, gaps;
    float *play_data, *capture_data; /* capture: pairs of microphone and played */
    uint64_t play_size, capture_size;
    edge_command command[SMALL];
    edge_ack ack[SMALL];
    gap gap[SMALL];
    atomic_int expected;
    /* Written by the callback, read by anybody. */
    count blocks, frame, played, dropped, starved_frames, starved_events, lost, overflows, underflows, gap_count, zeros,
        late;
    /* The callback's own. */
    float gain, gain_target, gain_step;
    uint32_t ramp_left;
    int dropping, playing, starving, lagging;
    edge_command drop;
    uint32_t fade_left;
    float last; /* last sample of what was played, and how much of its release is still to come */
    uint32_t release, release_left, attack_left;
    uint64_t missing; /* frames lost since the last pair in the capture ring */
    double next_adc_s;
    float mono_in[BLOCK], mono_out[BLOCK];
    float power[MOST_INPUTS], average_power;
    int channel; /* the microphone's channel that is heard; -1: the average of all */
    /* The reader's own. */
    uint64_t read_frame;
};

static uint64_t get(count *value) { return atomic_load_explicit(value, memory_order_acquire); }
static void put(count *value, uint64_t to) { atomic_store_explicit(value, to, memory_order_release); }
static void add(count *value, uint64_t by) { put(value, get(value) + by); } /* one writer: no read-modify-write needed */
static uint64_t filled(ends *ring) { uint64_t tail = get(&ring->tail); return get(&ring->head) - tail; }
static float smooth(float x) { return x * x * (3.0f - 2.0f * x); }

edge_state *edge_new(double rate_hz, uint64_t play_frames, uint64_t capture_frames, int inputs, int outputs)
{
    edge_state *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    e->play_data = calloc(play_frames, sizeof(float));
    e->capture_data = calloc(2 * capture_frames, sizeof(float));
    if (!e->play_data || !e->capture_data) {
        edge_free(e);
        return NULL;
    }
    e->rate_hz = rate_hz;
    e->inputs = inputs;
    e->outputs = outputs;
    e->channel = -1;
    e->play_size = play_frames;
    e->capture_size = capture_frames;
    e->gain = e->gain_target = 1.0f;
    e->release = (uint32_t)(RELEASE_S * rate_hz) + 1;
    return e;
}

void edge_free(edge_state *e)
{
    if (!e) return;
    free(e->play_data);
    free(e->capture_data);
    free(e);
}

/* --- the program's side ------------------------------------------------------------------------------------------ */

uint64_t edge_queued(edge_state *e) { return filled(&e->play); }

uint64_t edge_push(edge_state *e, const float *samples, uint64_t frames)
{
    uint64_t head = get(&e->play.head), room = e->play_size - (head - get(&e->play.tail));
    if (frames > room) frames = room;
    for (uint64_t i = 0; i < frames; i++) e->play_data[(head + i) & (e->play_size - 1)] = samples[i];
    put(&e->play.head, head + frames);
    return frames;
}

static int send(edge_state *e, edge_command command)
{
    uint64_t head = get(&e->commands.head);
    if (head - get(&e->commands.tail) == SMALL) return 0;
    e->command[head % SMALL] = command;
    put(&e->commands.head, head + 1);
    return 1;
}

int edge_ramp(edge_state *e, uint32_t id, float gain, uint32_t frames)
{
    edge_command command = {EDGE_RAMP, id, gain, frames, 0};
    return send(e, command);
}

int edge_drop(edge_state *e, uint32_t id, uint32_t fade_frames)
{
    edge_command command = {EDGE_DROP, id, 0.0f, fade_frames, get(&e->play.head)};
    return send(e, command);
}

void edge_expect_more(edge_state *e, int expected) { atomic_store(&e->expected, expected); }

uint64_t edge_pull(edge_state *e, float *mic, float *played, uint64_t frames, uint64_t *first_frame)
{
    uint64_t tail = get(&e->capture.tail), ready = get(&e->capture.head) - tail;
    uint64_t gap_tail = get(&e->gaps.tail), gap_head = get(&e->gaps.head);
    for (; gap_tail != gap_head; put(&e->gaps.tail, ++gap_tail)) {
        gap next = e->gap[gap_tail % SMALL];
        if (next.at > tail) { /* hand out what lies before the gap first */
            if (ready > next.at - tail) ready = next.at - tail;
            break;
        }
        e->read_frame += next.frames;
    }
    if (frames > ready) frames = ready;
    for (uint64_t i = 0; i < frames; i++) {
        const float *pair = e->capture_data + 2 * ((tail + i) & (e->capture_size - 1));
        mic[i] = pair[0];
        played[i] = pair[1];
    }
    put(&e->capture.tail, tail + frames);
    *first_frame = e->read_frame;
    e->read_frame += frames;
    return frames;
}

int edge_next_ack(edge_state *e, edge_ack *ack)
{
    uint64_t tail = get(&e->acks.tail);
    if (tail == get(&e->acks.head)) return 0;
    *ack = e->ack[tail % SMALL];
    put(&e->acks.tail, tail + 1);
    return 1;
}

void edge_count(edge_state *e, edge_counters *c)
{
    edge_counters now = {get(&e->blocks), get(&e->frame), get(&e->played), get(&e->dropped), get(&e->starved_frames),
                         get(&e->starved_events), get(&e->lost), get(&e->overflows), get(&e->underflows),
                         get(&e->gap_count), get(&e->zeros), get(&e->late)};
    *c = now;
}

/* --- the callback's side ----------------------------------------------------------------------------------------- */

static void acknowledge(edge_state *e, int32_t kind, uint32_t id, uint64_t at_frame, uint64_t dropped)
{
    uint64_t head = get(&e->acks.head);
    edge_ack ack = {kind, id, at_frame, get(&e->played), dropped};
    if (head - get(&e->acks.tail) == SMALL) return; /* nobody reads: take_commands keeps slots free for answers */
    e->ack[head % SMALL] = ack;
    put(&e->acks.head, head + 1);
}

static void finish_drop(edge_state *e, uint64_t at_frame)
{
    uint64_t tail = get(&e->play.tail), gone = e->drop.until > tail ? e->drop.until - tail : 0;
    put(&e->play.tail, tail + gone);
    add(&e->dropped, gone);
    if (e->playing && !e->drop.frames) e->release_left = e->release; /* the ring ran dry just now: nothing was left to fade */
    e->dropping = e->playing = e->starving = 0;
    e->attack_left = 0;
    acknowledge(e, EDGE_DROP, e->drop.id, at_frame, gone);
}

/* Commands are carried out in order; while a drop fades, those after it wait. */
static void take_commands(edge_state *e, uint64_t at_frame)
{
    uint64_t tail = get(&e->commands.tail), head = get(&e->commands.head);
    while (!e->dropping && tail != head && filled(&e->acks) + 8 <= SMALL) {
        edge_command command = e->command[tail % SMALL];
        put(&e->commands.tail, ++tail);
        if (command.kind == EDGE_RAMP) {
            e->gain_target = command.gain;
            e->ramp_left = command.frames;
            if (command.frames) e->gain_step = (command.gain - e->gain) / (float)command.frames;
            else e->gain = command.gain;
            acknowledge(e, EDGE_RAMP, command.id, at_frame, 0);
        } else {
            uint64_t position = get(&e->play.tail);
            uint64_t left = command.until > position ? command.until - position : 0;
            e->drop = command;
            if (!e->playing) e->drop.frames = 0; /* nothing sounds, so nothing has to fade */
            if (e->drop.frames > left) e->drop.frames = (uint32_t)left;
            e->fade_left = e->drop.frames;
            e->dropping = 1;
            if (!e->fade_left) finish_drop(e, at_frame);
        }
    }
}

static void advance_gain(edge_state *e)
{
    if (!e->ramp_left) return;
    e->gain = --e->ramp_left ? e->gain + e->gain_step : e->gain_target;
}

/* Nothing queued: let the last sample fade out, then silence. */
static void play_nothing(edge_state *e, float *out, uint64_t frames, uint64_t at_frame)
{
    int expected = atomic_load(&e->expected);
    if (e->playing) {
        e->playing = 0;
        e->release_left = e->release;
        e->starving = expected;
        if (expected) add(&e->starved_events, 1);
        acknowledge(e, EDGE_DRY, 0, at_frame, 0);
    }
    if (expected) add(&e->starved_frames, frames);
    for (uint64_t i = 0; i < frames; i++) {
        if (e->release_left) out[i] = e->last * smooth((float)(--e->release_left) / (float)e->release);
        advance_gain(e);
    }
}

static void play_queued(edge_state *e, float *out, uint64_t frames, uint64_t at_frame)
{
    uint64_t tail = get(&e->play.tail);
    if (!e->playing) {
        e->playing = 1;
        if (e->starving) e->attack_left = e->release; /* resumed in the middle of a sound */
        e->starving = 0;
        acknowledge(e, EDGE_STARTED, 0, at_frame, 0);
    }
    for (uint64_t i = 0; i < frames; i++) {
        float x = e->play_data[(tail + i) & (e->play_size - 1)] * e->gain;
        if (e->dropping) x *= smooth((float)(--e->fade_left) / (float)e->drop.frames);
        if (e->attack_left) x *= smooth(1.0f - (float)(e->attack_left--) / (float)e->release);
        if (e->release_left) x += e->last * smooth((float)(--e->release_left) / (float)e->release);
        if (!(x > -1.0f)) x = x <= -1.0f ? -1.0f : 0.0f; /* a NaN becomes silence */
        out[i] = x > 1.0f ? 1.0f : x;
        advance_gain(e);
    }
    if (!e->release_left) e->last = out[frames - 1];
    put(&e->play.tail, tail + frames);
    add(&e->played, frames);
}

static void play(edge_state *e, float *out, uint64_t frames)
{
    uint64_t done = 0;
    memset(out, 0, frames * sizeof *out);
    while (done < frames) {
        uint64_t at_frame = get(&e->frame) + done, ready, part = frames - done;
        take_commands(e, at_frame);
        ready = filled(&e->play);
        if (!ready) {
            play_nothing(e, out + done, part, at_frame);
            return;
        }
        if (part > ready) part = ready;
        if (e->dropping && part > e->fade_left) part = e->fade_left;
        play_queued(e, out + done, part, at_frame);
        done += part;
        if (e->dropping && !e->fade_left) finish_drop(e, at_frame + part);
    }
}

static void capture(edge_state *e, const float *in, const float *out, uint64_t frames)
{
    uint64_t head = get(&e->capture.head), room = e->capture_size - (head - get(&e->capture.tail));
    uint64_t zeros = get(&e->zeros);
    for (uint64_t i = 0; i < frames; i++) zeros = in && in[i] != 0.0f ? 0 : zeros + 1;
    put(&e->zeros, zeros);
    if (frames > room || (e->missing && filled(&e->gaps) == SMALL)) {
        if (!e->lagging) add(&e->gap_count, 1);
        e->lagging = 1;
        e->missing += frames;
        add(&e->lost, frames);
        return;
    }
    e->lagging = 0;
    if (e->missing) { /* published before the pairs that it precedes */
        uint64_t slot = get(&e->gaps.head);
        e->gap[slot % SMALL].at = head;
        e->gap[slot % SMALL].frames = e->missing;
        put(&e->gaps.head, slot + 1);
        e->missing = 0;
    }
    for (uint64_t i = 0; i < frames; i++) {
        float *pair = e->capture_data + 2 * ((head + i) & (e->capture_size - 1));
        pair[0] = in ? in[i] : 0.0f;
        pair[1] = out[i];
    }
    put(&e->capture.head, head + frames);
}

void edge_process(edge_state *e, const float *in, float *out, unsigned long frames)
{
    play(e, out, frames);
    capture(e, in, out, frames);
    add(&e->frame, frames);
    add(&e->blocks, 1);
}

void edge_note_gap(edge_state *e, uint64_t frames)
{
    e->missing += frames;
    add(&e->frame, frames);
    add(&e->gap_count, 1);
}

void edge_reopen(edge_state *e, uint64_t frames)
{
    edge_note_gap(e, frames);
    e->release_left = 0;
    if (e->playing) e->attack_left = e->release;
}

/* --- several channels -------------------------------------------------------------------------------------------- */

static float sample_of(const edge_state *e, const float *frame, int channel)
{
    if (channel >= 0) return frame[channel];
    float sum = 0.0f;
    for (int c = 0; c < e->inputs; c++) sum += frame[c];
    return sum / (float)e->inputs;
}

/* Mean square of a channel (-1: of the average) without its constant part, which is no sound that channels share. */
static float power_of(const edge_state *e, const float *in, unsigned long frames, int channel)
{
    double sum = 0.0, squares = 0.0;
    for (unsigned long i = 0; i < frames; i++) {
        double x = sample_of(e, in + i * e->inputs, channel);
        sum += x;
        squares += x * x;
    }
    double power = squares / (double)frames - sum / (double)frames * (sum / (double)frames);
    return power > 0.0 ? (float)power : 0.0f;
}

/* The average of channels that are each other's opposite is silence. Where it is much quieter than the loudest channel,
 * that channel is heard instead, and remains so through the pauses: the way of the echo must not change with each word. */
static int channel_to_hear(edge_state *e, const float *in, unsigned long frames)
{
    if (e->inputs > MOST_INPUTS) return -1;
    float part = (float)((double)frames / (LOOK_S * e->rate_hz)), loudest = 0.0f;
    int best = 0;
    if (part > 1.0f) part = 1.0f;
    for (int c = 0; c < e->inputs; c++) {
        e->power[c] += part * (power_of(e, in, frames, c) - e->power[c]);
        if (e->power[c] > loudest) loudest = e->power[best = c];
    }
    e->average_power += part * (power_of(e, in, frames, -1) - e->average_power);
    if (e->channel < 0) return e->average_power < MUCH_QUIETER * loudest ? best : -1;
    if (e->average_power > ALIKE * loudest) return -1;
    return e->power[e->channel] < 0.5f * loudest ? best : e->channel;
}

static void mix(edge_state *e, const float *in, unsigned long frames)
{
    int before = e->channel;
    e->channel = channel_to_hear(e, in, frames);
    for (unsigned long i = 0; i < frames; i++) {
        const float *frame = in + i * e->inputs;
        e->mono_in[i] = sample_of(e, frame, e->channel);
        if (e->channel != before) { /* one fades into the other, or it would click */
            float old = sample_of(e, frame, before);
            e->mono_in[i] = old + smooth((float)i / (float)frames) * (e->mono_in[i] - old);
        }
    }
}

/* PaStreamCallbackTimeInfo */
typedef struct {
    double input_adc_s, now_s, output_dac_s;
} pa_time;

static uint64_t late_frames(const edge_state *e, const pa_time *time)
{
    double late_s = time && time->input_adc_s > 0.0 ? time->now_s - time->input_adc_s : 0.0;
    if (!(late_s > 0.0)) return 0;
    return (uint64_t)((late_s < LATEST_S ? late_s : LATEST_S) * e->rate_hz);
}

int edge_callback(const void *input, void *output, unsigned long frames, const void *time, unsigned long flags,
                  void *userdata)
{
    edge_state *e = userdata;
    const float *in = input;
    float *out = output;
    double adc_s = time ? ((const pa_time *)time)->input_adc_s : 0.0;
    /* The first block of a stream is flagged on many systems because the input ran before the output was filled. */
    if (get(&e->blocks) && (flags & (PA_INPUT_OVERFLOW | PA_OUTPUT_UNDERFLOW))) {
        double lost = (adc_s - e->next_adc_s) * e->rate_hz;
        if (flags & PA_INPUT_OVERFLOW) add(&e->overflows, 1);
        if (flags & PA_OUTPUT_UNDERFLOW) add(&e->underflows, 1);
        /* How much was lost is what the system's clock says, if that is believable; one frame stands for "not known". */
        edge_note_gap(e, (flags & PA_INPUT_OVERFLOW) && lost >= 1.0 && lost < e->rate_hz ? (uint64_t)lost : 1);
    }
    e->next_adc_s = adc_s + (double)frames / e->rate_hz;
    put(&e->late, late_frames(e, time));
    if (e->inputs == 1 && e->outputs == 1) {
        edge_process(e, in, out, frames);
        return 0; /* paContinue */
    }
    for (unsigned long done = 0, part; done < frames; done += part) {
        part = frames - done < BLOCK ? frames - done : BLOCK;
        if (in) mix(e, in + done * e->inputs, part);
        edge_process(e, in ? e->mono_in : NULL, e->mono_out, part);
        for (unsigned long i = 0; i < part; i++)
            for (int c = 0; c < e->outputs; c++) out[(done + i) * e->outputs + c] = e->mono_out[i];
    }
    return 0;
}

void edge_silent(const char *file, int line, const char *function, int error, const char *format, ...)
{
    (void)file, (void)line, (void)function, (void)error, (void)format;
}
