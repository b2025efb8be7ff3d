"""What the modules above may ask of carts."""

from nightmarket.modules.carts.service.change_lines import CartLine, clear, lines_of, put_line

__all__ = ["CartLine", "clear", "lines_of", "put_line"]
