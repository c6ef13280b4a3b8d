"""Reports, the public register and the documentation of the API, for programs."""
