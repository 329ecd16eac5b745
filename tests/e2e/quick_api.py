"""`python -m tests.e2e.quick_api`: the service, with shorter intervals."""

import tests.e2e.quick  # noqa: F401  # before all that it changes
from main import main

if __name__ == "__main__":
    main()
