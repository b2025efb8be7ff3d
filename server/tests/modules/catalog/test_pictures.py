"""Pictures: upload, check, convert, serve."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from PIL import Image

from nightmarket.kernel.context import Context
from nightmarket.kernel.storage import ObjectMissing
from nightmarket.modules.catalog.errors import ImageInvalid
from nightmarket.modules.catalog.service import process_image
from support.accounts import sign_up
from support.catalog import make_product, picture, upload
from support.shops import seller_with_shop

ORIENTATION, GPS = 0x0112, 0x8825


def photo(size: tuple[int, int]) -> bytes:
    """A picture as a phone makes it: lying on its side, with the place it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    return picture(size, exif=exif)


async def test_picture_is_upright_clean_and_in_three_widths(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    key = await upload(api, seller, photo((3000, 2000)))
    product = await make_product(api, seller, shop["id"], image_keys=[key])
    (image,) = product["images"]
    assert set(image["sizes"]) == {"320", "960", "1600"}
    assert image["url"] == image["sizes"]["1600"]
    for width, url in image["sizes"].items():
        served = await api.get(url)
        assert served.headers["content-type"] == "image/webp"
        opened = Image.open(io.BytesIO(served.content))
        assert opened.format == "WEBP"
        assert opened.size == (int(width), int(width) * 3 // 2)
        assert not opened.getexif()
    assert (await api.get(f"/files/{key}")).status_code == 404


async def test_small_picture_is_not_blown_up(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    key = await upload(api, seller, picture((200, 100), "PNG"), "image/png")
    product = await make_product(api, seller, shop["id"], image_keys=[key])
    (image,) = product["images"]
    assert set(image["sizes"]) == {"320"}
    assert Image.open(io.BytesIO((await api.get(image["url"])).content)).size == (200, 100)


@pytest.mark.parametrize(
    "data",
    [
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:500],
        picture(kind="BMP"),
        picture((9000, 5000), "PNG"),
    ],
    ids=["text", "svg", "truncated", "bmp", "too many pixels"],
)
async def test_file_that_is_no_picture_is_refused(api: httpx2.AsyncClient, data: bytes) -> None:
    seller, shop = await seller_with_shop(api)
    key = await upload(api, seller, data)
    form = {"title": "Scarf", "variants": [{"price": {"amount": 1, "currency": "TWD"}}], "image_keys": [key]}
    answer = await api.post(f"/api/v1/shops/{shop['id']}/products", json=form, headers=seller)
    assert (answer.status_code, answer.json()["code"]) == (422, "image-invalid")
    assert (await api.get("/api/v1/products")).json()["items"] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_kind_of_picture_is_taken(kind: str) -> None:
    files = process_image._render(picture((64, 64), kind))
    assert set(files) == {320}


def test_transparency_survives() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(target, "PNG")
    made = Image.open(io.BytesIO(process_image._render(target.getvalue())[320]))
    assert made.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_empty_file_is_refused() -> None:
    with pytest.raises(ImageInvalid):
        process_image._render(b"")


async def test_uploads_of_others_cannot_be_used(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    stranger = await sign_up(api, "stranger")
    key = await upload(api, stranger, picture())
    product = await make_product(api, seller, shop["id"])
    for wrong in (key, "private/uploads/x/../y.jpg", "img_" + "0" * 26, "products/img_1/320.webp"):
        answer = await api.patch(f"/api/v1/products/{product['id']}", json={"image_keys": [wrong]}, headers=seller)
        assert (answer.status_code, answer.json()["code"]) == (422, "upload-unknown"), wrong


async def test_pictures_are_reordered_kept_and_removed(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    red, blue = [await upload(api, seller, picture(color=color)) for color in ("red", "blue")]
    product = await make_product(api, seller, shop["id"], image_keys=[red, blue, red])
    first, second = (image["id"] for image in product["images"])
    path = f"/api/v1/products/{product['id']}"
    changed: dict[str, Any] = (await api.patch(path, json={"image_keys": [blue, first]}, headers=seller)).json()
    assert [image["id"] for image in changed["images"]] == [second, first]
    changed = (await api.patch(path, json={"image_keys": [first]}, headers=seller)).json()
    assert [image["id"] for image in changed["images"]] == [first]
    changed = (await api.patch(path, json={"image_keys": []}, headers=seller)).json()
    assert changed["images"] == []


@pytest.mark.parametrize(
    "change",
    [{"content_type": "image/heic"}, {"content_type": "text/html"}, {"size": 21 * 2**20}],
)
async def test_upload_of_another_kind_is_refused(api: httpx2.AsyncClient, change: dict[str, Any]) -> None:
    seller = await sign_up(api, "seller")
    form = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 10, "purpose": "product_image"} | change
    answer = await api.post("/api/v1/uploads", json=form, headers=seller)
    assert (answer.status_code, answer.json()["code"]) == (422, "upload-type-refused")
    assert (await api.post("/api/v1/uploads", json=form)).status_code == 401


async def test_original_is_dropped_after_a_day(
    api: httpx2.AsyncClient, ctx: Context, clock: Any, drain: Callable[[], Awaitable[list[str]]]
) -> None:
    seller = await sign_up(api, "seller")
    key = await upload(api, seller, picture())
    assert await ctx.storage.get(key)
    clock.advance(hours=25)
    assert "catalog.forget_upload.v1" in await drain()
    with pytest.raises(ObjectMissing):
        await ctx.storage.get(key)
