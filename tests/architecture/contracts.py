"""The import contracts of the house, for import-linter: the ladder, the layers inside a plugin, and the front door."""

from collections.abc import Iterable, Iterator

import grimp
from importlinter import Contract, ContractCheck, fields, output

PUBLIC = frozenset({"services", "queries", "policies", "events", "slots"})
DEMO = "demo"
"""What a plugin plants in a demo site may build on what a lower one planted; nothing else enters there."""
GROUND = frozenset({"kernel", "web"})  # every plugin may use all of these
ENTRIES = frozenset({"jkp", "worker", "local", "testing"})  # they build the program, so they may know it whole


def plugins(graph: grimp.ImportGraph, root: str, besides: Iterable[str]) -> list[str]:
    """Return the packages that hold a manifest: those under ``root``, and the named ones that stand beside it."""
    below = {child for child in graph.find_children(root) if child.rpartition(".")[2] not in GROUND}
    return sorted(package for package in below | set(besides) if f"{package}.plugin" in graph.modules)


def parsed(lines: Iterable[object]) -> list[grimp.Layer]:
    """Read layers written one a line, from above, with bars between names that must not know each other."""
    return [grimp.Layer(*(name.strip() for name in str(line).split("|"))) for line in lines]


def told(dependencies: Iterable[grimp.PackageDependency]) -> Iterator[str]:
    """Describe each forbidden dependency by its shortest way through the modules."""
    for dependency in sorted(dependencies, key=lambda each: (each.importer, each.imported)):
        route = min(dependency.routes, key=lambda each: (len(each.middle), sorted(each.heads)))
        way = [min(route.heads), *route.middle, min(route.tails)]
        yield f"{dependency.importer} must not know {dependency.imported}: {' -> '.join(way)}"


class HouseContract(Contract):
    """A contract whose breaches are sentences."""

    def breaches(self, graph: grimp.ImportGraph) -> Iterable[str]:
        """Return one sentence for each breach."""
        raise NotImplementedError

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Answer import-linter."""
        found = sorted(set(self.breaches(graph)))
        return ContractCheck(kept=not found, metadata={"breaches": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the breaches."""
        for sentence in check.metadata["breaches"]:
            output.print_error(f"- {sentence}")
        output.new_line()


class Ladder(HouseContract):
    """Packages import downwards only, and each one has a rung.

    A rung may name packages that do not exist yet; a package that exists and is on no rung breaks the contract.
    """

    root = fields.StringField()
    beside = fields.ListField(subfield=fields.StringField(), required=False)
    rungs = fields.ListField(subfield=fields.StringField())

    def breaches(self, graph: grimp.ImportGraph) -> Iterable[str]:
        """Return upward and sideways imports, and packages without a rung."""
        beside = set(self.beside or ())
        root = str(self.root)
        layers = [
            grimp.Layer(*(name if name in beside else f"{root}.{name}" for name in layer.module_tails))
            for layer in parsed(self.rungs)
        ]
        placed = {name for layer in layers for name in layer.module_tails}
        for package in graph.find_children(root) - placed:
            yield f"{package} has no rung: give it one in pyproject.toml"
        yield from told(graph.find_illegal_dependencies_for_layers(layers=layers))


class PluginLayers(HouseContract):
    """Inside a plugin the modules with house names import downwards only."""

    root = fields.StringField()
    beside = fields.ListField(subfield=fields.StringField(), required=False)
    layers = fields.ListField(subfield=fields.StringField())

    def breaches(self, graph: grimp.ImportGraph) -> Iterable[str]:
        """Return imports against the order."""
        found = plugins(graph, str(self.root), self.beside or ())
        if found:
            layers = parsed(self.layers)
            yield from told(graph.find_illegal_dependencies_for_layers(layers=layers, containers=set(found)))


class FrontDoor(HouseContract):
    """Another plugin is entered through its public modules only."""

    root = fields.StringField()
    beside = fields.ListField(subfield=fields.StringField(), required=False)

    def breaches(self, graph: grimp.ImportGraph) -> Iterable[str]:
        """Return imports of a plugin's inner modules, of what serves tests only, and of the whole program."""
        root = str(self.root)
        homes = plugins(graph, root, self.beside or ())
        for importer in graph.modules:
            for imported in graph.find_modules_directly_imported_by(importer):
                if reason := self.reason(root, homes, importer, imported):
                    yield f"{importer} imports {imported}: {reason}"

    def reason(self, root: str, homes: list[str], importer: str, imported: str) -> str:
        """Return why one import is wrong, or nothing."""
        testing = f"{root}.testing"
        if within(imported, testing) and not within(importer, testing):
            return "that serves tests only"
        entry = importer.removeprefix(f"{root}.").partition(".")[0]
        if imported == root and importer != root and entry not in ENTRIES:
            return "nothing but an entry module builds the program"
        home = next((home for home in homes if within(imported, home)), None)
        if home is None or within(importer, home):
            return ""
        door = imported.removeprefix(home).strip(".").partition(".")[0]
        if door == DEMO and importer.endswith(f".{DEMO}"):
            return ""
        return "" if door in PUBLIC else f"another plugin has {', '.join(sorted(PUBLIC))}, and nothing else"


class Unknown(HouseContract):
    """Some modules import none of the named packages themselves. Either may not exist yet."""

    modules = fields.ListField(subfield=fields.StringField())
    forbidden = fields.ListField(subfield=fields.StringField())

    def breaches(self, graph: grimp.ImportGraph) -> Iterable[str]:
        """Return the direct imports that are wrong."""
        for expression in self.modules:
            for module in graph.find_matching_modules(expression):
                for importer in {module} | graph.find_descendants(module):
                    for imported in graph.find_modules_directly_imported_by(importer):
                        if any(within(imported, package) for package in self.forbidden):
                            yield f"{importer} imports {imported}"


def within(module: str, package: str) -> bool:
    """Tell whether a module is a package or stands in it."""
    return module == package or module.startswith(f"{package}.")
