"""The composition root: an evening's parts are made here, joined, and run in one process and one event loop.

    source ──▶ pipeline ──▶ store ──▶ records
                  └──▶ board ──▶ web ◀───┘

`asked` is what somebody wants, `following` makes what acts come from, `evening` joins it all and runs it, and `people`
finds out whom names mean.
"""
