"""NewebPay (藍新金流): payment in Taiwan."""
