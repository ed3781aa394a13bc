"""The shared kernel: what every plugin stands on.

Its words: *plugin* (a manifest), *slot* (a place that guests fill), *event* (a fact told through the outbox), *service* (a
use case in one transaction), *actor* (who acts), *permission* (who may), *machine* (states as data).
"""
