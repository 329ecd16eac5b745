"""The entry point: `python main.py`, or `uvicorn main:app`."""

import signal
import sys
from typing import TYPE_CHECKING, Any

from config.settings import get_settings
from utils.garbage import lasting_objects

if TYPE_CHECKING:
    from argparse import Namespace

    from fastapi import FastAPI

    app: FastAPI

GRACEFUL_SHUTDOWN_S = 25
MOST_CONNECTIONS = 1_000


def __getattr__(name: str) -> Any:  # Any: the module attribute protocol of PEP 562
    """`main.app`, made on first use: the command line may still change settings before."""
    if name != "app":
        raise AttributeError(name)
    with lasting_objects():
        from api.application import create_app  # noqa: PLC0415  # keeps --help and the engine quick

        globals()["app"] = application = create_app(get_settings())
    return application


def main() -> None:
    """Do what the command line asks for."""
    from config.command_line import parse_arguments  # noqa: PLC0415  # the engine has none

    arguments = parse_arguments(get_settings())
    if arguments.check_config:
        from services.config_report import config_report  # noqa: PLC0415  # for this alone

        print(config_report(get_settings()))  # noqa: T201  # what the caller asked for
    elif arguments.command == "doctor":
        from services.doctor_report import doctor_report  # noqa: PLC0415  # for this alone

        report, status = doctor_report(get_settings(), as_json=arguments.json)
        print(report)  # noqa: T201  # as above
        sys.exit(status)
    else:
        serve(arguments)


def serve(arguments: "Namespace") -> None:
    """Serve until stopped."""
    with lasting_objects():  # the engine's processes import this module and need none of this
        import uvicorn  # noqa: PLC0415

        from api.http_protocol import DeadlineProtocol  # noqa: PLC0415
        from config.overrides import override  # noqa: PLC0415

    override(HOST=arguments.host, PORT=arguments.port, LOG_LEVEL=arguments.log_level)
    # Uvicorn shuts down and then raises the signal once more; an orderly exit must follow, or
    # the embedded database and the engine's processes would be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "main:app",
        host=arguments.host,
        port=arguments.port,
        reload=arguments.reload,
        workers=arguments.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # TRUSTED_PROXIES decides, in middleware/client_address.py
        http=DeadlineProtocol,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        limit_concurrency=MOST_CONNECTIONS,
    )


if __name__ == "__main__":
    main()
