"""Writes what others build on from the code: `contracts/*.json` and `docs/problems/`. `--check` only compares."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from nightmarket.entrypoints.api import context_lifespan, create_app
from nightmarket.entrypoints.composition import build_context
from nightmarket.kernel.problems import Problem, all_problems, explanation
from nightmarket.kernel.settings import Settings
from tools import settings_doc
from tools.room_contract import asyncapi, reference, schema

ROOT = Path(__file__).resolve().parents[2]


def documents() -> Iterator[tuple[Path, str]]:
    """Every generated file with its content."""
    settings = Settings(environment="test", secret_key="only-for-the-description-of-the-api-000000")
    app = create_app(settings, lifespan=context_lifespan(lambda: build_context(settings)))
    yield ROOT / "contracts" / "openapi.json", _json(app.openapi())
    problems = sorted({problem.code: problem for problem in all_problems() if _is_ours(problem)}.values(), key=_code)
    yield (
        ROOT / "contracts" / "problems.json",
        _json([{"code": p.code, "status": p.status, "title": p.title} for p in problems]),
    )
    for problem in problems:
        yield ROOT / "docs" / "problems" / f"{problem.code}.md", _page(problem)
    index = "\n".join(f"| [`{p.code}`]({p.code}.md) | {p.status} | {p.title} |" for p in problems)
    head = "# Problems\n\nEvery error the API can answer, by its stable code.\n\n"
    head += "| code | status | title |\n|---|---|---|\n"
    yield ROOT / "docs" / "problems" / "README.md", f"{head}{index}\n"
    yield settings_doc.PAGE, settings_doc.page()
    yield schema.PATH, _json(schema.document())
    yield asyncapi.PATH, _json(asyncapi.document())
    yield reference.PAGE, reference.page()


def main() -> int:
    """Write or compare; 1 when a comparison fails."""
    wanted = dict(documents())
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text() != text]
    pages = ROOT / "docs" / "problems"
    orphans = [path for path in pages.glob("*.md") if path not in wanted] if pages.is_dir() else []
    if "--check" in sys.argv:
        for path in stale + orphans:
            print(f"{path.relative_to(ROOT)} is out of date: run `make contracts`")
        return 1 if stale or orphans else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
    for path in orphans:
        path.unlink()
    print(f"contracts: {len(stale)} written, {len(orphans)} removed, {len(wanted) - len(stale)} unchanged")
    return 0


def _is_ours(problem: type[Problem]) -> bool:
    return problem.__module__.startswith("nightmarket.")


def _code(problem: type[Problem]) -> str:
    return problem.code


def _page(problem: type[Problem]) -> str:
    return f"# {problem.title}\n\n`{problem.code}` · HTTP {problem.status}\n\n{explanation(problem)}\n"


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main())
