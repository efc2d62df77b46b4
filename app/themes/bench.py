"""`cluster(texts)` under the name that scoring scripts know."""

from app.meaning.bench import cluster

__all__ = ["cluster"]
