/* The sound edge: what the callback of one duplex stream does, and its state. Read this page and you know the edge.
 *
 *            push, ramp, drop                                pull, acks
 *   program ──play ring, commands──▶  callback  ──capture ring, gaps, acks──▶ program
 *                                       │  ▲
 *                                  speaker  microphone
 *
 * Every ring has one writer and one reader. The callback never allocates, frees, locks, waits or logs; it writes its
 * whole output whatever happens. Positions are counts since the beginning, they never wrap.
 * The frame counter counts every frame of the stream, also those that were lost.
 */

#define EDGE_RAMP 1    /* ack: the volume begins to move at this frame */
#define EDGE_DROP 2    /* ack: what was queued is gone; silence, or what was queued later, from this frame on */
#define EDGE_STARTED 3 /* the first sample after silence went out at this frame */
#define EDGE_DRY 4     /* the play ring had nothing more at this frame */

typedef struct {
    int32_t kind;
    uint32_t id;
    float gain;        /* RAMP: where the volume goes, as a factor */
    uint32_t frames;   /* RAMP: how long it takes; DROP: length of the fade */
    uint64_t until;    /* DROP: position in the play ring up to which samples are thrown away */
} edge_command;

typedef struct {
    int32_t kind;
    uint32_t id;             /* of the command; 0 for STARTED and DRY */
    uint64_t at_frame;
    uint64_t played_at;      /* frames taken from the play ring and played before at_frame */
    uint64_t dropped_frames; /* DROP: frames thrown away by it */
} edge_ack;

typedef struct {
    uint64_t blocks;
    uint64_t frames;              /* frame counter of the stream */
    uint64_t played_frames;       /* taken from the play ring and played */
    uint64_t dropped_frames;      /* taken from the play ring and thrown away */
    uint64_t starved_frames;      /* silence played although more audio was promised */
    uint64_t starved_events;
    uint64_t capture_lost_frames; /* microphone and reference lost because the program read too late */
    uint64_t input_overflows;     /* the system lost microphone input before the callback */
    uint64_t output_underflows;   /* the system played something of its own after the callback */
    uint64_t gaps;                /* times at which the microphone and the reference were newly aligned */
    uint64_t zero_frames;         /* the microphone has delivered nothing but zeros for this long */
    uint64_t late_frames;         /* age of the newest block when it reached the callback; 0: the system does not say */
} edge_counters;

typedef struct edge_state edge_state;

/* Capacities in frames, powers of two. NULL where there is no memory. */
edge_state *edge_new(double rate_hz, uint64_t play_frames, uint64_t capture_frames, int inputs, int outputs);
void edge_free(edge_state *edge);

/* For one thread of the program: the writer's end of the play ring and of the commands. */
uint64_t edge_push(edge_state *edge, const float *samples, uint64_t frames);
uint64_t edge_queued(edge_state *edge);
int edge_ramp(edge_state *edge, uint32_t id, float gain, uint32_t frames);
int edge_drop(edge_state *edge, uint32_t id, uint32_t fade_frames);
void edge_expect_more(edge_state *edge, int expected);

/* For one thread of the program: the reader's end of the capture ring and of the acks. */
uint64_t edge_pull(edge_state *edge, float *mic, float *played, uint64_t frames, uint64_t *first_frame);
int edge_next_ack(edge_state *edge, edge_ack *ack);
void edge_count(edge_state *edge, edge_counters *counters);

/* The real-time side. edge_process is the whole work on mono blocks, for a simulated card; edge_note_gap says before it
 * that `frames` of the stream were lost, edge_reopen the same of the time between two streams (the speaker was silent
 * meanwhile, so what goes on has to fade in); edge_callback is a PaStreamCallback around both. */
void edge_process(edge_state *edge, const float *in, float *out, unsigned long frames);
void edge_note_gap(edge_state *edge, uint64_t frames);
void edge_reopen(edge_state *edge, uint64_t frames);
int edge_callback(const void *in, void *out, unsigned long frames, const void *time, unsigned long flags, void *edge);

/* An error handler for ALSA that says nothing: what is lost is counted here, and said by the program. */
void edge_silent(const char *file, int line, const char *function, int error, const char *format, ...);

/* A FILE for stdio's stderr: the lines of PortAudio and ALSA are dropped, all others passed on. NULL without glibc. */
void *edge_filtered_stderr(void);
