"""The endpoints; this list is the one place that registers them, those asked for most first."""

from fastapi import APIRouter

from api.routes import (
    asset_routes,
    auth_routes,
    domain_routes,
    event_routes,
    generation_routes,
    health_routes,
    history_routes,
    project_routes,
    regenerate_routes,
    user_routes,
    webhook_routes,
)

ROUTERS: tuple[APIRouter, ...] = (
    project_routes.router,
    history_routes.router,
    event_routes.router,
    event_routes.guarded,
    generation_routes.router,
    regenerate_routes.router,
    health_routes.router,
    auth_routes.router,
    auth_routes.guarded,
    domain_routes.router,
    user_routes.router,
    webhook_routes.router,
    asset_routes.guarded,
    asset_routes.router,
)
