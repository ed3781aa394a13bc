"""What the city bought and how soon it paid, for everybody: sums on a page, and each purchase of an office as open data.

A *process* is a need with its orders; a *release* is what was known of it at one time; a *record* is all releases of one.
"""
