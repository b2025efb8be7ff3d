"""What the catalog refuses."""

from nightmarket.kernel.problems import Problem


class SkuTaken(Problem):
    """Another variant of this shop has this SKU already."""

    status, code, title = 409, "sku-taken", "This SKU is already in use"


class VariantExists(Problem):
    """The product has a variant with exactly these options already."""

    status, code, title = 409, "variant-exists", "This combination of options already exists"


class LastVariant(Problem):
    """A product keeps at least one variant. Archive the product instead."""

    status, code, title = 409, "last-variant", "A product needs at least one variant"


class TooManyVariants(Problem):
    """A product has at most `limit` variants."""

    status, code, title = 409, "too-many-variants", "The product has too many variants"


class ImageInvalid(Problem):
    """The uploaded file is not a picture we take: JPEG, PNG, WebP, GIF or AVIF of a reasonable size."""

    status, code, title = 422, "image-invalid", "This file is not a usable picture"


class UploadUnknown(Problem):
    """There is no finished upload of yours under this key. Ask for an upload address and send the file first."""

    status, code, title = 422, "upload-unknown", "No such upload"


class UploadTypeRefused(Problem):
    """Files of this type or size are not taken for this purpose."""

    status, code, title = 422, "upload-type-refused", "This kind of file is not taken"
