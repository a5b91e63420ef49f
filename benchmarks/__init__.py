"""How fast and how near: `python -m benchmarks` measures everything and writes docs/performance.md."""
