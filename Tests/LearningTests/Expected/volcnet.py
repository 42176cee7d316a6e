#!/usr/bin/env python3
"""Writes volcnet.json: labels of pairs of dates by VolcNet's episodes, computed with datetime and shapely.

    python volcnet.py <folder with the episodes' texts>
"""
import ast
import configparser
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

from shapely.geometry import Polygon
from shapely.ops import unary_union

random.seed(20260)
result = {}
for path in sorted(Path(sys.argv[1]).glob("*.txt")):
    parser = configparser.ConfigParser()
    parser.read(path)
    episodes = [dict(parser[name]) | {"name": name} for name in parser.sections()]
    for one in episodes:
        one["start"], one["stop"] = (datetime.strptime(one[f"def_episode_{end}"], "%Y%m%d") for end in ("start", "stop"))
    pairs = []
    for _ in range(40 if episodes else 2):
        first = datetime(2014, 10, 1) + timedelta(days=random.randrange(2600))
        last = first + timedelta(days=random.choice([6, 12, 24, 48, 96, 400, 1500]))
        backward = random.random() < 0.4
        total, sources, shapes = 0.0, [], []
        for kind in ("persistent", "transient"):
            for one in episodes:
                if not one["name"].startswith(kind):
                    continue
                days = (min(last, one["stop"]) - max(first, one["start"])).days
                if days <= 0:
                    continue
                total += days / 365.25 * float(one["def_rate"]) if kind == "persistent" else float(one["def_magnitude"])
                if one["source"] not in sources:
                    sources.append(one["source"])
                shapes.append(Polygon(ast.literal_eval(one["def_polygon"])))
        union = unary_union(shapes)
        dates = [f"{date:%Y%m%d}" for date in ((last, first) if backward else (first, last))]
        pairs.append({
            "pair": "_".join(dates), "metres": -total if backward else total, "sources": sources,
            "unionArea": union.area, "parts": 0 if union.is_empty else len(getattr(union, "geoms", [union])),
            "deforms": abs(total) >= 0.05})
    result[path.name] = {"episodes": len(episodes), "pairs": pairs}
json.dump(result, open(Path(__file__).parent / "volcnet.json", "w"), indent=0)
