"""ECPay (綠界): payment, logistics and e-invoices in Taiwan."""
