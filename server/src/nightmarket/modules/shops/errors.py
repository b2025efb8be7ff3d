"""What shop requests are refused with."""

from nightmarket.kernel.problems import Problem


class SlugTaken(Problem):
    """Another shop has this address name already, or it is one we keep for ourselves."""

    status, code, title = 409, "slug-taken", "This shop address is taken"


class TooManyShops(Problem):
    """One account may own at most `limit` shops."""

    status, code, title = 409, "too-many-shops", "No more shops for this account"


class NoSuchAccount(Problem):
    """Nobody has registered with this e-mail address. Ask the person to open an account first."""

    status, code, title = 422, "no-such-account", "No account has this e-mail address"


class AlreadyMember(Problem):
    """This person works in the shop already. Change their role instead."""

    status, code, title = 409, "already-member", "Already a member of the shop"


class TooManyMembers(Problem):
    """A shop has at most `limit` members."""

    status, code, title = 409, "too-many-members", "No more members for this shop"


class OwnerStays(Problem):
    """A shop always has its owner: the owner can neither leave nor take another role."""

    status, code, title = 409, "owner-stays", "The owner cannot be removed or changed"


class WrongCurrency(Problem):
    """Amounts of a shop are in the currency of its market: `currency` says which."""

    status, code, title = 422, "wrong-currency", "The amount is in another currency than the shop"
