"""The least of a shell with job control: `python job_shell.py ORDERS CODE`, in a terminal and a session of its own.

It runs the Python CODE as a job in front, and says when that stops or ends. Then it waits for an order in the pipe
ORDERS: f brings the job to the front, b lets it go on in the background.
"""

import fcntl
import os
import signal
import sys
import termios


def main(orders_file: str, code: str) -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # A shell gives the terminal away and takes it back from the background.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    own = os.getpgrp()
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(sys.executable, [sys.executable, "-c", code])
    orders = os.open(orders_file, os.O_RDWR)
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        os.tcsetpgrp(0, own)
        if not os.WIFSTOPPED(status):
            print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)
            return
        print(f"stopped {signal.Signals(os.WSTOPSIG(status)).name}", flush=True)
        while os.read(orders, 1) == b"b":
            os.killpg(job, signal.SIGCONT)
        os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)


main(*sys.argv[1:])
