"""A fictitious world for demo and tests: people, their papers, and the systems around a center.

`generate` writes a labelled set of deliveries; `world.SandboxWorld` plays it live: a fax server's
spool, a scanner's folder and a system of record over HTTP. Nobody and nothing in it is real.
"""
