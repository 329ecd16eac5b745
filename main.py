"""The entry point: `python main.py`, or `uvicorn main:app`."""

import sys
from typing import TYPE_CHECKING, Any

from config.settings import get_settings
from utils.garbage import lasting_objects

if TYPE_CHECKING:
    from fastapi import FastAPI

    app: FastAPI


def __getattr__(name: str) -> Any:  # Any: the module attribute protocol of PEP 562
    """`main.app`, made on first use: the command line may still change settings before."""
    if name != "app":
        raise AttributeError(name)
    with lasting_objects():
        from api.application import create_app  # noqa: PLC0415  # keeps --help and the engine quick
        from services.container import Container  # noqa: PLC0415  # as above
        from workers.queue import CeleryQueue  # noqa: PLC0415  # as above

        settings = get_settings()
        queue = CeleryQueue() if settings.redis_url else None
        globals()["app"] = application = create_app(settings, Container(settings, queue))
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
        with lasting_objects():  # the engine's processes import this module and need none of this
            from api.server import serve  # noqa: PLC0415
            from config.overrides import override  # noqa: PLC0415

        override(HOST=arguments.host, PORT=arguments.port, LOG_LEVEL=arguments.log_level)
        serve(arguments.host, arguments.port, reload=arguments.reload, workers=arguments.workers)


if __name__ == "__main__":
    main()
