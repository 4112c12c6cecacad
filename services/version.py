"""The version of this program, which CHANGELOG.md tells of. It is said here alone."""

VERSION = "0.1.0"
