"""Orders: what a buyer owes and gets, from the bag to the parcel."""
