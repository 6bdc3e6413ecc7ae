/* What PostgreSQL holds: revisions, the rs.apply job and the record of each route server, and the rollout. Each inline
   is one transaction. */

byte published = 1;   /* the newest revision; 2 may follow at any moment */
bit harmful[3];       /* chosen at the start: passes `configure check`, does harm when it runs */
bit quarantined[3];
byte harms[3];        /* how often A8 saw it do harm */

typedef Job {
  bit waiting = 1;    /* the ready row */
  bit parked;         /* its run_at is infinity: not its turn */
  bit running;        /* the running row */
  bit lost;           /* its worker died; the lease runs out */
  bit unreachable;    /* snoozed until the breaker's probe gets through */
  bit for_a_person;   /* drift: nothing more happens by itself */
  byte fence;
  byte at_work;       /* workers that believe they have it; only the checker counts them */
  byte recorded;      /* confirmed revision, A11 */
  byte turn;          /* the revision it holds an open turn for; 0 = none */
};
Job job[HOSTS];

/* what only the checker knows */
byte reached[3];      /* bit per host: where the revision was ever armed */
byte unjudged[3];     /* turns after A7 that ended without a verdict: host lost, or superseded by a newer revision */

#define newest() ((published == 2 && !quarantined[2]) -> 2 : ((published >= 1 && !quarantined[1]) -> 1 : 0))
#define still_mine() (job[r].running && job[r].fence == my)

#if HOSTS == 1
#define recorded_somewhere(c) (job[0].recorded == (c))
#define confirmed_somewhere(c) HAS(host[0].confirmed, c)
#define open_turns() (job[0].turn != 0)
#define another_tries(r) 0
#define armed_now() host[0].armed
#else
#define recorded_somewhere(c) (job[0].recorded == (c) || job[1].recorded == (c) || job[2].recorded == (c))
#define confirmed_somewhere(c) \
  (HAS(host[0].confirmed, c) || HAS(host[1].confirmed, c) || HAS(host[2].confirmed, c))
#define open_turns() ((job[0].turn != 0) + (job[1].turn != 0) + (job[2].turn != 0))
#define tries(i) (job[i].turn != 0 && !recorded_somewhere(job[i].turn))
#define another_tries(r) ((r != 0 && tries(0)) || (r != 1 && tries(1)) || (r != 2 && tries(2)))
#define armed_now() (host[0].armed + host[1].armed + host[2].armed)
#endif
#define other_turns(r) (open_turns() - (job[r].turn != 0))

#define FOR_EACH_HOST(i, what) \
  i = 0; do :: i < HOSTS -> what; i++ :: else -> break od; i = 0

/* ---- jobs ---------------------------------------------------------------------------------------------------------- */

#define is_due(r) (job[r].waiting && !job[r].parked && !job[r].running && !(job[r].unreachable && link[r].down))
#define is_rescued(r) (job[r].running && job[r].lost)

/* Only the order of fences matters: when no worker holds one, they start again. Without this, states that differ in
   nothing but how often the job was claimed would be told apart. */
inline renumber_fences() {
  if
  :: job[r].at_work == 0 -> job[r].fence = 0; host[r].fence = 0; host[r].armed_by = 0
  :: else
  fi
}

/* A0: job_claim; the claim raises the fence. */
inline claim() {
  if :: !job[r].running -> job[r].waiting = 0 :: else fi;
  job[r].running = 1;
  job[r].lost = 0;
  job[r].unreachable = 0;
  renumber_fences();
  job[r].fence++;
  job[r].at_work++;
  my = job[r].fence;
  want = newest()
}

/* job_put_back: the ready row of the subject, if there is one, takes the wish over. */
inline put_back() { job[r].running = 0; job[r].waiting = 1 }

/* job_enqueue for everybody: a parked row becomes due. */
inline enqueue_all(i) { FOR_EACH_HOST(i, job[i].waiting = 1; job[i].parked = 0) }

/* ---- the rollout: turn and verdict --------------------------------------------------------------------------------- */

/* The transaction that ends a turn makes the parked jobs due. */
inline end_turn(i) {
  job[r].turn = 0;
  if
  :: TURN_END_WAKES -> FOR_EACH_HOST(i, job[i].parked = 0)
  :: else
  fi
}

inline note_unjudged() {
  if :: HAS(reached[job[r].turn], r) -> unjudged[job[r].turn]++ :: else fi
}

/* core/domain/rollout.cpp `decide_turn`: as many as a wave has places, and of those that try a revision nobody has
   confirmed only one. A turn for an older revision is worth nothing. */
#define may_take_turn(r, c) \
  (job[r].turn == (c) || \
   ((other_turns(r) < WAVE || !WAVE_LIMIT) && (recorded_somewhere(c) || !another_tries(r) || !CANARY_RULE)) || \
   (OLD_TURN_SERVES && job[r].turn != 0))

/* ---- verdicts and the record --------------------------------------------------------------------------------------- */

/* Once may be chance: the turn stays, and the same host tries again. Twice takes the revision out of circulation. */
inline judge_harm(i) {
  harms[want]++;
  if
  :: harms[want] == 2 -> quarantined[want] = 1; end_turn(i); enqueue_all(i)
  :: harms[want] == 1 && HARM_KEEPS_THE_TURN
  :: else -> end_turn(i)
  fi;
  put_back()
}

/* A11: record_confirmed, the turn's verdict and the end of the job. */
inline record(i) {
  CHECK(a_stale_worker_never_writes_the_record, still_mine());
  CHECK(what_is_recorded_also_runs_and_boots,
        host[r].boot == want && (host[r].running == want || host[r].running == THEIRS || job[r].fence != my));
  job[r].recorded = want;
  end_turn(i);
  job[r].running = 0
}

/* The sweep: a turn whose host is lost ends when T is over for certain; until then BIRD may run the revision. */
#define may_expire(r) \
  (TURN_EXPIRES && job[r].turn != 0 && job[r].unreachable && link[r].down && (!host[r].armed || !TURN_OUTLASTS_T))
inline expire_turn(i) {
  note_unjudged();
  end_turn(i)
}
