"""What the build reports of the bones: residuals, triangles, watertightness. Millimetres.

Takes the full and the shipped surfaces; gives rows for `assets/body/report.toml` and a printed table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import trimesh

from assets.build.decimate import Shipped, surface_distance

Row = dict[str, Any]
SAMPLES = 4000


def fit(made: trimesh.Trimesh, scanned: trimesh.Trimesh) -> Row:
    """Distance from the scanned surface to the one made of it: mean and 95th percentile."""
    step = max(1, len(scanned.vertices) // SAMPLES)
    distance = surface_distance(scanned.vertices[::step], made)
    return {"fit_mean_mm": rounded(distance.mean()), "fit_p95_mm": rounded(np.percentile(distance, 95))}


def shipped_row(name: str, shipped: Shipped) -> Row:
    """Triangles, watertightness, volume and what decimation cost."""
    mesh = shipped.mesh
    return {
        "name": name,
        "triangles_before": shipped.triangles_before,
        "triangles": len(mesh.faces),
        "watertight": bool(mesh.is_watertight and mesh.is_winding_consistent),
        "volume_cm3": rounded(mesh.volume / 1000.0),
        "decimation_mean_mm": rounded(shipped.mean_mm),
        "decimation_p95_mm": rounded(shipped.p95_mm),
        "decimation_max_mm": rounded(shipped.max_mm),
    }


def rounded(value: float) -> float:
    """To the second decimal: what further ones say depends on the processor."""
    return round(float(value), 2) + 0.0


def toml(tables: Mapping[str, Sequence[Row]]) -> str:
    """Rows as TOML arrays of tables."""
    lines = [
        "# Made by `python -m assets.build`. fit: scanned surface against the one made of it (mirrored,",
        "# symmetrised, pierced); decimation: shipped surface against the full one, both ways. mm, cm3.",
    ]
    for table, rows in tables.items():
        for row in rows:
            lines += ["", f"[[{table}]]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


def printed(rows: Sequence[Row]) -> str:
    """Rows as a table for the terminal."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *[[str(row.get(column, "")) for column in columns] for row in rows]]
    width = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, width, strict=True)).rstrip() for row in cells
    )
