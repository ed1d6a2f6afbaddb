"""A fire drill: patients talk while the house burns, and afterwards it is checked that nothing was lost.

`python -m benchmarks.fire --database sqlite|postgresql --servers N --kills 100 --patients 64`

Servers are killed with SIGKILL again and again, updates come up to ten times and late, the Bot API
answers 429, 500, nothing at all or breaks off, the database goes away for a while, and one of two
paging addresses is dead. What has to hold afterwards stands in `benchmarks/fire/checks.py`.
"""
