"""What the modules above may ask of carts."""

from nightmarket.modules.carts.service.change_lines import CartLine, clear, lines_of, put_line
from nightmarket.modules.carts.service.tell_cart import tell_cart

__all__ = ["CartLine", "clear", "lines_of", "put_line", "tell_cart"]
