"""SMS by Twilio, and what it reports of it."""
