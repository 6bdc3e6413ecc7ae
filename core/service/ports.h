#pragma once

/// @file core/service/ports.h
/// How the services speak to the world. Each port has a real adapter (store, queue, fabric, remote, identity) and a
/// fake in tests/support, held to the same behaviour by one contract suite.

#include "core/service/ports/account_store.h"
#include "core/service/ports/apply_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/departure_store.h"
#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/forecast_store.h"
#include "core/service/ports/idempotency_store.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/lifecycle_store.h"
#include "core/service/ports/login_proof.h"
#include "core/service/ports/login_throttle.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/password_hasher.h"
#include "core/service/ports/peeringdb.h"
#include "core/service/ports/provision_store.h"
#include "core/service/ports/query_pace.h"
#include "core/service/ports/request_store.h"
#include "core/service/ports/rollout_store.h"
#include "core/service/ports/route_server_host.h"
#include "core/service/ports/route_server_store.h"
#include "core/service/ports/session_store.h"
#include "core/service/ports/wake_up.h"
