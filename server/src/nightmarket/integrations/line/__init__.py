"""LINE: messages of an official account to the people who linked theirs, and what they answer."""
