"""A real Bluesky server (PDS) on this machine, for tests: installed from npm, run on loopback, spoken to over HTTP.

`python -m fairfloor.testing.pds.install` brings it, `running.started` runs it, and an `Account` acts on it.
"""
