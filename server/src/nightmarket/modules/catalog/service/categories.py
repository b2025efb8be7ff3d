"""The category tree: fixed and curated, so that shops of both markets share one set of shelves.

A product may also carry a word of the seller's own; it is folded to the same form and simply is not on a shelf.
"""

import re
import unicodedata
from dataclasses import dataclass

from nightmarket.kernel.i18n import LOCALES

MAX_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf with its names and the shelves inside it."""

    slug: str
    names: dict[str, str]
    children: tuple["Category", ...] = ()


def _shelf(slug: str, names: str, *children: Category) -> Category:
    """`names` in the order of LOCALES (en, zh-TW, zh-CN, th, ja), separated by bars."""
    return Category(slug, dict(zip(LOCALES, names.split("|"), strict=True)), children)


TREE: tuple[Category, ...] = (
    _shelf(
        "fashion",
        "Fashion|服飾|服饰|แฟชั่น|ファッション",
        _shelf("women", "Women's clothing|女裝|女装|เสื้อผ้าผู้หญิง|レディース"),
        _shelf("men", "Men's clothing|男裝|男装|เสื้อผ้าผู้ชาย|メンズ"),
        _shelf("shoes", "Shoes|鞋類|鞋类|รองเท้า|靴"),
        _shelf("bags", "Bags|包包|包包|กระเป๋า|バッグ"),
        _shelf("accessories", "Accessories|配件|配饰|เครื่องประดับแฟชั่น|アクセサリー"),
    ),
    _shelf(
        "beauty",
        "Beauty|美妝保養|美妆护肤|ความงาม|ビューティー",
        _shelf("skincare", "Skin care|保養|护肤|สกินแคร์|スキンケア"),
        _shelf("makeup", "Make-up|彩妝|彩妆|เมคอัพ|メイク"),
        _shelf("fragrance", "Fragrance|香氛|香氛|น้ำหอม|フレグランス"),
    ),
    _shelf(
        "food",
        "Food|美食|美食|อาหาร|食品",
        _shelf("seafood", "Seafood|海鮮|海鲜|อาหารทะเล|海産物"),
        _shelf("snacks", "Snacks|零食|零食|ขนม|お菓子"),
        _shelf("fruit", "Fruit|水果|水果|ผลไม้|果物"),
        _shelf("tea-coffee", "Tea and coffee|茶與咖啡|茶与咖啡|ชาและกาแฟ|お茶・コーヒー"),
    ),
    _shelf(
        "home",
        "Home and living|居家生活|家居生活|บ้านและการใช้ชีวิต|ホーム・生活",
        _shelf("kitchen", "Kitchen|廚房用品|厨房用品|ครัว|キッチン"),
        _shelf("decor", "Decoration|擺飾|摆件|ของแต่งบ้าน|インテリア"),
        _shelf("plants", "Plants|植栽|植物|ต้นไม้|植物"),
    ),
    _shelf(
        "electronics",
        "Electronics|3C 電子|数码电子|อิเล็กทรอนิกส์|家電・デジタル",
        _shelf("phones", "Phones and accessories|手機與配件|手机与配件|มือถือและอุปกรณ์|スマホ・アクセサリー"),
        _shelf("audio", "Audio|影音耳機|音频|เครื่องเสียง|オーディオ"),
    ),
    _shelf(
        "jewelry",
        "Jewellery and amulets|珠寶與佛牌|珠宝与佛牌|เครื่องประดับและพระเครื่อง|ジュエリー・お守り",
        _shelf("jade", "Jade and stones|玉石|玉石|หยกและหิน|翡翠・天然石"),
        _shelf("amulets", "Amulets|佛牌|佛牌|พระเครื่อง|お守り"),
        _shelf("gold", "Gold and silver|金銀飾品|金银饰品|ทองและเงิน|金・銀"),
    ),
    _shelf("kids", "Children and babies|母嬰童裝|母婴童装|แม่และเด็ก|ベビー・キッズ"),
    _shelf("toys", "Toys and collectables|玩具公仔|玩具手办|ของเล่นและของสะสม|おもちゃ・コレクション"),
    _shelf("pets", "Pets|寵物|宠物|สัตว์เลี้ยง|ペット"),
    _shelf("sports", "Sports and outdoors|運動戶外|运动户外|กีฬาและกลางแจ้ง|スポーツ・アウトドア"),
    _shelf("secondhand", "Second hand|二手|二手|มือสอง|中古"),
    _shelf("other", "Everything else|其他|其他|อื่นๆ|その他"),
)

_CHILDREN: dict[str, tuple[str, ...]] = {shelf.slug: tuple(child.slug for child in shelf.children) for shelf in TREE}
_NAMES: dict[str, tuple[str, ...]] = {
    shelf.slug: tuple(shelf.names.values()) for parent in TREE for shelf in (parent, *parent.children)
}
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug_of(text: str) -> str | None:
    """The stored form of a category a seller typed; None when nothing of it can be kept."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", folded)[:MAX_LENGTH].strip("-") or None


def with_children(slug: str) -> tuple[str, ...]:
    """A category and those inside it."""
    return (slug, *_CHILDREN.get(slug, ()))


def names_of(slug: str | None) -> tuple[str, ...]:
    """The names of a shelf in every language, so that products are found by them."""
    return _NAMES.get(slug or "", ())
