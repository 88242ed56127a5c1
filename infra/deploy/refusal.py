"""What stops a command: a sentence that says what to do."""


class Refused(Exception):
    """The command cannot go on; the text is for the person who gave it."""
