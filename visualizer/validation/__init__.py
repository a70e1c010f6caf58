"""The model against the studies: every computed quantity that has been measured, as an open table."""

from visualizer.validation.table import Row, as_json, as_text, count, rows

__all__ = ["Row", "as_json", "as_text", "count", "rows"]
