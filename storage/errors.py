"""What can go wrong in storage.

StorageError
├── StorageUnavailable   the database cannot be used just now
├── BadDatabaseUrl       the setting itself is wrong
├── RowRefused           a row breaks a rule of the database, which is a mistake of ours
├── AlreadySeen          this very message was stored before
├── NumberTaken          draw another case number
├── NoSuchCase           no case under this number or id
├── NoSuchHandoff        no handoff under this id
├── NotHolder            only the person who holds the handoff may do this
├── NameTaken            a member of staff has this name already
├── NoSuchStaff          nobody of this name or id
├── MediaUnavailable     the media store cannot be used, or has not this file
├── KeyDestroyed         the patient was erased; what was sealed for them cannot be opened
└── Sealed               the content was changed, or sealed under another key
"""


class StorageError(Exception):
    """Storage refused; the class docstring is the default message."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class StorageUnavailable(StorageError):
    """The database cannot be reached just now; try again in a moment."""


class BadDatabaseUrl(StorageError):
    """The database URL is not usable; give sqlite:///path/file.db or postgresql://user@host/name."""


class RowRefused(StorageError):
    """The database refused a row that breaks one of its rules; nothing of this step was kept."""


class AlreadySeen(StorageError):
    """This message was taken before; nothing more is to be done."""


class NumberTaken(StorageError):
    """Another case has this number; draw another one."""


class NoSuchCase(StorageError):
    """There is no such case."""


class NoSuchHandoff(StorageError):
    """There is no such handoff."""


class NotHolder(StorageError):
    """Only the person who holds this handoff may do that; claim it first."""


class NameTaken(StorageError):
    """A member of staff has this name already; choose another."""


class NoSuchStaff(StorageError):
    """There is no such member of staff."""


class MediaUnavailable(StorageError):
    """This file cannot be had from the media store; check AIDLINE_MEDIA_URL and the disk."""


class KeyDestroyed(StorageError):
    """This patient was erased; what was kept of them cannot be read any more."""


class Sealed(StorageError):
    """This content cannot be opened: it was changed, or the secret key is not the one it was sealed with."""


#: They pass, and nothing is wrong with what was to be kept: whoever sent it may send it again.
OUTAGES = (StorageUnavailable, MediaUnavailable)
