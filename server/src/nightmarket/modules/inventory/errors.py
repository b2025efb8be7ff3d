"""What the stock book refuses."""

from nightmarket.kernel.problems import Problem


class StockBelowHeld(Problem):
    """The adjustment would take units that are promised to buyers, or more than there are: `available` are free."""

    status, code, title = 409, "stock-below-zero", "There is not that much free stock"


class MoreReturnedThanSold(Problem):
    """More units are said to come back than were ever sold: `sold`. Units from elsewhere are received."""

    status, code, title = 409, "more-returned-than-sold", "Not that many were sold"


class StockTooLarge(Problem):
    """The adjustment would bring the stock above what we count up to."""

    status, code, title = 409, "stock-too-large", "The stock would become too large"
