"""Comments under a Facebook page's live video enter by the same door as the room's own chat.

The webhook remembers each comment before anything acts on it. Whoever is known by an account here orders as they would
in the room; others are put on the helpers' repair list and get one private reply with a link by which they order as
themselves. Nothing is ever held for somebody without an account.
"""
