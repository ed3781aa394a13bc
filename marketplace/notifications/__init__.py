"""Mail to people about what happened.

Its words: *notice* (which event, to whom, which template), *recipient*, *mail* (one letter to one recipient), *sink* (the
folder that takes mails where no server is set).
"""
