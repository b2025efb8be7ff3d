"""The catalog over HTTP."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Response

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import best_locale
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.paging import Page
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.catalog import errors, repository
from nightmarket.modules.catalog.schemas import (
    CategoryOut,
    ProductIn,
    ProductOut,
    ProductPatch,
    ProductQuery,
    UploadIn,
    UploadOut,
    VariantIn,
    VariantOut,
    VariantPatch,
)
from nightmarket.modules.catalog.service import change_product as change
from nightmarket.modules.catalog.service.accept_upload import accept_upload
from nightmarket.modules.catalog.service.categories import TREE, Category
from nightmarket.modules.catalog.service.create_product import create_product
from nightmarket.modules.catalog.service.list_cache import cache_of, changes_so_far
from nightmarket.modules.catalog.service.list_products import ListRequest, list_products, read_product
from nightmarket.modules.catalog.service.process_image import prepare_upload
from nightmarket.modules.catalog.service.views import PreparedImage, ProductDraft
from nightmarket.modules.catalog.states import ACTIVE
from nightmarket.modules.identity.public import Caller, CallerDep, OptionalCallerDep
from nightmarket.modules.shops.errors import WrongCurrency
from nightmarket.modules.shops.public import require_role

router = APIRouter(tags=["catalog"])

EDITORS = ("host",)
ShopId = Annotated[str, Depends(path_id("shp", "shop_id"))]
ProductId = Annotated[str, Depends(path_id("prd", "product_id"))]
VariantId = Annotated[str, Depends(path_id("var", "variant_id"))]
_EDIT_PROBLEMS = (SignInRequired, NotAllowed, NotFound, InvalidInput)
_PICTURE_PROBLEMS = (errors.ImageInvalid, errors.UploadUnknown)
_VARIANT_PROBLEMS = (errors.SkuTaken, errors.VariantExists, WrongCurrency)


@router.get(
    "/products",
    response_model=Page[ProductOut],
    responses=may_raise(SignInRequired, NotAllowed, NotFound, InvalidInput),
)
async def get_products(query: Annotated[ProductQuery, Query()], ctx: ContextDep, caller: OptionalCallerDep) -> Response:
    """Products of all shops or one, found by words in any language, newest first."""
    wanted = ListRequest(**dict(query))
    key = astuple(wanted) if wanted.status == ACTIVE else None
    answer = cache_of(ctx).get(key) if key is not None else None
    if answer is None:
        seen = changes_so_far()
        async with ctx.reader() as session:
            answer = msgspec.json.encode(await list_products(session, ctx, wanted, caller))
        if key is not None:
            cache_of(ctx).put(key, answer, seen)
    return Response(answer, media_type="application/json")


@router.post(
    "/shops/{shop_id}/products",
    status_code=201,
    responses=may_raise(*_EDIT_PROBLEMS, *_PICTURE_PROBLEMS, *_VARIANT_PROBLEMS),
)
async def add_product(shop_id: ShopId, body: ProductIn, ctx: ContextDep, caller: CallerDep) -> ProductOut:
    """Put a product on the shelf, with its variants, first stock and pictures."""
    async with ctx.reader() as session:
        shop = await require_role(session, shop_id, caller, *EDITORS)
    if any(variant.price.currency != shop.currency for variant in body.variants):
        raise WrongCurrency(currency=shop.currency)
    draft = ProductDraft(
        title=body.title,
        description=body.description or "",
        category=body.category,
        status=body.status,
        attributes=body.attributes,
        variants=[variant.draft() for variant in body.variants],
        images=[await prepare_upload(ctx, caller.id, key) for key in dict.fromkeys(body.image_keys)],
    )
    product_id = await ctx.transact(lambda unit: create_product(unit, ctx, shop_id, draft))
    return await _product(ctx, product_id, caller)


@router.get("/products/{product_id}", responses=may_raise(SignInRequired, NotFound))
async def get_product(product_id: ProductId, ctx: ContextDep, caller: OptionalCallerDep) -> ProductOut:
    """One product with its stock of this moment. Drafts and archived products are for members of the shop."""
    return await _product(ctx, product_id, caller)


@router.patch(
    "/products/{product_id}",
    responses=may_raise(*_EDIT_PROBLEMS, *_PICTURE_PROBLEMS),
)
async def patch_product(product_id: ProductId, body: ProductPatch, ctx: ContextDep, caller: CallerDep) -> ProductOut:
    """Change words, category, status or pictures."""
    await _check_editor(ctx, product_id, caller)
    images = None if body.image_keys is None else await _pictures(ctx, product_id, caller, body.image_keys)
    wanted = change.ProductChange(body.fields(), images)
    await ctx.transact(lambda unit: change.change_product(unit, product_id, wanted))
    return await _product(ctx, product_id, caller)


@router.delete("/products/{product_id}", status_code=204, responses=may_raise(*_EDIT_PROBLEMS))
async def delete_product(product_id: ProductId, ctx: ContextDep, caller: CallerDep) -> None:
    """Archive a product: it leaves the shelf, orders of old keep it, and setting its status brings it back."""
    await _check_editor(ctx, product_id, caller)
    await ctx.transact(lambda unit: change.archive_product(unit, product_id))


@router.post(
    "/products/{product_id}/variants",
    status_code=201,
    responses=may_raise(*_EDIT_PROBLEMS, *_VARIANT_PROBLEMS, errors.TooManyVariants),
)
async def add_variant(product_id: ProductId, body: VariantIn, ctx: ContextDep, caller: CallerDep) -> VariantOut:
    """One more variant."""
    await _check_editor(ctx, product_id, caller)

    async def work(unit: Unit) -> str:
        return await change.create_variant(unit, ctx, product_id, body.draft())

    return await _variant(ctx, product_id, await ctx.transact(work), caller)


@router.patch(
    "/products/{product_id}/variants/{variant_id}",
    responses=may_raise(*_EDIT_PROBLEMS, *_VARIANT_PROBLEMS),
)
async def patch_variant(
    product_id: ProductId, variant_id: VariantId, body: VariantPatch, ctx: ContextDep, caller: CallerDep
) -> VariantOut:
    """Another price, SKU or set of options."""
    await _check_editor(ctx, product_id, caller)
    fields = body.model_dump(exclude_unset=True, exclude={"price"})
    if fields.get("options", {}) is None:
        del fields["options"]
    wanted = change.VariantChange(fields, body.price.money() if body.price else None)
    await ctx.transact(lambda unit: change.change_variant(unit, product_id, variant_id, wanted))
    return await _variant(ctx, product_id, variant_id, caller)


@router.delete(
    "/products/{product_id}/variants/{variant_id}",
    status_code=204,
    responses=may_raise(*_EDIT_PROBLEMS, errors.LastVariant),
)
async def delete_variant(product_id: ProductId, variant_id: VariantId, ctx: ContextDep, caller: CallerDep) -> None:
    """No longer sell a variant."""
    await _check_editor(ctx, product_id, caller)
    await ctx.transact(lambda unit: change.remove_variant(unit, product_id, variant_id))


@router.get("/categories")
async def get_categories(
    accept_language: Annotated[str | None, Header(max_length=400)] = None,
) -> Page[CategoryOut]:
    """The category tree. `name` is in the language asked for, `names` has all."""
    locale = best_locale(accept_language)
    return Page(items=[_category(shelf, locale) for shelf in TREE])


@router.post("/uploads", status_code=201, responses=may_raise(SignInRequired, InvalidInput, errors.UploadTypeRefused))
async def add_upload(body: UploadIn, ctx: ContextDep, caller: CallerDep) -> UploadOut:
    """An address to send a picture to. Then name its `object_key` where a picture is wanted."""
    key, upload, until = await accept_upload(ctx, caller.id, content_type=body.content_type, size=body.size)
    return UploadOut(
        upload_url=upload.url, method=upload.method, headers=upload.headers, object_key=key, expires_at=until
    )


def _category(shelf: Category, locale: str) -> CategoryOut:
    return CategoryOut(
        slug=shelf.slug,
        name=shelf.names[locale],
        names=shelf.names,
        children=[_category(child, locale) for child in shelf.children],
    )


async def _check_editor(ctx: Context, product_id: str, caller: Caller) -> None:
    async with ctx.reader() as session:
        rows = await repository.products(session, [product_id])
        if not rows:
            raise NotFound
        await require_role(session, rows[0].shop_id, caller, *EDITORS)


async def _pictures(ctx: Context, product_id: str, caller: Caller, keys: Sequence[str]) -> list[PreparedImage]:
    """Pictures the product has, kept by id or by the upload they came from, and new ones."""
    async with ctx.reader() as session:
        known = [PreparedImage(*row) for row in await repository.known_images(session, product_id)]
    by_name = {image.id: image for image in known} | {image.source_key: image for image in known if image.source_key}
    found: dict[str, PreparedImage] = {}
    for key in keys:
        if key not in by_name and is_id("img", key):
            raise errors.UploadUnknown(object_key=key)
        image = by_name[key] if key in by_name else await prepare_upload(ctx, caller.id, key)
        found.setdefault(image.id, image)
    return list(found.values())


async def _product(ctx: Context, product_id: str, caller: Caller | None) -> ProductOut:
    async with ctx.reader() as session:
        return ProductOut.model_validate(await read_product(session, ctx, product_id, caller))


async def _variant(ctx: Context, product_id: str, variant_id: str, caller: Caller) -> VariantOut:
    product = await _product(ctx, product_id, caller)
    found: Any = next((variant for variant in product.variants if variant.id == variant_id), None)
    if found is None:
        raise NotFound
    return VariantOut.model_validate(found)
