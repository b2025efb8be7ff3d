"""What authors of comments are told, in our five languages."""

from typing import Any, Final

from nightmarket.kernel.i18n import LOCALES, Locale

TEXTS: Final[dict[Locale, dict[str, str]]] = {
    "en": {
        "link": "Thanks for your order! Open this link to claim it as yours: {link}",
        "public": "Thanks! Please order here: {link}",
        "held": "{code} × {quantity} is held for you. Check out here: {link}",
        "waitlisted": "{code} is sold out for now. You are in line: {link}",
        "needs_variant": "Which size or colour of {code}? Choose here: {link}",
        "sold_out": "Only {available} of {code} left. See what is there: {link}",
        "limit": "At most {limit} of {code} per buyer: {link}",
        "updated": "Your order is changed: {link}",
        "cancelled": "{code} is cancelled: {link}",
        "stream_closed": "The show takes no orders now: {link}",
        "unclear": "We were not sure what you meant. Please choose here: {link}",
    },
    "zh-TW": {
        "link": "謝謝你的喊單!請點這個連結,完成你的訂購:{link}",
        "public": "謝謝!請從這裡下單:{link}",
        "held": "已為你保留 {code} × {quantity},請在這裡結帳:{link}",
        "waitlisted": "{code} 目前已售完,已幫你排候補:{link}",
        "needs_variant": "{code} 要哪個尺寸或顏色?請在這裡選:{link}",
        "sold_out": "{code} 只剩 {available} 件,看看還有什麼:{link}",
        "limit": "{code} 每人限購 {limit} 件:{link}",
        "updated": "已修改你的訂購:{link}",
        "cancelled": "已取消 {code}:{link}",
        "stream_closed": "直播目前不接受訂購:{link}",
        "unclear": "我們不確定你的意思,請在這裡選擇:{link}",
    },
    "zh-CN": {
        "link": "谢谢您的下单!请点这个链接完成订购:{link}",
        "public": "谢谢!请从这里下单:{link}",
        "held": "已为您保留 {code} × {quantity},请在这里结账:{link}",
        "waitlisted": "{code} 目前已售完,已帮您排候补:{link}",
        "needs_variant": "{code} 要哪个尺码或颜色?请在这里选择:{link}",
        "sold_out": "{code} 只剩 {available} 件,看看还有什么:{link}",
        "limit": "{code} 每人限购 {limit} 件:{link}",
        "updated": "已修改您的订购:{link}",
        "cancelled": "已取消 {code}:{link}",
        "stream_closed": "直播目前不接受下单:{link}",
        "unclear": "我们不确定您的意思,请在这里选择:{link}",
    },
    "th": {
        "link": "ขอบคุณที่สั่งค่ะ กดลิงก์นี้เพื่อยืนยันว่าเป็นของคุณ: {link}",
        "public": "ขอบคุณค่ะ สั่งได้ที่นี่: {link}",
        "held": "จอง {code} × {quantity} ให้แล้วค่ะ ชำระเงินที่นี่: {link}",
        "waitlisted": "{code} หมดชั่วคราว ต่อคิวให้แล้วค่ะ: {link}",
        "needs_variant": "{code} รับไซส์หรือสีไหนคะ เลือกที่นี่: {link}",
        "sold_out": "{code} เหลือแค่ {available} ชิ้น ดูของที่เหลือ: {link}",
        "limit": "{code} จำกัดคนละ {limit} ชิ้น: {link}",
        "updated": "แก้ไขรายการให้แล้วค่ะ: {link}",
        "cancelled": "ยกเลิก {code} ให้แล้วค่ะ: {link}",
        "stream_closed": "ไลฟ์ปิดรับออเดอร์แล้วค่ะ: {link}",
        "unclear": "ไม่แน่ใจว่ารับอะไรคะ เลือกที่นี่: {link}",
    },
    "ja": {
        "link": "ご注文ありがとうございます。こちらから確定してください:{link}",
        "public": "ありがとうございます。ご注文はこちらから:{link}",
        "held": "{code} × {quantity} を確保しました。お会計はこちら:{link}",
        "waitlisted": "{code} は売り切れのため、順番待ちに入りました:{link}",
        "needs_variant": "{code} のサイズ・色はどれにしますか?こちらから:{link}",
        "sold_out": "{code} は残り {available} 点です。こちらから:{link}",
        "limit": "{code} はお一人様 {limit} 点までです:{link}",
        "updated": "ご注文を変更しました:{link}",
        "cancelled": "{code} をキャンセルしました:{link}",
        "stream_closed": "ただいまご注文は受け付けていません:{link}",
        "unclear": "ご注文の内容が分かりませんでした。こちらからお選びください:{link}",
    },
}


def known_locale(language: str | None, fallback: Locale) -> Locale:
    """The language of a show, if it is one of ours."""
    return next((locale for locale in LOCALES if locale == language), fallback)


def say(locale: Locale, key: str, **facts: Any) -> str:
    """One of the sentences; what is not known to it is said as unclear."""
    texts = TEXTS[locale]
    return texts.get(key, texts["unclear"]).format(**facts)
