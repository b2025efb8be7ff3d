"""What every HTTP process shares: problem answers, request ids, metrics, body limits, route dependencies."""
