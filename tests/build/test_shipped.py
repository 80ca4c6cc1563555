"""Scripts as visitors get them: without comments that stand on lines of their own."""

from __future__ import annotations

import shipped

SCRIPT = """// What this is.

/**
 * Twice.
 * @param {number} one
 */
export const twice = (one) => one * 2; // behind code
/* one line */ export const address = "https://example.org/*";
  /** A field. */
  const css = `
.a { color: red; } /* stays */
* { margin: 0; }
`;
"""


def test_comments_and_empty_lines_are_left_out_and_code_is_not() -> None:
    assert shipped.without_comments(SCRIPT).splitlines() == [
        "export const twice = (one) => one * 2; // behind code",
        ' export const address = "https://example.org/*";',
        "  const css = `",
        ".a { color: red; } /* stays */",
        "* { margin: 0; }",
        "`;",
    ]


def test_other_files_than_scripts_are_shipped_as_they_are() -> None:
    assert shipped.as_shipped("page.css", b"/* all */\n") == b"/* all */\n"
    assert shipped.as_shipped("a.js", b"// all\nlet a;\n") == b"let a;\n"
