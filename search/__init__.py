"""Finding things by words as people in Jakarta write them: a protocol, and an engine that needs no server.

Its words: *index* (what a plugin lets be found), *field*, *query*, *engine* (what answers), *generation* (one built copy of an
index on disk), *thesaurus* (words that mean the same), *stem* (a word without its affixes).
"""
