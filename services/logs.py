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
        super().__init__()
        self._second = -1
        self._second_as_text = ""

    def formatMessage(self, record: logging.LogRecord) -> str:
        second, message = int(record.created), record.message
        if second != self._second:  # a calendar takes longer to ask than the rest of the line to write
            self._second, self._second_as_text = second, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
        if len(message) > MESSAGE_CHARS:
            message = _cut(message, MESSAGE_CHARS)
        return f"{self._second_as_text},{int(record.msecs):03d} {record.levelname[0]} {record.name} {message}"


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
    told = ascii(text[: FIELD_CHARS + 1])[1:-1]
    return told if len(told) <= FIELD_CHARS else _cut(told, FIELD_CHARS, len(text))


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
