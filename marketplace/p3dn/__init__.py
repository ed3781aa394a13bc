"""Local content (P3DN): what products are made of and who says so, and what every rupiah of accepted value was.

Read ``docs/plugins/p3dn.md`` first.
"""
