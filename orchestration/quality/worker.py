"""The process that runs Great Expectations: questions in, answers out, until its parent ends."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import IO


def main() -> None:
    """Answer questions until the parent closes the pipe, whatever goes on then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    questions_pipe, answers_pipe = private_pipes()
    # Seconds: the import of Great Expectations, for which this process exists. It stays, and is no garbage.
    gc.disable()
    from orchestration.quality.judge import Judge

    gc.freeze()
    gc.enable()
    package, memory_limit = sys.argv[1:]
    judge = Judge(package, memory_limit)
    questions: SimpleQueue = SimpleQueue()
    threading.Thread(target=listen, args=(questions_pipe, questions), daemon=True).start()
    while True:
        request, argument = questions.get()
        try:
            answer = (True, getattr(judge, request)(argument), "")
        except Exception as error:
            answer = (False, str(error) or repr(error), traceback.format_exc())
        answers_pipe.write(pickle.dumps(answer))
        answers_pipe.flush()


def private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the parent, out of the reach of whatever prints or reads in this process."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return questions, answers


def listen(pipe: IO[bytes], questions: SimpleQueue) -> None:
    """Pass questions on; when the parent is gone, end at once, even in the middle of a query."""
    try:
        while True:
            questions.put(pickle.load(pipe))
    except BaseException as error:
        if not isinstance(error, EOFError):
            traceback.print_exc()
        sys.stderr.flush()
        # Not sys.exit: DuckDB's binding reports on standard error what it leaks at a normal exit.
        os._exit(0 if isinstance(error, EOFError) else 1)


if __name__ == "__main__":
    main()
