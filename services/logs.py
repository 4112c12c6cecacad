"""How the log is written: a line a record on stderr, at little cost, since every request writes one."""

import logging
import sys
import time

from services.output import Output

FIELD_CHARS = 512  # of what a client or a file says; a path of three long names in another script still fits
MESSAGE_CHARS = 4096  # whoever wrote it


class LineFormatter(logging.Formatter):
    """Writes "2026-11-25 18:30:00,042 I access …": time, first letter of the level, logger, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname).1s %(name)s %(message)s")
        self._second = -1
        self._second_as_text = ""

    def formatMessage(self, record: logging.LogRecord) -> str:
        if len(record.message) > MESSAGE_CHARS:
            record.message = _cut(record.message, MESSAGE_CHARS)
        return super().formatMessage(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        second = int(record.created)
        if second != self._second:  # a calendar takes longer to ask than the rest of the line to write
            self._second, self._second_as_text = second, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
        return f"{self._second_as_text},{int(record.msecs):03d}"


class LineHandler(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:
            self.handleError(record)
        else:
            self._output.write_line(line)


def shown(text: str) -> str:
    """``text`` of a client's or a file's as a log line may have it: in ASCII, without line ends, and not long."""
    return _cut(ascii(text[: FIELD_CHARS + 1])[1:-1], FIELD_CHARS, len(text))


def write_log_to_stderr() -> None:
    handler = LineHandler(Output(2, sys.stderr.encoding))
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # What no line of ours shows need not be found out for each (Logging HOWTO, "Optimization").
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _cut(text: str, most: int, length: int = 0) -> str:
    """``text`` if it is no longer than ``most``, or else its beginning and how long it was in all."""
    return text if len(text) <= most else f"{text[:most]}... ({max(length, len(text))} characters)"
