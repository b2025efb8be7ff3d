"""Omise (Opn Payments): cards, PromptPay and wallets in Thailand."""
