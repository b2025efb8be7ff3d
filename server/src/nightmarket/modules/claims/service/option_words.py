"""Words buyers use for colours and sizes, in the five languages: data.

An option value a seller typed in one language is understood in the others when it is one of these.
"""

import unicodedata

_COLORS = """
black bk 黑 黑色 ดำ สีดำ 黒 ブラック
white wh 白 白色 ขาว สีขาว ホワイト
red 紅 紅色 红 红色 แดง สีแดง 赤 レッド
orange 橘 橘色 橙 橙色 ส้ม สีส้ม オレンジ
yellow 黃 黃色 黄 黄色 เหลือง สีเหลือง イエロー
green 綠 綠色 绿 绿色 เขียว สีเขียว 緑 グリーン
blue 藍 藍色 蓝 蓝色 น้ำเงิน สีน้ำเงิน 青 ブルー
sky-blue skyblue 淺藍 淺藍色 浅蓝 浅蓝色 天藍 ฟ้า สีฟ้า 水色
navy 藏青 深藍 深藍色 丈青 深蓝 深蓝色 กรม กรมท่า สีกรม ネイビー 紺
purple 紫 紫色 ม่วง สีม่วง パープル
pink 粉 粉色 粉紅 粉紅色 粉红 粉红色 ชมพู สีชมพู ピンク
grey gray 灰 灰色 เทา สีเทา グレー
beige 米 米色 杏 杏色 เบจ สีเบจ ベージュ
cream 奶油 奶油色 ครีม สีครีม クリーム
brown coffee 咖 咖色 咖啡色 棕 棕色 น้ำตาล สีน้ำตาล ブラウン 茶 茶色
khaki 卡其 卡其色 กากี สีกากี カーキ
gold 金 金色 ทอง สีทอง ゴールド
silver 銀 銀色 银 银色 เงิน สีเงิน シルバー
transparent clear 透明 ใส クリア
""".strip()
_SIZES = """
xxs
xs
s small 小 小號 小号 เล็ก
m medium 中 中號 中号 กลาง
l large 大 大號 大号 ใหญ่
xl 加大
2xl xxl 2l
3xl xxxl 3l
4xl 4l
5xl 5l
f free freesize 均碼 均码 單一尺寸 ฟรีไซส์ ฟรีไซซ์ フリー フリーサイズ
""".strip()
COLOR_NAMES = frozenset(["color", "colour", "colors", "顏色", "颜色", "色", "款式顏色", "สี", "カラー", "色彩"])
SIZE_NAMES = frozenset(["size", "sizes", "尺寸", "尺碼", "尺码", "大小", "ไซส์", "ไซซ์", "ขนาด", "サイズ"])

_GROUPS: dict[str, tuple[str, ...]] = {}
for _line in (*_COLORS.splitlines(), *_SIZES.splitlines()):
    _words = tuple(_line.split())
    for _word in _words:
        _GROUPS.setdefault(unicodedata.normalize("NFKC", _word).casefold(), _words)


def words_for(value: str) -> list[str]:
    """A seller's option value and what buyers may call it."""
    folded = unicodedata.normalize("NFKC", value).casefold().strip()
    return list(dict.fromkeys([value, *_GROUPS.get(folded, ())]))
