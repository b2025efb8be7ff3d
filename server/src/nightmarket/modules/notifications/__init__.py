"""What people are told outside the rooms: an inbox of their own, e-mail, SMS, LINE, web push."""
