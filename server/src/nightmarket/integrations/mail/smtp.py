"""E-mail by SMTP: any mail server, also Amazon SES."""

import ssl
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime

import aiosmtplib

from nightmarket.integrations.mail.layout import lay_out
from nightmarket.kernel.context import Context
from nightmarket.modules.notifications.ports import Channel, Message, Receipt, Refused, TryLater

_SECONDS = 20
_NO_SUCH_MAILBOX = {550, 551, 553}


class _Whole(UnstructuredHeader):
    """A header with an address in it. Folded like prose, a long one would be encoded, and no mail program read it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """One line, however long."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _Whole)  # type: ignore[arg-type]
_POLICY = SMTP.clone(header_factory=_headers)


class SmtpSender:
    """A mail server takes e-mails."""

    channel: Channel = "email"
    provider = "smtp"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`. A repeated try carries the same Message-ID, by which mail programs know it again."""
        settings = self._ctx.settings.smtp
        email = self._compose(message)
        try:
            _, answer = await aiosmtplib.send(
                email,
                hostname=settings.host,
                port=settings.port,
                username=settings.username,
                password=settings.password.get_secret_value() if settings.username else None,
                use_tls=settings.security == "tls",
                start_tls=settings.security == "starttls",
                tls_context=ssl.create_default_context() if settings.security != "none" else None,
                timeout=_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_code(error.recipients[0].code, error.recipients[0].message, of_address=True) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise TryLater(f"the mail server does not know us: {error.code}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise _of_code(error.code, error.message, of_address=False) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(f"the mail server cannot be reached: {type(error).__name__}") from error
        return Receipt(answer[:150] or None)

    def _compose(self, message: Message) -> EmailMessage:
        mail = lay_out(message, self._ctx.settings)
        email = EmailMessage(_POLICY)
        email["From"] = Address(mail.sender_name, addr_spec=mail.sender_address)
        email["To"] = mail.to
        email["Subject"] = mail.subject
        email["Date"] = format_datetime(self._ctx.clock())
        email["Message-ID"] = mail.message_id
        if mail.reply_to:
            email["Reply-To"] = mail.reply_to
        for name, value in mail.headers.items():
            email[name] = value
        email.set_content(mail.text)
        email.add_alternative(mail.html, subtype="html")
        return email


def _of_code(code: int, text: str, *, of_address: bool) -> Exception:
    """4xx: not now. 5xx: never; about the recipient, it says that there is no such mailbox."""
    said = f"{code} {text}"[:200]
    if code < 500:
        return TryLater(said)
    return Refused(said, address_is_dead=of_address and code in _NO_SUCH_MAILBOX)
