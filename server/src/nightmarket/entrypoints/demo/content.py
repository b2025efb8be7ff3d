"""Who and what the demo shops are made of. Accounts are labelled as demo ones; passwords are printed on purpose."""

from dataclasses import dataclass, field

PASSWORD = "lantern-night-88"  # noqa: S105  (a demo log-in, shown to whoever starts the demo; refused in production)


@dataclass(frozen=True)
class Person:
    """A demo account."""

    name: str
    email: str
    locale: str
    market: str


@dataclass(frozen=True)
class Good:
    """A demo product: prices in minor units of its shop's currency."""

    title: str
    description: str
    category: str
    price: int
    live_price: int
    stock: int
    shape: str
    color: tuple[int, int, int]
    ground: tuple[int, int, int]
    options: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoShop:
    """A demo shop with its owner, goods and planned show."""

    slug: str
    name: str
    description: str
    market: str
    owner: Person
    goods: tuple[Good, ...]
    live_title: str
    planned_title: str


MEI = Person("Demo 小美", "mei@demo.nightmarket.test", "zh-TW", "TW")
NOK = Person("Demo นก", "nok@demo.nightmarket.test", "th", "TH")
BUYER = Person("Demo Buyer", "buyer@demo.nightmarket.test", "en", "TW")

VIEWERS = (
    Person("Demo 阿哲", "viewer1@demo.nightmarket.test", "zh-TW", "TW"),
    Person("Demo Ploy", "viewer2@demo.nightmarket.test", "th", "TH"),
    Person("Demo さくら", "viewer3@demo.nightmarket.test", "ja", "TW"),
    Person("Demo 佳佳", "viewer4@demo.nightmarket.test", "zh-TW", "TW"),
    Person("Demo Beam", "viewer5@demo.nightmarket.test", "th", "TH"),
    Person("Demo Alex", "viewer6@demo.nightmarket.test", "en", "TW"),
)

TAIWAN = DemoShop(
    slug="lantern-picks",
    name="燈籠選物 Lantern Picks",
    description="每晚八點，從夜市挑回來的好東西。",
    market="TW",
    owner=MEI,
    live_title="夜市好物直播：燈籠、帆布包、手沖杯",
    planned_title="週末加場：秋冬新品搶先看",
    goods=(
        Good(
            "手工紙燈籠", "台南老師傅手糊，附 LED 燈座。", "home", 690, 590, 40, "lantern", (228, 60, 44), (90, 50, 70)
        ),
        Good(
            "純棉落肩 T 恤",
            "230g 重磅純棉，洗不變形。",
            "fashion",
            490,
            390,
            24,
            "tee",
            (40, 60, 90),
            (180, 150, 120),
            {"顏色": ["深藍", "白"], "尺寸": ["S", "M", "L"]},
        ),
        Good("植鞣牛皮手提包", "越用越亮，限量手作。", "bags", 3280, 2880, 6, "bag", (180, 120, 70), (60, 80, 90)),
        Good("手沖咖啡馬克杯", "鶯歌窯燒，350 ml。", "home", 420, 360, 30, "cup", (240, 220, 190), (120, 70, 50)),
        Good("辣油麻辣醬", "小辣不嗆，拌麵首選。", "food", 220, 180, 60, "jar", (200, 90, 40), (70, 90, 60)),
        Good(
            "輕量慢跑鞋",
            "單腳 210 g，日常百搭。",
            "shoes",
            1980,
            1680,
            18,
            "shoe",
            (60, 120, 160),
            (160, 120, 90),
            {"尺寸": ["38", "40", "42"]},
        ),
    ),
)

THAILAND = DemoShop(
    slug="talat-fai",
    name="ตลาดไฟ Talat Fai",
    description="ของดีจากตลาดนัดกลางคืน ส่งทั่วไทย",
    market="TH",
    owner=NOK,
    live_title="ไลฟ์สดของดีตลาดนัด: แหวน น้ำพริก มะม่วง",
    planned_title="ไลฟ์พิเศษวันเสาร์: ลดทั้งร้าน",
    goods=(
        Good("แหวนเงินแท้ 92.5", "งานมือจากเชียงใหม่", "jewellery", 89000, 69000, 12, "ring", (230, 190, 90), (50, 40, 80)),
        Good(
            "มะม่วงน้ำดอกไม้ 1 กก.", "หวานฉ่ำ ส่งสดจากสวน", "food", 15900, 12900, 50, "mango", (250, 180, 40), (60, 110, 90)
        ),
        Good("น้ำพริกเผาสูตรคุณยาย", "เผ็ดกลาง หอมกระเทียม", "food", 9900, 7900, 60, "jar", (170, 50, 40), (100, 80, 50)),
        Good(
            "เสื้อยืดคอตตอน",
            "ผ้านุ่ม ใส่สบาย",
            "fashion",
            29900,
            19900,
            20,
            "tee",
            (25, 150, 110),
            (190, 160, 130),
            {"สี": ["เขียว", "ดำ"], "ไซส์": ["M", "L"]},
        ),
        Good("กระเป๋าสานหูหวาย", "สานมือ น้ำหนักเบา", "bags", 59000, 49000, 8, "bag", (205, 165, 105), (80, 70, 100)),
        Good("แก้วเซรามิกลำปาง", "เข้าไมโครเวฟได้", "home", 19900, 15900, 25, "cup", (120, 170, 200), (90, 60, 70)),
    ),
)

SHOPS = (TAIWAN, THAILAND)
