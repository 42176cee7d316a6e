"""Makes rank_correlation.json with SciPy: python3 rank_correlation.py > rank_correlation.json (scipy 1.17.1 was used)."""

import json
import random

from scipy.stats import spearmanr

random.seed(7)
cases = []
for count, values in [(2, 100), (5, 3), (12, 4), (40, 10), (200, 1000)]:
    left = [random.randrange(values) / values for _ in range(count)]
    right = [random.choice([value, random.randrange(values) / values]) for value in left]
    cases.append({"left": left, "right": right, "spearman": float(spearmanr(left, right)[0])})
print(json.dumps({"cases": cases}))
