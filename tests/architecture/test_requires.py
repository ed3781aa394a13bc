"""A manifest requires exactly the plugins its package imports."""

import importlib

import grimp

from tests.architecture.contracts import plugins, within


def test_each_manifest_requires_what_its_package_imports_no_more_and_no_less() -> None:
    graph = grimp.build_graph("marketplace", "search", cache_dir=None)
    homes = [home for home in plugins(graph, "marketplace", ["search"]) if home != "marketplace.testing"]
    assert homes
    declared = {home: sorted(importlib.import_module(f"{home}.plugin").plugin.requires) for home in homes}
    assert declared == {home: imported(graph, home, homes) for home in homes}


def imported(graph: grimp.ImportGraph, package: str, homes: list[str]) -> list[str]:
    """Return the names of the other plugins that any module of a package imports."""
    modules = {package} | graph.find_descendants(package)
    targets = {target for module in modules for target in graph.find_modules_directly_imported_by(module)}
    return sorted(
        home.rpartition(".")[2] for home in homes if home != package and any(within(target, home) for target in targets)
    )
