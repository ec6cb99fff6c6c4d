"""Queries of strangers: checked, run in processes of their own over a snapshot, and ended where they take too much.

`Pool` hands a query to a worker process and ends the process where the query outstays its time; `worker` is what runs
in it; `analysis` says what a text asks for and what about it may not be run; `evaluation` runs it.
"""
