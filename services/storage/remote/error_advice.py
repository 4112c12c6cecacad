"""Explains a store's refusal to the operator, by the code in its error document (S3, Azure and Google use XML)."""

import re

_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_ARCHIVED = {"InvalidObjectState", "BlobArchived", "BlobBeingRehydrated"}
_ADVICE = {
    "AccessDenied": "the keys may not do this; s3:ListBucket and s3:GetObject are needed",
    "AuthorizationHeaderMalformed": "the bucket is in another region",
    "ExpiredToken": "the session token has expired; new keys are needed",
    "InvalidAccessKeyId": "the store does not know this access key, or not with this session token",
    "InvalidIdentityToken": "the web identity's token is not that of the role; a new one is needed",
    "NoSuchBucket": "there is no bucket of this name",
    "PermanentRedirect": "the bucket is in another region",
    "InvalidToken": "the session token does not belong to the access key",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    # Azure's
    "AuthenticationFailed": "the key is wrong, or the SAS token has expired",
    "AuthorizationFailure": "the key is wrong, the SAS token has expired, or the account keeps this machine out",
    "AuthorizationPermissionMismatch": "the keys may not do this; a SAS token needs r and l",
    "NoAuthenticationInformation": "the container is not public, and there are no keys",
}


def refusal(document: str) -> str | None:
    """The error code in ``document`` with its explanation; None if there is no code that is known here."""
    code = _code(document)
    return f"{code}: {_ADVICE[code]}" if code in _ADVICE else None


def tells_of_archive(document: str) -> bool:
    """Whether the error is that the object must be restored from an archive before it can be read."""
    return _code(document) in _ARCHIVED


def _code(document: str) -> str:
    found = _CODE.search(document)
    return found[1] if found else ""
