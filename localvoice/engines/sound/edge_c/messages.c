/* Keeps what sound libraries write on the screen off it: PortAudio's threads do so in the moment a sound server dies. */
#define _GNU_SOURCE /* fopencookie */
#include <stdint.h>
#include <stdio.h>
#include "edge.h"

#ifdef __GLIBC__
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const theirs[] = {"Expression '", "ALSA lib "};

static int is_theirs(const char *line, size_t length)
{
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
        size_t beginning = strlen(theirs[i]);
        if (length >= beginning && memcmp(line, theirs[i], beginning) == 0)
            return 1;
    }
    return 0;
}

static void pass_on(const char *text, size_t length)
{
    while (length) {
        ssize_t written = write(STDERR_FILENO, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* there is no screen any more */
        text += written;
        length -= (size_t)written;
    }
}

/* stdio holds the stream's lock around this, so the state is one writer's at a time. */
static ssize_t filter(void *cookie, const char *text, size_t size)
{
    static int inside, dropped; /* of a line whose beginning is written already; the last line, or this one */
    const char *end_of_text = text + size;
    (void)cookie;
    while (text < end_of_text) {
        size_t left = (size_t)(end_of_text - text);
        const char *newline = memchr(text, '\n', left);
        size_t length = newline ? (size_t)(newline - text) + 1 : left;
        if (!inside)
            dropped = is_theirs(text, length) || (dropped && newline == text);
        if (!dropped)
            pass_on(text, length);
        inside = !newline;
        text += length;
    }
    return (ssize_t)size;
}

void *edge_filtered_stderr(void)
{
    static FILE *stream;
    if (!stream) {
        cookie_io_functions_t functions = {.write = filter};
        stream = fopencookie(NULL, "w", functions);
        if (stream)
            setvbuf(stream, NULL, _IONBF, 0);
    }
    return stream;
}
#else
void *edge_filtered_stderr(void)
{
    return NULL;
}
#endif
