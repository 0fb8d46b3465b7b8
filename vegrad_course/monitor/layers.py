"""Which modules of a model are layers: those that own parameters. Each parameter has one owner."""

from torch import nn


def layers_of(model: nn.Module) -> dict[str, nn.Module]:
    """Layers by name, in the order of definition. A module that is used twice stands once.

    Names are those of `model.named_modules()`, without what wrappers such as DataParallel and
    torch.compile put in front; a model that is itself one layer is called by its class.
    """
    found: dict[str, nn.Module] = {}
    for name, module in model.named_modules():
        if any(True for _ in module.parameters(recurse=False)):
            found[plain(name) or type(module).__name__] = module
    return found


def plain(name: str) -> str:
    """`_orig_mod.module.fc1` -> `fc1`."""
    parts = name.split(".")
    while parts and parts[0] in ("module", "_orig_mod"):
        parts.pop(0)
    return ".".join(parts)


def owned_by(layers: dict[str, nn.Module]) -> dict[str, list[nn.Parameter]]:
    """The parameters of each layer; one that is tied to several belongs to the first."""
    taken: set[int] = set()
    owned: dict[str, list[nn.Parameter]] = {}
    for name, module in layers.items():
        mine = [p for p in module.parameters(recurse=False) if id(p) not in taken]
        taken.update(id(p) for p in mine)
        owned[name] = mine
    return owned
