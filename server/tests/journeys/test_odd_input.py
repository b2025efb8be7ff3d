"""Every endpoint under odd input, made from its own description: never a 500, always what the description promises.

Schemathesis runs all its checks against the running product, as a seller, as a stranger, and with real ids.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.product import Product, Visitor, open_stall, running_product

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# Refused although the description allows it: an opaque cursor that is not ours, a state that does not fit, somebody
# else's thing. The description cannot say so; each has its code and its own test.
MAY_REFUSE = [401, 403, 404, 405, 409, 410, 413, 415, 422, 428, 429, 503]
# Log-out would end the session that the run uses, and so would leaving.
LEFT_OUT = "auth/logout|auth/refresh"


async def ids_of_a_shop(product: Product, seller: Visitor) -> dict[str, Any]:
    """Real things for the path parameters to name."""
    stream_id, item_id, variant_id = await open_stall(seller, stock=50)
    stream = await seller.get(f"/streams/{stream_id}")
    item = (await seller.get(f"/streams/{stream_id}/items"))["items"][0]
    return {
        "path.stream_id": stream_id,
        "path.item_id": item_id,
        "path.item": item_id,
        "path.variant_id": variant_id,
        "path.product_id": item["product"]["id"],
        "path.shop_id": stream["shop_id"],
        "path.slug": "night-stall",
        "path.provider": "sandbox",
    }


def run_schemathesis(product: Product, folder: Path, parameters: dict[str, Any], token: str | None) -> None:
    """One run; its report is the failure message."""
    config = folder / "schemathesis.toml"
    lines = ["[parameters]", *(f'"{name}" = "{value}"' for name, value in parameters.items())]
    lines += [
        "[checks.positive_data_acceptance]",
        f"expected-statuses = {json.dumps([200, 201, 202, 204, *MAY_REFUSE])}",
    ]
    lines += ["[[operations]]", 'include-name = "DELETE /api/v1/me"', "enabled = false"]
    config.write_text("\n".join(lines))
    command = [
        str(SCHEMATHESIS), "--config-file", str(config), "run", f"{product.address}/openapi.json",
        "--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "20261120",
        "--exclude-path-regex", LEFT_OUT, "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    if token:
        command += ["--header", f"Authorization: {token}"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    tested = re.search(r"(\d+) generated, (\d+) passed", run.stdout)
    assert tested is not None, run.stdout[-3000:]
    assert int(tested[1]) > 1000


@pytest.mark.timeout(500)
async def test_no_input_breaks_an_endpoint_or_its_promise(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        seller = await Visitor(product.address, "seller").register()
        parameters = await ids_of_a_shop(product, seller)
        run_schemathesis(product, tmp_path, parameters, seller.client.headers["Authorization"])
        run_schemathesis(product, tmp_path, {}, None)
        assert "internal_error" not in product.log()
        assert "Traceback" not in product.log()
