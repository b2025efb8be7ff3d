"""Import contract: a feature module opens only its `public`, `events`, `errors` and `ports` to its neighbours."""

import sys
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

# The sources beside this file are checked, wherever else the package may be installed from.
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


class ModulePrivacy(Contract):
    """For each child of the container: files that are not open may only be imported from inside the same child."""

    type_name = "module_privacy"

    container = fields.StringField()
    open_files = fields.ListField(subfield=fields.StringField())
    may_open_all = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001  (the base class's shape)
        """Collect every import that crosses into a closed file."""
        container = str(self.container)
        found: list[str] = []
        for child in sorted(graph.find_children(container)):
            for private in sorted(graph.find_descendants(child) - self._open(child, graph)):
                found += [
                    f"{importer} imports {private}"
                    for importer in sorted(graph.find_modules_that_directly_import(private))
                    if not self._may(importer, child)
                ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line per trespass."""
        for line in check.metadata["found"]:
            output.print_error(line)

    def _open(self, child: str, graph: ImportGraph) -> set[str]:
        names = {f"{child}.{name}" for name in self.open_files}  # type: ignore[attr-defined]
        return {one for one in graph.find_descendants(child) if any(one == n or one.startswith(f"{n}.") for n in names)}

    def _may(self, importer: str, child: str) -> bool:
        allowed = [child, *(str(name) for name in self.may_open_all)]  # type: ignore[attr-defined]
        return any(importer == one or importer.startswith(f"{one}.") for one in allowed)
