"""What tests share: engines, frozen time, an HTTP client against the real application."""
