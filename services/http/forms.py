"""The content of an HTML form that was sent (application/x-www-form-urlencoded).

Tested by tests/handlers/test_sign_in.py.
"""

from urllib.parse import parse_qs

_MOST_FIELDS = 8


def form_fields(content: bytes) -> dict[str, str]:
    """The last of a name counts. What is malformed has no fields."""
    try:
        fields = parse_qs(content.decode("ascii"), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:  # UnicodeDecodeError is one
        return {}
    return {name: values[-1] for name, values in fields.items()}
