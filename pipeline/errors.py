"""What can go wrong with the files, in words for the person who has to mend them."""


class DataError(Exception):
    """The data cannot be loaded as they are; the text names the file, the place and what to do."""


class UnbalancedError(DataError):
    """Rows or money went missing between two steps; nothing is published."""
