"""What claims refuse."""

from nightmarket.kernel.problems import Problem


class VariantRequired(Problem):
    """The item comes in several variants: say which. `variants` lists them."""

    status, code, title = 422, "variant-required", "Choose a variant"


class SoldOut(Problem):
    """There are fewer units left than asked for: `available`. With none left a claim may join the waitlist."""

    status, code, title = 409, "sold-out", "Not enough left"


class PurchaseLimit(Problem):
    """One buyer may claim at most `limit` units of this item, or of the whole show (`scope`: `item`, `show`).

    `claimed` are claimed already.
    """

    status, code, title = 409, "purchase-limit", "The limit per buyer is reached"


class MembersOnly(Problem):
    """Only members of the shop may claim in this show."""

    status, code, title = 403, "members-only", "For members of the shop"


class NotYourTurn(Problem):
    """This item goes to one buyer after the other: stand in the room's line, and claim it when it is your turn."""

    status, code, title = 409, "not-your-turn", "It is not your turn"


class ClaimNotHeld(Problem):
    """The claim is not held any more: it expired, was given back, or is in an order. `claim_ids` says which."""

    status, code, title = 409, "claim-not-held", "The claim is no longer held"


class RepairSettled(Problem):
    """Somebody has settled this comment already: `state` says how."""

    status, code, title = 409, "repair-settled", "This comment is settled already"
