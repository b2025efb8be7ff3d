"""E-mails as every service wants them: a subject, plain text, HTML that says the same, and honest headers."""
