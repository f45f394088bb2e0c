"""The benchmarks: figures against a floor measured in the same run."""
