"""The format of the log: one line for each record, on standard error. It is cheap, since every request logs a line."""

import logging
import sys
import time

from services.output import Output

FIELD_CHARS = 512  # of text from a client or a file; a path of three long, escaped names still fits
MESSAGE_CHARS = 4096  # of a whole message


class LineFormatter(logging.Formatter):
    """Formats a record as "2026-11-25 18:30:00,042 I access …": local time, first letter of the level, logger, message.

    Messages are cut to MESSAGE_CHARS. Formatting the second costs more than the rest of the line, so it is kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self._second = -1
        self._second_as_text = ""

    def formatMessage(self, record: logging.LogRecord) -> str:
        second, message = int(record.created), record.message
        if second != self._second:
            self._second, self._second_as_text = second, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
        if len(message) > MESSAGE_CHARS:
            message = _cut(message, MESSAGE_CHARS)
        return f"{self._second_as_text},{int(record.msecs):03d} {record.levelname[0]} {record.name} {message}"


class LineHandler(logging.Handler):
    """Writes records to ``output``, which never blocks."""

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
    """``text`` from a client or a file, made safe for a log line: ASCII, no line ends, at most about FIELD_CHARS.

    Characters outside of printable ASCII are escaped as in Python. Text that was cut ends in its length.
    """
    told = ascii(text[: FIELD_CHARS + 1])[1:-1]
    return told if len(told) <= FIELD_CHARS else _cut(told, FIELD_CHARS, len(text))


def write_log_to_stderr() -> None:
    """Sets up the root logger: level INFO, one line for each record."""
    handler = LineHandler(Output(2, sys.stderr.encoding))
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Skip what no line of ours shows: source line, thread and process (Logging HOWTO, "Optimization").
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _cut(text: str, most: int, length: int = 0) -> str:
    """The first ``most`` characters of ``text``; if it is longer, followed by the full length in characters.

    ``length`` is the length of the original text, where ``text`` is only its beginning.
    """
    return text if len(text) <= most else f"{text[:most]}... ({max(length, len(text))} characters)"
