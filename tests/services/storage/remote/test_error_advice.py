import pytest

from services.storage.remote.error_advice import refusal


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            '<?xml version="1.0"?>\n<Error><Code>ExpiredToken</Code><Message>It has.</Message></Error>',
            "ExpiredToken: the session token has expired; new keys are needed",
        ),
        (
            '403 Forbidden: <?xml version="1.0"?>\n<Error>\n  <Code>AuthorizationPermissionMismatch</Code>\n</Error>',
            "AuthorizationPermissionMismatch: the keys may not do this; a SAS token needs r and l",
        ),
        ("<Error><Code>SlowDown</Code></Error>", None),
        ("<Error><Code>Expired\nToken</Code></Error>", None),
        ("<html>403 Forbidden</html>", None),
        ("", None),
    ],
)
def test_the_operator_is_told_by_the_code_alone(document, reason):
    assert refusal(document) == reason
