"""A pretend payment gateway that ships with the product. Its books are its own; it tells us by signed webhook only."""
