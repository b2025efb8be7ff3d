"""Group commit: requests that arrive while a transaction commits share the next one; each still gets its own answer.

A use case is written once, as a script of statements. The committer drives it over a connection of its own with many
requests at once; a unit of work drives the same script with one (`Unit.run`).
"""

from nightmarket.kernel.groupcommit.committer import Committer
from nightmarket.kernel.groupcommit.connections import WritingLane, open_lane
from nightmarket.kernel.groupcommit.statements import AddRows, Ask, Change, Script, drive_in_session, marks, stamp

__all__ = [
    "AddRows",
    "Ask",
    "Change",
    "Committer",
    "Script",
    "WritingLane",
    "drive_in_session",
    "marks",
    "open_lane",
    "stamp",
]
