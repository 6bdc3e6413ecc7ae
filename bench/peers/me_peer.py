"""GET /api/v1/me with FastAPI and asyncpg, over the sessions and users that ztix-app reads: the same keys in Redis, the
same query, the same JSON. One process a core.

    DATABASE_URL=… REDIS_URL=… BENCH_QUERY=… PYTHONPATH=bench/peers python3 -m uvicorn me_peer:app --workers N --no-access-log
"""
import hashlib
import json
import os
from datetime import datetime, timezone

import asyncpg
import redis.asyncio
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

IDLE_SECONDS = 1800
QUERY = os.environ["BENCH_QUERY"]
NOT_LOGGED_IN = {"error": {"code": "not_logged_in"}}

app = FastAPI()
sessions = redis.asyncio.from_url(os.environ["REDIS_URL"])


@app.on_event("startup")
async def connect():
    # asyncpg asks each new connection for its types with a query that PostgreSQL would spend a second compiling.
    app.state.database = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=8, max_size=8, server_settings={"jit": "off"}
    )


@app.get("/api/v1/me")
async def me(request: Request):
    token = request.cookies.get("__Host-ztix")
    if token is None:
        return JSONResponse(NOT_LOGGED_IN, 401)
    key = "ztix:session:" + hashlib.sha256(token.encode()).hexdigest()
    stored = await sessions.getex(key, ex=IDLE_SECONDS)
    if stored is None:
        return JSONResponse(NOT_LOGGED_IN, 401)
    session = json.loads(stored)
    user = await app.state.database.fetchrow(QUERY, session["user_id"])
    if user is None or user["disabled"] or user["login_epoch"] != session["login_epoch"]:
        return JSONResponse(NOT_LOGGED_IN, 401)
    shown_at = session["second_factor_at"]
    decides = "admin" in user["roles"] or "auditor" in user["roles"]
    data = {
        "id": str(user["id"]),
        "username": user["username"],
        "roles": user["roles"],
        "asns": user["asns"],
        "csrf_token": session["csrf_token"],
        "home": "/admin/requests" if decides else "/dashboard",
        "has_passkey": user["has_passkey"],
        "has_second_factor": user["has_second_factor"],
        "second_factor_at": shown_at and datetime.fromtimestamp(shown_at / 1e6, timezone.utc).isoformat(),
        "second_factor_required": user["has_second_factor"] and shown_at is None,
    }
    return JSONResponse({"data": data}, headers={"cache-control": "no-store"})
