"""The version of this program, which CHANGELOG.md tells of. It is said here alone.

Tested by tests/process/test_install.py.
"""

VERSION = "0.2.0"
