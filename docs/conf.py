"""Settings of the documentation: Sphinx, with Markdown pages and the docstrings of signlift."""

from __future__ import annotations

import sys
from pathlib import Path

from signlift._version import __version__

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

import jaxtyping  # noqa: F401  # so that the package's annotations are its types
from stub_modules import install_stubs

project = "signlift"
author = "the signlift authors"
copyright = "the signlift authors, MIT licence"
version = release = __version__

extensions = [
    "api_tables",
    "prose_docstrings",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "scripts", "images", "extensions"]
default_role = "py:obj"
toc_object_entries_show_parents = "hide"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The reference is made without PyTorch and the other optional libraries.
install_stubs("filelock", "lightning", "lightning_fabric", "onnx", "safetensors", "torch")
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autosummary_generate = False
napoleon_google_docstring = False
napoleon_use_rtype = True
napoleon_use_ivar = True
python_use_unqualified_type_names = True
python_display_short_literal_types = True
add_module_names = False

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = "signlift"
html_static_path = ["_static"]
html_css_files = ["signlift.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "show_toc_level": 2,
    "show_prev_next": True,
    "header_links_before_dropdown": 6,
    "pygments_light_style": "tango",
    "pygments_dark_style": "github-dark",
}
html_sidebars = {"index": [], "quickstart": [], "changelog": []}
