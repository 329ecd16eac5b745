"""`python -m tests.e2e.quick_api`: the service, with shorter intervals."""

from tests.e2e.quick import quicken

quicken()

from main import main  # noqa: E402  # after what it is to find changed

if __name__ == "__main__":
    main()
