"""Detectors of what is unusual in transfers and in what contracts do: pure functions of rows and parameters."""
