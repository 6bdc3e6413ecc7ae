-- What the approval policy looks at.

-- name: policy_history
-- $1 request id
SELECT (SELECT count(*) FROM request o
        WHERE o.asn = r.asn AND o.state NOT IN ('rejected', 'withdrawn', 'expired', 'revoked'))::int AS open_of_asn,
       (SELECT count(*) FROM request o
        WHERE o.requested_by = r.requested_by
          AND o.state NOT IN ('rejected', 'withdrawn', 'expired', 'revoked'))::int AS open_of_user,
       EXISTS (SELECT FROM membership m
               WHERE m.network = r.network AND m.node_id = r.node_id AND m.desired = 'absent') AS node_was_removed
FROM request r WHERE r.id = $1

-- name: policy_node_refused
-- $1 request id, $2 network number, $3 node id: whether only the policy has approved the request, and the node was
-- removed from the network before
SELECT EXISTS (SELECT FROM audit a WHERE a.subject_kind = 'request' AND a.subject_id = $1::uuid::text
               AND a.action = 'request.approved' AND a.actor_kind = 'policy')
       AND EXISTS (SELECT FROM membership m WHERE m.network = $2 AND m.node_id = $3 AND m.desired = 'absent') AS refused
