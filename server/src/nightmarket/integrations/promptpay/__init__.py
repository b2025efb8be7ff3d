"""PromptPay and Thai QR: codes that bank apps scan, and the codes on their slips.

EMVCo merchant-presented mode with the Bank of Thailand's guideline on the standardised Thai QR code (17 April 2019).
"""

from nightmarket.integrations.promptpay.codes import bill_payment_payload, payload
from nightmarket.integrations.promptpay.slips import SlipReference, decode_slip
from nightmarket.integrations.promptpay.tlv import crc16

__all__ = ["SlipReference", "bill_payment_payload", "crc16", "decode_slip", "payload"]
