"""Write the JSON Schema of a decision's record into the package: python build/schema.py.

A test fails while the file and the records differ.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "py"
sys.path.insert(0, str(PACKAGE))  # runs before anything is installed

from eyebright.policy.schema import decision_schema  # noqa: E402  # needs the path above

PATH = PACKAGE / "eyebright" / "policy" / "record.schema.json"

if __name__ == "__main__":
    PATH.write_text(json.dumps(decision_schema(), indent=2) + "\n", encoding="utf-8")
    print(PATH.relative_to(PACKAGE.parent))
