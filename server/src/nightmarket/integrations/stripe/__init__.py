"""Stripe: hosted checkout and PaymentIntents."""
