"""What buyers are refused with."""

from nightmarket.kernel.problems import Problem


class BuyerBlocked(Problem):
    """This shop does not sell to this buyer; `reason` says why, or is null where it is the phone. The buyer can
    appeal to the shop."""

    status, code, title = 403, "buyer-blocked", "This shop does not sell to you"


class PrepayRequired(Problem):
    """This shop sends to this buyer only what was paid before: cash on delivery is not open; `reason` says why."""

    status, code, title = 422, "prepay-required", "This shop asks you to pay in advance"


class NothingToAppeal(Problem):
    """The shop neither blocks this buyer nor asks them to pay in advance."""

    status, code, title = 409, "nothing-to-appeal", "There is nothing to appeal against"


class AppealOpen(Problem):
    """An earlier appeal to this shop has not been answered yet."""

    status, code, title = 409, "appeal-open", "Your appeal is not answered yet"
