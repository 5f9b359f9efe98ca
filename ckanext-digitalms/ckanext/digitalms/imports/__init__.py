"""Tables of ours that come back: what a file says, how it differs from today, and what that means.

Pure functions; no module here imports CKAN. The order is :mod:`.mapping` (what the columns stand for) →
:mod:`.reading` (bytes to rows, and which table they are) → :mod:`.equality` (a cell against our value) →
:mod:`.difference` (rows against rows) → :mod:`.interpretation` (which measure, which Stand) →
:mod:`.merging` (into the record).
"""
