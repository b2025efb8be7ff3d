"""${message}

One change per revision: MySQL commits DDL as it goes, so a revision that fails half-way must be easy to repeat.
"""

import sqlalchemy as sa
from alembic import op

from nightmarket.kernel import db
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
