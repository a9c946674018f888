"""Backup and restore of an installation as one file, proven equal by checksums (spec/trust.md, Survival).

``backup.take`` writes a file while everything runs, ``archive.verify`` reads one through, ``restore.put_back`` brings
it to another installation. Rooms add what must follow a restore by :func:`opora.core.survival.carried.carried`.
"""
